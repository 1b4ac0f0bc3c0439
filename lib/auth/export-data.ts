import { transact } from "@/lib/db/transact";
import { sendMail } from "@/lib/mail/messages";
import { ok, type Result } from "./model/errors";
import { LIMITS } from "./model/limits";
import type { Client, Principal } from "./model/principal";
import { ownDetail } from "./model/security-events";
import { seenFrom } from "./model/user-agent";
import { requireFresh } from "./steps/reauthenticate";
import { readPersonalData } from "./store/personal-data";
import { consume, waitSeconds } from "./store/rate-limits";
import { type EventPlace, listEvents, recordEvent } from "./store/security-events";

const EVENTS_AT_ONCE = 500;

/**
 * All that is kept of the person, as JSON, without secrets. A mail tells the person, because a thief would want the data too.
 * @returns pieces of text that add up to one JSON object, each read from the database when the receiver is ready for it; or
 * `reauthentication_required`, `second_factor_required`, `too_many_attempts`.
 */
export async function exportData(principal: Principal, client: Client): Promise<Result<AsyncGenerator<string>>> {
  const fresh = await requireFresh(principal);
  if (!fresh.ok) return fresh;
  const { userId, sessionId, email } = principal;
  const told = await transact(async () => {
    const allowed = await consume(LIMITS.exportPerUser, userId);
    if (!allowed.ok) return allowed;
    await recordEvent("data.exported", { userId, sessionId, email, client });
    await sendMail(email, "data-exported", seenFrom(client));
    return ok(undefined);
  });
  return told.ok ? ok(write(principal)) : told;
}

/** Seconds until the person may download again, 0 when they may now. */
export function exportWaitSeconds({ userId }: Principal): Promise<number> {
  return waitSeconds([[LIMITS.exportPerUser, userId]]);
}

async function* write({ userId, email }: Principal): AsyncGenerator<string> {
  yield `{\n"exportedAt": ${JSON.stringify(new Date())}`;
  for await (const { part, value } of readPersonalData({ id: userId, email }))
    yield `,\n${JSON.stringify(part)}: ${JSON.stringify(value, null, 2)}`;
  yield ',\n"securityEvents": [';
  let separator = "\n";
  for await (const events of pagesOf(userId)) {
    yield separator + events.map((event) => JSON.stringify(event)).join(",\n");
    separator = ",\n";
  }
  yield "\n]\n}\n";
}

async function* pagesOf(userId: string): AsyncGenerator<object[]> {
  for (let after: EventPlace | undefined; ; ) {
    const events = await listEvents(userId, { take: EVENTS_AT_ONCE, after });
    if (events.length > 0)
      yield events.map((event) => {
        const { type, createdAt, ip, userAgent, sessionId } = event;
        return { type, createdAt, ip, userAgent, sessionId, detail: ownDetail(event) };
      });
    if (events.length < EVENTS_AT_ONCE) return;
    after = events.at(-1);
  }
}
