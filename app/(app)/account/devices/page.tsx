import type { Metadata } from "next";
import { Group, Section } from "@/app/ui/section";
import { listActivity } from "@/lib/auth/activity/list-activity";
import { listSessionViews } from "@/lib/auth/list-sessions";
import { nameOfProvider } from "@/lib/oauth/registry";
import { requirePrincipal } from "@/lib/web/current-principal";
import { Activity } from "../activity/section";
import { Devices } from "./devices";

export const metadata: Metadata = { title: "Devices and activity" };

const NEWEST_EVENTS = 5;

export default async function DevicesPage() {
  const principal = await requirePrincipal();
  const [sessions, activity] = await Promise.all([
    listSessionViews(principal),
    listActivity(principal, { take: NEWEST_EVENTS }, nameOfProvider),
  ]);
  return (
    <Group title="Devices and activity">
      <Section
        id="devices"
        title="Devices"
        text="Where you are signed in. If you don’t recognize one, sign it out and change your password."
      >
        <Devices sessions={sessions} />
      </Section>
      <Activity {...activity} />
    </Group>
  );
}
