"use client";

import { Time } from "@/app/ui/time";
import type { ActivityEntry } from "@/lib/auth/activity/list-activity";

/** The account's events, one a row, each with the link to say that it was a stranger. */
export function ActivityList({ entries }: { entries: ActivityEntry[] }) {
  return (
    <ul className="list">
      {entries.map((entry) => (
        <li key={entry.id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-3">
          <Entry entry={entry} />
          <Remedy entry={entry} />
        </li>
      ))}
    </ul>
  );
}

/** One thing that happened: what, when, how, and from which address. */
export function Entry({ entry: { sentence, current, at, how, ip } }: { entry: ActivityEntry }) {
  return (
    <div className="min-w-0">
      <p className="font-strong break-words">
        {sentence} {current && <span className="badge">This device</span>}
      </p>
      <p className="text-sm break-words text-muted first-letter:uppercase">
        <Time at={at} />
        {how && <>&nbsp;· with {how}</>}
        {ip && <>&nbsp;· {ip}</>}
      </p>
    </div>
  );
}

function Remedy({ entry: { id, sentence, remedy } }: { entry: ActivityEntry }) {
  if (remedy === "undo-link")
    return <p className="text-sm text-muted">Not you? The email to your former address has a link to undo it.</p>;
  if (remedy === null) return null;
  return (
    <a
      className="link text-sm"
      href={`/account/activity/not-me?${new URLSearchParams({ event: id })}`}
      aria-label={`This was not me: ${sentence}`}
    >
      This was not me
    </a>
  );
}
