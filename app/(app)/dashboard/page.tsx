import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { viewSession } from "@/lib/auth/list-sessions";
import { permissionsOf } from "@/lib/auth/model/permissions";
import { authProvider } from "@/lib/auth-provider/server";
import { requirePrincipal } from "@/lib/web/current-principal";
import { Dashboard } from "./view";

export const metadata: Metadata = { title: "Dashboard" };

/** A page to replace. It asks for what yours has to work with, and view.tsx shows it. */
export default async function DashboardPage() {
  const principal = await requirePrincipal();
  const [identity, session] = await Promise.all([authProvider.getIdentity(), viewSession(principal)]);
  if (!identity || !session) redirect("/login");
  return <Dashboard identity={identity} permissions={permissionsOf(principal)} session={session} />;
}
