import { SECURITY_EVENT_DAYS } from "@/lib/validity";
import type { Prisma } from "@/prisma/client/client";
import { db } from ".";
import { BATCH_ROWS, deleteInBatches } from "./in-batches.mjs";
import { type Sql, sql } from "./sql";

const DAY_MS = 24 * 60 * 60_000;
/** So long an operator sees how many mails and deliveries were given up. What is stale has been given up long before. */
const GIVEN_UP_DAYS = 7;

type Expired = {
  table: Prisma.ModelName;
  key?: string;
  column?: string;
  keptDays?: number;
  /** Rows of another table that go with a row, by the column that names it. There may be many to one: they go before it. */
  holds?: { table: Prisma.ModelName; column: string };
};

/** What expires: rows whose `column` has passed, `keptDays` ago. */
const EXPIRED = {
  sessions: { table: "Session", holds: { table: "RefreshToken", column: "sessionId" } },
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
  return deleteInBatches(batchesAt(at), (batch) => db.$executeRaw(batch), until) as Promise<Deleted>;
}

/** What deletes one batch of each kind. Where there are several, the last is of the kind itself. */
export function batchesAt(at: Date): Record<Kind, Sql[]> {
  return Object.fromEntries(Object.entries(EXPIRED).map(([kind, expired]) => [kind, batchesOf(expired, at)])) as Record<
    Kind,
    Sql[]
  >;
}

function batchesOf({ table, key = "id", column = "expires", keptDays = 0, holds }: Expired, at: Date): Sql[] {
  const [from, id, expires] = [table, key, column].map((name) => sql.raw(`"${name}"`));
  const before = new Date(at.getTime() - keptDays * DAY_MS);
  // Limits count time in milliseconds, see schema.prisma.
  const bound = table === "RateLimit" ? before.getTime() : before;
  // In order, so that PostgreSQL takes the index, and does not read each time past all that it has deleted.
  const batch = sql`SELECT ${id} FROM ${from} WHERE ${expires} <= ${bound} ORDER BY ${expires} LIMIT ${BATCH_ROWS}`;
  const own = sql`DELETE FROM ${from} WHERE ${id} IN (${batch})`;
  if (!holds) return [own];
  const [held, owner] = [holds.table, holds.column].map((name) => sql.raw(`"${name}"`));
  const theirs = sql`DELETE FROM ${held} WHERE "id" IN
    (SELECT "id" FROM ${held} WHERE ${owner} IN (${batch}) LIMIT ${BATCH_ROWS})`;
  return [theirs, own];
}
