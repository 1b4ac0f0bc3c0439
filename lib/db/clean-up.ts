import { setTimeout as sleep } from "node:timers/promises";
import { SECURITY_EVENT_DAYS } from "@/lib/validity";
import { Prisma } from "@/prisma/client/client";
import { db } from ".";

/** Small, so that whatever else writes waits for milliseconds. */
export const BATCH_ROWS = 100;
/** Between batches the database belongs to others for at least as long as the batch took. */
export const MIN_PAUSE_MS = 2;
const DAY_MS = 24 * 60 * 60_000;
/** So long an operator sees how many mails and deliveries were given up. What is stale has been given up long before. */
const GIVEN_UP_DAYS = 7;

type Expired = { table: Prisma.ModelName; key?: string; column?: string; keptDays?: number };

/** What expires: rows whose `column` has passed, `keptDays` ago. What hangs on a row goes with it. */
const EXPIRED = {
  sessions: { table: "Session" },
  refreshTokens: { table: "RefreshToken" },
  verifications: { table: "Verification" },
  rateLimits: { table: "RateLimit", key: "key" },
  mails: { table: "OutboxMail", keptDays: GIVEN_UP_DAYS },
  deliveries: { table: "Delivery", column: "givenUpAt", keptDays: GIVEN_UP_DAYS },
  rememberedDevices: { table: "RememberedDevice" },
  events: { table: "SecurityEvent", column: "createdAt", keptDays: SECURITY_EVENT_DAYS },
} satisfies Record<string, Expired>;

/** The tables of what is open for a while only: sessions, links, waiting mails. What a restored database begins without. */
export const OPEN_FOR_A_WHILE: string[] = Object.entries(EXPIRED)
  .filter(([kind]) => kind !== "events")
  .map(([, { table }]) => table);

type Kind = keyof typeof EXPIRED;
export type Deleted = Record<Kind, number>;

/**
 * Deletes the rows that have expired, in small batches with pauses, and says how many of each kind. Nothing depends on
 * it but the size of the tables: an expired row counts for nothing. Several may run at once.
 * @param limits.until when to stop, in milliseconds since 1970, also where more has expired.
 */
export async function cleanUp({ at = new Date(), until = Number.POSITIVE_INFINITY } = {}): Promise<Deleted> {
  const deleted: Partial<Deleted> = {};
  for (const [kind, batch] of Object.entries(batchesAt(at))) {
    let total = 0;
    for (let count = BATCH_ROWS; count === BATCH_ROWS && Date.now() < until; ) {
      const begun = performance.now();
      count = await db.$executeRaw(batch);
      total += count;
      await sleep(Math.max(MIN_PAUSE_MS, performance.now() - begun));
    }
    Object.assign(deleted, { [kind]: total });
  }
  return deleted as Deleted;
}

/** What deletes one batch of each kind. */
export function batchesAt(at: Date): Record<Kind, Prisma.Sql> {
  return Object.fromEntries(Object.entries(EXPIRED).map(([kind, expired]) => [kind, batchOf(expired, at)])) as Record<
    Kind,
    Prisma.Sql
  >;
}

function batchOf({ table, key = "id", column = "expires", keptDays = 0 }: Expired, at: Date): Prisma.Sql {
  const [from, id, expires] = [table, key, column].map((name) => Prisma.raw(`"${name}"`));
  const before = new Date(at.getTime() - keptDays * DAY_MS);
  // Limits count time in milliseconds, see schema.prisma.
  const bound = table === "RateLimit" ? before.getTime() : before;
  return Prisma.sql`DELETE FROM ${from} WHERE ${id} IN
    (SELECT ${id} FROM ${from} WHERE ${expires} <= ${bound} LIMIT ${BATCH_ROWS})`;
}
