import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { logoutAction } from "@/app/(auth)/actions";
import { OtherWay, TypedStep } from "@/app/(auth)/authenticator/typed-step";
import { PasskeyButton } from "@/app/(auth)/passkeys/button";
import { ActionButton } from "@/app/ui/action-button";
import { AuthCard } from "@/app/ui/auth-card";
import { PageOf } from "@/app/ui/page-of";
import { param, type SearchParams } from "@/app/ui/search-params";
import { hasSecondFactor } from "@/lib/auth/steps/owed-factor";
import { isFresh, levelOfPrincipal } from "@/lib/auth/steps/reauthenticate";
import { findPasswordHash } from "@/lib/auth/store/credentials";
import { hasPasskey } from "@/lib/auth/store/passkeys";
import { requirePrincipal } from "@/lib/web/current-principal";
import { safeRedirect } from "@/lib/wire/safe-redirect";
import { MailedCodeForms, PasswordAgainForm } from "./form";

export const metadata: Metadata = { title: "Confirm that it is you", robots: { index: false } };

export default async function ReauthenticatePage({ searchParams }: { searchParams: SearchParams }) {
  const to = safeRedirect(await param(searchParams, "to"), "/account");
  const principal = await requirePrincipal(to);
  const { userId } = principal;
  const hasSecond = await hasSecondFactor(userId);
  const asked = hasSecond && (await param(searchParams, "level"));
  const level = asked === "two" ? asked : await levelOfPrincipal(principal);
  if (isFresh(principal, level)) redirect(to);
  const needsSecond = level === "two";
  if (needsSecond && !hasSecond) return <SetUpFirst />;
  const step = { userId, path: "/reauthenticate", way: await param(searchParams, "with"), to } as const;
  const hasPassword = !needsSecond && (await findPasswordHash(userId)) !== null;
  const byMail = !needsSecond && !hasPassword;
  return (
    <PageOf person={userId}>
      <AuthCard
        title="Confirm that it is you"
        lead="Before you continue, confirm once more that this is your account."
        footer={
          <a className="link" href={to}>
            Back
          </a>
        }
      >
        {needsSecond && <TypedStep {...step} />}
        {hasPassword && <PasswordAgainForm email={principal.email} to={to} />}
        {byMail && (
          <MailedCodeForms email={principal.email} to={to} sent={(await param(searchParams, "sent")) === "1"} />
        )}
        {(await hasPasskey(userId)) && <PasskeyButton mode="reauthenticate" to={to} />}
        {needsSecond && <OtherWay {...step} />}
      </AuthCard>
    </PageOf>
  );
}

/** For a session that began before the site asked for a second factor: the next sign-in sets one up. */
function SetUpFirst() {
  return (
    <AuthCard
      title="Set up two-step sign-in"
      lead="This needs a second step, and your account has none yet. Sign out and in again: you then set it up."
    >
      <ActionButton action={logoutAction} pending="Signing out…" className="button button-primary">
        Sign out
      </ActionButton>
    </AuthCard>
  );
}
