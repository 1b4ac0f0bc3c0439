"use client";

import { revokeOtherSessionsAction, revokeSessionAction } from "@/app/(app)/actions";
import { ActionButton } from "@/app/ui/action-button";
import { Pictogram } from "@/app/ui/pictogram";
import { Time } from "@/app/ui/time";
import type { SessionView } from "@/lib/auth/list-sessions";

/** Where the person is signed in. */
export function Devices({ sessions }: { sessions: SessionView[] }) {
  return (
    <div className="grid gap-4">
      <ul className="list">
        {sessions.map((session) => (
          <li
            key={session.id}
            className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3 min-[18em]:[&>form]:ms-12"
          >
            <span className="icon-box">
              <Pictogram name={session.kind} />
            </span>
            <div className="min-w-0 flex-[1_1_12rem]">
              <p className="font-strong">
                {session.device} {session.current && <span className="badge">This device</span>}
              </p>
              <p className="text-sm text-muted">
                {session.current ? (
                  "Active now"
                ) : (
                  <>
                    Active <Time at={session.lastSeenAt} />
                  </>
                )}
                &nbsp;· signed in <Time at={session.createdAt} />
                {session.ip && <>&nbsp;· {session.ip}</>}
              </p>
            </div>
            {!session.current && (
              <ActionButton action={revokeSessionAction} fields={{ sessionId: session.id }} pending="Signing out…">
                Sign out
              </ActionButton>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 ? (
        <ActionButton action={revokeOtherSessionsAction} pending="Signing out…" className="button justify-self-start">
          Sign out all other devices
        </ActionButton>
      ) : (
        <p role="status" className="text-sm text-muted">
          No other devices.
        </p>
      )}
    </div>
  );
}
