import type { Metadata } from "next";
import { param, type SearchParams } from "@/app/ui/search-params";
import { listActivity } from "@/lib/auth/activity/list-activity";
import { nameOfProvider } from "@/lib/oauth/registry";
import { SECURITY_EVENT_DAYS } from "@/lib/validity";
import { requirePrincipal } from "@/lib/web/current-principal";
import { ActivityList } from "./list";

export const metadata: Metadata = { title: "Activity" };

const PATH = "/account/activity";
const ON_A_PAGE = 25;

export default async function ActivityPage({ searchParams }: { searchParams: SearchParams }) {
  const principal = await requirePrincipal();
  const after = await param(searchParams, "after");
  const { entries, older } = await listActivity(principal, { take: ON_A_PAGE, after }, nameOfProvider);
  return (
    <div className="grid gap-4">
      <div className="grid gap-0.5">
        <h2>Activity</h2>
        <p className="text-sm text-muted">
          What happened to your account in the last {SECURITY_EVENT_DAYS} days, newest first.
        </p>
      </div>
      {entries.length > 0 ? <ActivityList entries={entries} /> : <p className="card p-8 text-muted">Nothing more.</p>}
      {(after || older) && (
        <nav aria-label="Pages" className="flex flex-wrap justify-end gap-2">
          {after && (
            <a className="button button-small" href={PATH}>
              Newest
            </a>
          )}
          {older && (
            <a className="button button-small" href={`${PATH}?${new URLSearchParams({ after: older })}`}>
              Older
            </a>
          )}
        </nav>
      )}
    </div>
  );
}
