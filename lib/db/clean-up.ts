import { SECURITY_EVENT_DAYS } from "@/lib/validity";
import type { Prisma } from "@/prisma/client/client";
import { db } from ".";
import { BATCH_ROWS, deleteInBatches } from "./in-batches.mjs";
import { type Sql, sql } from "./sql";

const DAY_MS = 24 * 60 * 60_000;
/** How long operators can count the mails and deliveries that were given up. The queue gives up stale ones long before that. */
const GIVEN_UP_DAYS = 7;

type Expired = {
  table: Prisma.ModelName;
  key?: string;
  column?: string;
  keptDays?: number;
  /** Rows of another table that are deleted with a row, by the column that names it. One row may have many, so they go first. */
  holds?: { table: Prisma.ModelName; column: string };
};

/** Rows that expire: those whose `column` lies more than `keptDays` back. */
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

/** The tables whose rows live for a while only: sessions, links, waiting mails. A restore leaves them empty. */
export const OPEN_FOR_A_WHILE: string[] = Object.entries(EXPIRED)
  .filter(([kind]) => kind !== "events")
  .map(([, { table }]) => table);

type Kind = keyof typeof EXPIRED;
export type Deleted = Record<Kind, number>;

/**
 * Deletes expired rows in small batches with pauses, and returns how many of each kind. It only keeps the tables small: all
 * code ignores expired rows. Several processes may run it at once.
 * @param limits.until when to stop, in milliseconds since 1970, even if expired rows are left.
 */
export async function cleanUp({ at = new Date(), until = Number.POSITIVE_INFINITY } = {}): Promise<Deleted> {
  return deleteInBatches(batchesAt(at), (batch) => db.$executeRaw(batch), until) as Promise<Deleted>;
}

/** The statements that delete one batch of each kind. Of several, the last deletes the kind's own rows. */
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
  // Ordered, so that PostgreSQL uses the index and does not read past all deleted rows each time.
  const batch = sql`SELECT ${id} FROM ${from} WHERE ${expires} <= ${bound} ORDER BY ${expires} LIMIT ${BATCH_ROWS}`;
  const own = sql`DELETE FROM ${from} WHERE ${id} IN (${batch})`;
  if (!holds) return [own];
  const [held, owner] = [holds.table, holds.column].map((name) => sql.raw(`"${name}"`));
  const theirs = sql`DELETE FROM ${held} WHERE "id" IN
    (SELECT "id" FROM ${held} WHERE ${owner} IN (${batch}) LIMIT ${BATCH_ROWS})`;
  return [theirs, own];
}
