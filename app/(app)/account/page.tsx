import type { Metadata } from "next";
import { Notice } from "@/app/ui/notice";
import { param, type SearchParams } from "@/app/ui/search-params";
import { Section } from "@/app/ui/section";
import { listSessionViews } from "@/lib/auth/list-sessions";
import { ACCOUNT_INPUTS } from "@/lib/auth/model/profile";
import { requireFresh } from "@/lib/auth/steps/reauthenticate";
import { findPasswordHash } from "@/lib/auth/store/credentials";
import { env } from "@/lib/env";
import { listConnections } from "@/lib/oauth/connections";
import { requirePrincipal } from "@/lib/web/current-principal";
import { Activity } from "./activity/section";
import { AvatarSection } from "./avatar/section";
import { ConnectedAccounts, connectedMessage } from "./connected-accounts";
import { DeleteForm, EmailForm, PasswordForm, ProfileForm } from "./form";
import { Passkeys } from "./passkeys";
import { Sessions } from "./sessions";
import { TwoStep } from "./two-step/section";
import { YourData } from "./your-data/section";

export const metadata: Metadata = { title: "Account" };

/** What `?message=` may say, and nothing else. */
const MESSAGES = new Map([["email-changed", "Your email has been changed. Your other devices have been signed out."]]);

export default async function AccountPage({ searchParams }: { searchParams: SearchParams }) {
  const principal = await requirePrincipal("/account");
  const { email } = principal;
  const fields = ACCOUNT_INPUTS.map((field) => ({ ...field, defaultValue: principal[field.name] ?? "" }));
  const hasPassword = (await findPasswordHash(principal.userId)) !== null;
  const key = (await param(searchParams, "message")) ?? "";
  const { connections, available } = await listConnections(principal.userId);
  const message = key === "connected" ? connectedMessage(connections) : MESSAGES.get(key);
  return (
    <>
      <h1 className="text-xl">Account</h1>
      {message && <Notice tone="success">{message}</Notice>}
      <AvatarSection principal={principal} told={await param(searchParams, "picture")} />
      <Section title="Profile" text="How you appear here.">
        <ProfileForm fields={fields} />
      </Section>
      <Section
        title="Email"
        text={
          <>
            You sign in with <strong className="break-words text-ink">{email}</strong>. A new address counts once you
            have opened the link we send there.
          </>
        }
      >
        <EmailForm email={email} hasPassword={hasPassword} />
      </Section>
      <Section id="password" title="Password" text="Changing it signs you out on all other devices.">
        {hasPassword ? (
          <PasswordForm email={email} passwordHint={`At least ${env().PASSWORD_MIN_LENGTH} characters.`} />
        ) : (
          <p className="text-muted">
            You have none yet.{" "}
            <a className="link" href="/forgot-password">
              Set one by mail
            </a>
          </p>
        )}
      </Section>
      <Section id="connected-accounts" title="Connected accounts" text="Other services that you can sign in with.">
        <ConnectedAccounts connections={connections} available={available} fresh={(await requireFresh(principal)).ok} />
      </Section>
      <Passkeys principal={principal} />
      <TwoStep principal={principal} />
      <Section
        title="Sessions"
        text="Where you are signed in. Sign out what you do not recognize, then change your password."
      >
        <Sessions sessions={await listSessionViews(principal)} />
      </Section>
      <Activity principal={principal} />
      <YourData principal={principal} />
      <Section
        title="Delete account"
        text="Your account and everything in it goes at once and for good. Nobody can bring it back."
      >
        <DeleteForm email={email} hasPassword={hasPassword} />
      </Section>
    </>
  );
}
