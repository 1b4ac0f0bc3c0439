import type { Metadata } from "next";
import { Notice } from "@/app/ui/notice";
import { param, type SearchParams } from "@/app/ui/search-params";
import { Group, Section } from "@/app/ui/section";
import { Time } from "@/app/ui/time";
import { isFresh, levelOfPrincipal } from "@/lib/auth/steps/reauthenticate";
import { listConfirmed } from "@/lib/auth/store/authenticators";
import { passwordSetAt } from "@/lib/auth/store/credentials";
import { listPasskeys } from "@/lib/auth/store/passkeys";
import { countRecoveryCodes } from "@/lib/auth/store/recovery-codes";
import { env } from "@/lib/env";
import { listConnections } from "@/lib/oauth/connections";
import { requirePrincipal } from "@/lib/web/current-principal";
import { allOf } from "../all-of";
import { ConnectedAccounts, connectedMessage } from "./connected-accounts";
import { Passkeys } from "./passkeys";
import { PasswordForm } from "./password-form";
import { TwoStep } from "./two-step/section";

export const metadata: Metadata = { title: "Security" };

/** The ways to sign in. */
export default async function SecurityPage({ searchParams }: { searchParams: SearchParams }) {
  const principal = await requirePrincipal();
  const { email, userId } = principal;
  const { changedAt, level, accounts, ...read } = await allOf({
    changedAt: passwordSetAt(userId),
    level: levelOfPrincipal(principal),
    accounts: listConnections(userId),
    passkeys: listPasskeys(userId),
    authenticators: listConfirmed(userId),
    recoveryCodesLeft: countRecoveryCodes(userId),
    message: param(searchParams, "message"),
  });
  const fresh = isFresh(principal, level);
  const hasProviders = accounts.connections.length + accounts.available.length > 0;
  const message = read.message === "connected" && connectedMessage(accounts.connections);
  return (
    <>
      {message && <Notice tone="success">{message}</Notice>}
      <Group title="Security">
        {changedAt ? (
          <PasswordForm email={email} minLength={env().PASSWORD_MIN_LENGTH} changed={<Changed at={changedAt} />} />
        ) : (
          <Section id="password" title="Password" text="You don’t have a password yet.">
            <a className="button" href="/forgot-password">
              Email me a link to set one
            </a>
          </Section>
        )}
        <Passkeys passkeys={read.passkeys} fresh={fresh} />
        <TwoStep
          isOn={level === "two"}
          authenticators={read.authenticators}
          recoveryCodesLeft={read.recoveryCodesLeft}
        />
        {hasProviders && (
          <Section id="connected-accounts" title="Connected accounts" text="Other services you can sign in with.">
            <ConnectedAccounts {...accounts} fresh={fresh} />
          </Section>
        )}
      </Group>
    </>
  );
}

function Changed({ at }: { at: Date }) {
  return (
    <>
      Changed <Time at={at} />
    </>
  );
}
