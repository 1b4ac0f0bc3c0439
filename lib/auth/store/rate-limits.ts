import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Limit } from "@/lib/auth/model/limits";
import { hashToken } from "@/lib/auth/model/secrets";
import { db, readRows } from "@/lib/db";
import { type Sql, sql } from "@/lib/db/sql";
import { count } from "@/lib/telemetry";
import type { RateLimit } from "@/prisma/client/client";

// Attempts are counted in the database, so that instances share them and a restart forgets none. Libraries that
// do so take two to four statements an attempt, and none has a delay that grows. Here one statement checks and counts, so
// parallel guesses cannot slip through between the two.

/** A limit and what it counts by: an account, a source, a device. */
export type Counter = readonly [limit: Limit, key: string];

/**
 * Counts one attempt and says whether it may go ahead. Refused attempts do not count, so they do not make
 * the wait longer.
 * @returns `too_many_attempts` with `retryAfter` in seconds when it may not.
 */
export async function consume(limit: Limit, key: string): Promise<Result<void>> {
  const now = Date.now();
  const id = rowKey(limit, key);
  const windowEnd = time(now + limit.windowSeconds * 1000);
  const at = time(now);
  const points = sql`CASE WHEN "RateLimit"."expires" <= ${at} THEN 1 ELSE "RateLimit"."points" + 1 END`;
  const { blockedUntil, expires } = nextTimes(limit, now, points);
  const admitted = await db.$executeRaw(sql`
    INSERT INTO "RateLimit" ("key", "points", "blockedUntil", "expires")
    VALUES (${id}, 1, ${limit.points === 1 ? windowEnd : time(0)}, ${windowEnd})
    ON CONFLICT ("key") DO UPDATE SET "points" = ${points}, "blockedUntil" = ${blockedUntil}, "expires" = ${expires}
    WHERE "RateLimit"."blockedUntil" <= ${at}`);
  if (admitted === 1) return ok(undefined);
  count("limits", { limit: limit.name });
  return refusal(id, now);
}

/** Milliseconds as SQL. PostgreSQL takes a bare parameter for whatever stands beside it, which may hold 32 bits only. */
function time(milliseconds: number): Sql {
  return sql`CAST(${BigInt(milliseconds)} AS BIGINT)`;
}

/** The row's times after this attempt, as SQL, because only the statement itself knows the count. */
function nextTimes(limit: Limit, now: number, points: Sql) {
  const window = limit.windowSeconds * 1000;
  const at = time(now);
  const windowEnd = sql`CASE WHEN "RateLimit"."expires" <= ${at} THEN ${time(now + window)} ELSE "RateLimit"."expires" END`;
  if (!limit.firstDelaySeconds) {
    return {
      expires: windowEnd,
      blockedUntil: sql`CASE WHEN (${points}) >= ${limit.points} THEN ${windowEnd} ELSE 0 END`,
    };
  }
  const delay = limit.firstDelaySeconds * 1000;
  const doublings = Math.ceil(Math.log2(window / delay));
  return {
    // The row outlives the wait, or the next attempt would start again with all free attempts.
    expires: sql`CASE WHEN (${points}) >= ${limit.points} THEN ${time(now + 2 * window)} ELSE ${windowEnd} END`,
    blockedUntil: sql`CASE
      WHEN (${points}) < ${limit.points} THEN 0
      WHEN (${points}) >= ${limit.points + doublings} THEN ${time(now + window)}
      ELSE ${at} + (${time(delay)} << CAST((${points}) - ${limit.points} AS INTEGER)) END`,
  };
}

async function refusal(id: string, now: number): Promise<Result<void>> {
  const row = await db.rateLimit.findUnique({ where: { key: id } });
  const wait = Number(row?.blockedUntil ?? now) - now;
  return fail("too_many_attempts", { retryAfter: Math.max(1, Math.ceil(wait / 1000)) });
}

/** Seconds until all of these let the next attempt through; 0 for now. Counts nothing. */
export async function waitSeconds(counters: readonly Counter[]): Promise<number> {
  const keys = counters.map(([limit, key]) => rowKey(limit, key));
  const rows = await readRows<Pick<RateLimit, "blockedUntil">>(
    sql`SELECT "blockedUntil" FROM "RateLimit" WHERE "key" IN (${sql.join(keys)})`,
  );
  const wait = Math.max(0, ...rows.map((row) => Number(row.blockedUntil) - Date.now()));
  return Math.ceil(wait / 1000);
}

/** How many attempts are left, and until when. */
export type Standing = { remaining: number; resetAt: Date };

/** Where a limit stands, for clients that are told so. Counts nothing. */
export async function standing(limit: Limit, key: string): Promise<Standing> {
  const row = await db.rateLimit.findUnique({ where: { key: rowKey(limit, key) } });
  const remaining = Math.max(0, limit.points - (row?.points ?? 0));
  return { remaining, resetAt: new Date(Number(row?.expires ?? Date.now())) };
}

/** Forgets what was counted: the owner has shown who they are. */
export async function forgive(counters: readonly Counter[]): Promise<void> {
  for (const [limit, key] of counters) await db.rateLimit.deleteMany({ where: { key: rowKey(limit, key) } });
}

/**
 * Takes back one attempt, which was no failure after all. One counter after the other, as `consume` counts: one statement for
 * all would lock their rows in an order of its own, and two transactions could wait for each other.
 */
export async function refund(counters: readonly Counter[]): Promise<void> {
  const data = { points: { decrement: 1 }, blockedUntil: 0 };
  for (const [limit, key] of counters)
    await db.rateLimit.updateMany({ where: { key: rowKey(limit, key), points: { gt: 0 } }, data });
}

/** Keys are hashed: they hold addresses, and come from the client at any length. */
function rowKey(limit: Limit, key: string): string {
  return `${limit.name}:${hashToken(key)}`;
}
