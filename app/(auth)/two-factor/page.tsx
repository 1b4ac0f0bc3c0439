import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { logoutAction } from "@/app/(auth)/actions";
import { OtherWay, TypedStep } from "@/app/(auth)/authenticator/typed-step";
import { PasskeyButton } from "@/app/(auth)/passkeys/button";
import { ActionButton } from "@/app/ui/action-button";
import { AuthCard } from "@/app/ui/auth-card";
import { PageOf } from "@/app/ui/page-of";
import { destination, param, type SearchParams } from "@/app/ui/search-params";
import { hasPasskey } from "@/lib/auth/store/passkeys";
import { currentHolder } from "@/lib/web/current-principal";
import { safeRedirect, withTo } from "@/lib/wire/safe-redirect";

export const metadata: Metadata = { title: "Confirm that it is you", robots: { index: false } };

export default async function TwoFactorPage({ searchParams }: { searchParams: SearchParams }) {
  const to = await destination(searchParams);
  const holder = await currentHolder();
  if (!holder) redirect(withTo("/login", to));
  if (!("owed" in holder)) redirect(safeRedirect(to));
  if (holder.owed === "setup") redirect(withTo("/two-factor/setup", to));
  const { userId } = holder;
  const step = { userId, path: "/two-factor", way: await param(searchParams, "with"), to } as const;
  return (
    <PageOf person={userId}>
      <AuthCard
        title="Confirm that it is you"
        lead={
          <>
            One more step to sign in as <strong className="text-ink">{holder.email}</strong>.
          </>
        }
        footer={<SignOut />}
      >
        <TypedStep {...step} />
        {(await hasPasskey(userId)) && <PasskeyButton mode="second-step" to={to} />}
        <OtherWay {...step} />
      </AuthCard>
    </PageOf>
  );
}

function SignOut() {
  return (
    <div className="flex sm:justify-center">
      <ActionButton action={logoutAction} pending="Signing out…" className="link text-sm">
        Sign in as someone else
      </ActionButton>
    </div>
  );
}
