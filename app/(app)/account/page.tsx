import type { Metadata } from "next";
import { Notice } from "@/app/ui/notice";
import { param, type SearchParams } from "@/app/ui/search-params";
import { Group, Section } from "@/app/ui/section";
import { Time } from "@/app/ui/time";
import { listActivity } from "@/lib/auth/activity/list-activity";
import { listSessionViews } from "@/lib/auth/list-sessions";
import { ACCOUNT_INPUTS } from "@/lib/auth/model/profile";
import { isFresh, levelOfPrincipal } from "@/lib/auth/steps/reauthenticate";
import { passwordSetAt } from "@/lib/auth/store/credentials";
import { env } from "@/lib/env";
import { listConnections } from "@/lib/oauth/connections";
import { nameOfProvider } from "@/lib/oauth/registry";
import { requirePrincipal } from "@/lib/web/current-principal";
import { Activity } from "./activity/section";
import { AvatarSection } from "./avatar/section";
import { ConnectedAccounts, connectedMessage } from "./connected-accounts";
import { DeleteForm, EmailForm, PasswordForm, ProfileForm } from "./form";
import { Overview } from "./overview";
import { Passkeys } from "./passkeys";
import { Sessions } from "./sessions";
import { TwoStep } from "./two-step/section";
import { YourData } from "./your-data/section";

export const metadata: Metadata = { title: "Account" };

/** What `?message=` may say, and nothing else. */
const MESSAGES = new Map([["email-changed", "Your email has been changed. Your other devices have been signed out."]]);
const NEWEST_EVENTS = 5;
const GROUPS = {
  you: "Personal details",
  "sign-in": "Signing in",
  devices: "Devices and activity",
  data: "Data and deletion",
};

export default async function AccountPage({ searchParams }: { searchParams: SearchParams }) {
  const principal = await requirePrincipal("/account");
  const { email, userId } = principal;
  const fields = ACCOUNT_INPUTS.map((field) => ({ ...field, defaultValue: principal[field.name] ?? "" }));
  const [changedAt, sessions, activity, level, { connections, available }] = await Promise.all([
    passwordSetAt(userId),
    listSessionViews(principal),
    listActivity(principal, { take: NEWEST_EVENTS }, nameOfProvider),
    levelOfPrincipal(principal),
    listConnections(userId),
  ]);
  const fresh = isFresh(principal, level);
  const key = (await param(searchParams, "message")) ?? "";
  const message = key === "connected" ? connectedMessage(connections) : MESSAGES.get(key);
  const hasPassword = changedAt !== null;
  const [newest] = activity.entries;
  return (
    <div className="grid grid-cols-1 items-start gap-x-12 gap-y-6 md:grid-cols-[10rem_minmax(0,1fr)]">
      <h1 className="text-xl md:col-span-2">Account</h1>
      <nav aria-label="Sections" className="sticky top-6 grid gap-1 max-md:hidden">
        {Object.entries(GROUPS).map(([id, title]) => (
          <a key={id} href={`#${id}`} className="nav-link -mx-2.5">
            {title}
          </a>
        ))}
      </nav>
      <div className="grid grid-cols-1 gap-10">
        {message && <Notice tone="success">{message}</Notice>}
        <Overview
          tiles={[
            {
              href: "#password",
              icon: "lock",
              name: "Password",
              isGood: hasPassword,
              value: changedAt ? "Changed" : "None",
              at: changedAt ?? undefined,
            },
            {
              href: "#two-step",
              icon: "shield",
              name: "Two-step sign-in",
              isGood: level === "two",
              value: level === "two" ? "On" : "Off",
            },
            {
              href: "#sessions",
              icon: "computer",
              name: "Sessions",
              value: sessions.length === 1 ? "Only this device" : `${sessions.length} devices and apps`,
            },
            {
              href: "#activity",
              icon: "clock",
              name: "Last activity",
              value: newest ? `${newest.sentence},` : "Nothing yet",
              at: newest?.at,
            },
          ]}
        />
        <Group id="you" title={GROUPS.you}>
          <AvatarSection principal={principal} told={await param(searchParams, "picture")} />
          <ProfileForm fields={fields} />
          <EmailForm email={email} hasPassword={hasPassword} />
        </Group>
        <Group id="sign-in" title={GROUPS["sign-in"]}>
          {changedAt ? (
            <PasswordForm email={email} minLength={env().PASSWORD_MIN_LENGTH} changed={<Changed at={changedAt} />} />
          ) : (
            <Section id="password" title="Password" text="You don’t have a password yet.">
              <a className="button" href="/forgot-password">
                Email me a link to set one
              </a>
            </Section>
          )}
          <Passkeys principal={principal} fresh={fresh} />
          <TwoStep principal={principal} isOn={level === "two"} />
          <Section id="connected-accounts" title="Connected accounts" text="Other services you can sign in with.">
            <ConnectedAccounts connections={connections} available={available} fresh={fresh} />
          </Section>
        </Group>
        <Group id="devices" title={GROUPS.devices}>
          <Section
            id="sessions"
            title="Sessions"
            text="Where you are signed in. If you don’t recognize one, sign it out and change your password."
          >
            <Sessions sessions={sessions} />
          </Section>
          <Activity {...activity} />
        </Group>
        <Group id="data" title={GROUPS.data}>
          <YourData principal={principal} fresh={fresh} />
          <DeleteForm email={email} hasPassword={hasPassword} />
        </Group>
      </div>
    </div>
  );
}

function Changed({ at }: { at: Date }) {
  return (
    <>
      Changed <Time at={at} />
    </>
  );
}
