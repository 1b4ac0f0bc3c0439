import type { ReactNode } from "react";
import { permissionsOf } from "@/lib/auth/model/permissions";
import { authProvider } from "@/lib/auth-provider/server";
import { requirePrincipal } from "@/lib/web/current-principal";
import { Header } from "./header";
import { PageOf } from "./page-of";
import { Toasts } from "./toasts";

/** The frame of every signed-in page. A visitor signs in first and then comes back to the page. */
export async function AppFrame({ children }: { children: ReactNode }) {
  const principal = await requirePrincipal();
  const identity = await authProvider.getIdentity();
  return (
    <>
      {identity && <Header identity={identity} permissions={permissionsOf(principal)} />}
      <main id="main" tabIndex={-1} className="frame grid grid-cols-1 gap-8 pt-10 pb-20 max-sm:pt-6">
        <PageOf person={principal.userId}>{children}</PageOf>
      </main>
      <Toasts />
    </>
  );
}
