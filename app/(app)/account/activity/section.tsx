import { Section } from "@/app/ui/section";
import type { ActivityEntry } from "@/lib/auth/activity/list-activity";
import { SECURITY_EVENT_DAYS } from "@/lib/validity";
import { ActivityList } from "./list";

/** The last things that happened to the account of the signed-in person. `older`: whether there are more. */
export function Activity({ entries, older }: { entries: ActivityEntry[]; older: string | null }) {
  return (
    <Section
      id="activity"
      title="Activity"
      text={`What happened to your account in the last ${SECURITY_EVENT_DAYS} days.`}
    >
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
