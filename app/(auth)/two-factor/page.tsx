import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { logoutAction } from "@/app/(auth)/actions";
import { RecoveryCodeForm, SecondStepForm } from "@/app/(auth)/authenticator/form";
import { PasskeyButton } from "@/app/(auth)/passkeys/button";
import { ActionButton } from "@/app/ui/action-button";
import { AuthCard } from "@/app/ui/auth-card";
import { destination, param, type SearchParams } from "@/app/ui/search-params";
import { hasAuthenticator } from "@/lib/auth/store/authenticators";
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
  const hasApp = await hasAuthenticator(holder.userId);
  const byRecoveryCode = !hasApp || (await param(searchParams, "with")) === "recovery-code";
  return (
    <AuthCard
      title="Confirm that it is you"
      lead={
        <>
          One more step to sign in as <strong className="text-ink">{holder.email}</strong>.
        </>
      }
      footer={<SignOut />}
    >
      {byRecoveryCode ? <RecoveryCodeForm to={to} remember /> : <SecondStepForm to={to} remember />}
      {(await hasPasskey(holder.userId)) && <PasskeyButton mode="second-step" to={to} />}
      <OtherWay byRecoveryCode={byRecoveryCode} hasApp={hasApp} to={to} />
    </AuthCard>
  );
}

function OtherWay({ byRecoveryCode, hasApp, to }: { byRecoveryCode: boolean; hasApp: boolean; to?: string }) {
  if (byRecoveryCode && !hasApp) return null;
  const query = new URLSearchParams({ ...(!byRecoveryCode && { with: "recovery-code" }), ...(to && { to }) });
  return (
    <p className="border-t border-line pt-5 text-sm text-muted">
      {byRecoveryCode ? "Have your phone at hand? " : "Lost your phone? "}
      <a className="link" href={`/two-factor?${query}`}>
        {byRecoveryCode ? "Use your authenticator app" : "Use a recovery code"}
      </a>
    </p>
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
