import type { Metadata } from "next";
import { Notice } from "@/app/ui/notice";
import { param, type SearchParams } from "@/app/ui/search-params";
import { Group } from "@/app/ui/section";
import { listActivity } from "@/lib/auth/activity/list-activity";
import { ACCOUNT_INPUTS } from "@/lib/auth/model/profile";
import { levelOfPrincipal } from "@/lib/auth/steps/reauthenticate";
import { passwordSetAt } from "@/lib/auth/store/credentials";
import { listSessions } from "@/lib/auth/store/sessions";
import { identityOf } from "@/lib/auth-provider/identity";
import { nameOfProvider } from "@/lib/oauth/registry";
import { requirePrincipal } from "@/lib/web/current-principal";
import { allOf } from "./all-of";
import { AvatarRow } from "./avatar/form";
import { outcomeOf } from "./avatar/outcome";
import { EmailForm, ProfileForm } from "./form";
import { Overview } from "./overview";

export const metadata: Metadata = { title: "Account" };

export default async function AccountPage({ searchParams }: { searchParams: SearchParams }) {
  const principal = await requirePrincipal();
  const { email, userId } = principal;
  const fields = ACCOUNT_INPUTS.map((field) => ({ ...field, defaultValue: principal[field.name] ?? "" }));
  const { changedAt, sessions, activity, ...read } = await allOf({
    changedAt: passwordSetAt(userId),
    level: levelOfPrincipal(principal),
    sessions: listSessions(userId),
    activity: listActivity(principal, { take: 1 }, nameOfProvider),
    person: identityOf(principal),
    message: param(searchParams, "message"),
    picture: param(searchParams, "picture"),
  });
  const [newest] = activity.entries;
  return (
    <>
      {read.message === "email-changed" && (
        <Notice tone="success">Your email has been changed. Your other devices have been signed out.</Notice>
      )}
      <Overview
        tiles={[
          {
            href: "/account/security#password",
            icon: "lock",
            name: "Password",
            isGood: changedAt !== null,
            value: changedAt ? "Changed" : "None",
            at: changedAt ?? undefined,
          },
          {
            href: "/account/security#two-step",
            icon: "shield",
            name: "Two-step sign-in",
            isGood: read.level === "two",
            value: read.level === "two" ? "On" : "Off",
          },
          {
            href: "/account/devices#devices",
            icon: "computer",
            name: "Devices",
            value: sessions.length === 1 ? "Only this device" : `${sessions.length} devices and apps`,
          },
          {
            href: "/account/devices#activity",
            icon: "clock",
            name: "Last activity",
            value: newest ? `${newest.sentence},` : "Nothing yet",
            at: newest?.at,
          },
        ]}
      />
      <Group title="Personal details">
        <AvatarRow person={read.person} removable={principal.image !== null} told={outcomeOf(read.picture)} />
        <ProfileForm fields={fields} />
        <EmailForm email={email} hasPassword={changedAt !== null} />
      </Group>
    </>
  );
}
