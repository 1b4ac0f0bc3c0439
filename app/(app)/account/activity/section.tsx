import { Section } from "@/app/ui/section";
import { listActivity } from "@/lib/auth/activity/list-activity";
import type { Principal } from "@/lib/auth/model/principal";
import { nameOfProvider } from "@/lib/oauth/registry";
import { ActivityList } from "./list";

const NEWEST = 5;

/** The last things that happened to the account of the signed-in person. */
export async function Activity({ principal }: { principal: Principal }) {
  const { entries, older } = await listActivity(principal, { take: NEWEST }, nameOfProvider);
  return (
    <Section id="activity" title="Activity" text="What happened to your account in the last 90 days.">
      <div className="grid gap-4">
        {entries.length > 0 ? <ActivityList entries={entries} /> : <p className="text-sm text-muted">Nothing yet.</p>}
        {older && (
          <a className="button justify-self-start" href="/account/activity">
            See all activity
          </a>
        )}
      </div>
    </Section>
  );
}
