import { fail, ok, type Refusal, type Result } from "@/lib/auth/model/errors";
import { hashToken } from "@/lib/auth/model/secrets";
import { db } from "@/lib/db";
import { Prisma } from "@/prisma/client/client";

/**
 * Attempts are counted in the database, so that instances share them and a restart forgets none. Libraries that count
 * there were tried on paper: they take two to four statements an attempt, and none has a delay that grows. Here one
 * statement both asks and counts, so two hundred parallel guesses cannot slip through between the asking and the counting.
 */
export type Limit = {
  name: string;
  /** This many attempts are free … */
  points: number;
  /** … in a window of this many seconds that starts with the first. */
  windowSeconds: number;
  /** The wait after the last free attempt, doubled with each further one, up to the window. Without it: to the window's end. */
  firstDelaySeconds?: number;
};

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const LIMITS = {
  /** Wrong passwords for one account from devices it does not know. */
  passwordPerAccount: { name: "password:account", points: 10, windowSeconds: 15 * MINUTE, firstDelaySeconds: MINUTE },
  /** The same from a device that signed in before: a stranger's guessing must not lock the owner out. */
  passwordPerDevice: { name: "password:device", points: 10, windowSeconds: 15 * MINUTE, firstDelaySeconds: MINUTE },
  /** Wrong passwords from one client address, whatever the account: spraying and stuffing. */
  passwordPerSource: { name: "password:source", points: 40, windowSeconds: 15 * MINUTE },
  /** Wrong passwords typed inside a session. Past it the session ends. */
  passwordPerSession: { name: "password:session", points: 10, windowSeconds: 15 * MINUTE },
  registerPerSource: { name: "register:source", points: 10, windowSeconds: HOUR },
  forgotPerSource: { name: "forgot:source", points: 20, windowSeconds: HOUR },
  emailChangePerUser: { name: "email-change:user", points: 3, windowSeconds: HOUR },
  /** Visits to third parties: each leaves a row and asks the provider. */
  providerPerSource: { name: "provider:source", points: 60, windowSeconds: 15 * MINUTE },
  /** Links and codes that are not right. */
  tokenPerSource: { name: "token:source", points: 20, windowSeconds: MINUTE },
  /** Mail to one address, over all flows. */
  mailPerMinute: { name: "mail:minute", points: 1, windowSeconds: MINUTE },
  mailPerHour: { name: "mail:hour", points: 5, windowSeconds: HOUR },
  /** Notices of sign-ins by one API client at one address. */
  signInNotice: { name: "notice:sign-in", points: 1, windowSeconds: 30 * DAY },
  /** Notices that somebody used an address: one an hour says it all. */
  noticePerHour: { name: "notice:hour", points: 1, windowSeconds: HOUR },
} as const satisfies Record<string, Limit>;

/**
 * Counts one attempt and says whether it may go ahead. While refused, attempts do not count: a lock does not grow by
 * knocking at it.
 * @returns `too_many_attempts` with `retryAfter` in seconds when it may not.
 */
export async function consume(limit: Limit, key: string): Promise<Result<void>> {
  const now = Date.now();
  const id = rowKey(limit, key);
  const windowEnd = time(now + limit.windowSeconds * 1000);
  const at = time(now);
  const points = Prisma.sql`CASE WHEN "RateLimit"."expires" <= ${at} THEN 1 ELSE "RateLimit"."points" + 1 END`;
  const { blockedUntil, expires } = nextTimes(limit, now, points);
  const admitted = await db.$executeRaw`
    INSERT INTO "RateLimit" ("key", "points", "blockedUntil", "expires")
    VALUES (${id}, 1, ${limit.points === 1 ? windowEnd : time(0)}, ${windowEnd})
    ON CONFLICT ("key") DO UPDATE SET "points" = ${points}, "blockedUntil" = ${blockedUntil}, "expires" = ${expires}
    WHERE "RateLimit"."blockedUntil" <= ${at}`;
  return admitted === 1 ? ok(undefined) : refusal(id, now);
}

/** Milliseconds as SQL. PostgreSQL takes a bare parameter for whatever stands beside it, which may hold 32 bits only. */
function time(milliseconds: number): Prisma.Sql {
  return Prisma.sql`CAST(${BigInt(milliseconds)} AS BIGINT)`;
}

/** What the row's times become with this attempt, as SQL, because only the statement itself knows the count. */
function nextTimes(limit: Limit, now: number, points: Prisma.Sql) {
  const window = limit.windowSeconds * 1000;
  const at = time(now);
  const windowEnd = Prisma.sql`CASE WHEN "RateLimit"."expires" <= ${at} THEN ${time(now + window)} ELSE "RateLimit"."expires" END`;
  if (!limit.firstDelaySeconds) {
    return {
      expires: windowEnd,
      blockedUntil: Prisma.sql`CASE WHEN (${points}) >= ${limit.points} THEN ${windowEnd} ELSE 0 END`,
    };
  }
  const delay = limit.firstDelaySeconds * 1000;
  const doublings = Math.ceil(Math.log2(window / delay));
  return {
    // The row outlives the wait, or the next attempt would start again with all free attempts.
    expires: Prisma.sql`CASE WHEN (${points}) >= ${limit.points} THEN ${time(now + 2 * window)} ELSE ${windowEnd} END`,
    blockedUntil: Prisma.sql`CASE
      WHEN (${points}) < ${limit.points} THEN 0
      WHEN (${points}) >= ${limit.points + doublings} THEN ${time(now + window)}
      ELSE ${at} + (${time(delay)} << CAST((${points}) - ${limit.points} AS INTEGER)) END`,
  };
}

/**
 * Whether one more mail may go to this address, over all flows. Where the answer must not tell who has an account the
 * mail is then left out in silence: the one sent a moment ago still works.
 */
export async function mayMail(email: string): Promise<boolean> {
  return (await consumeMail(email)).ok;
}

/** The same, with the seconds to wait for those who may be told. */
export async function consumeMail(email: string): Promise<Result<void>> {
  const minute = await consume(LIMITS.mailPerMinute, email);
  return minute.ok ? consume(LIMITS.mailPerHour, email) : minute;
}

/** Seconds until `consumeMail` would say yes again, 0 when it would now. */
export function mailWaitSeconds(email: string): Promise<number> {
  return waitSeconds([LIMITS.mailPerMinute, LIMITS.mailPerHour], email);
}

/** Seconds until all of these limits would let the next attempt through, 0 when they would now. Counts nothing. */
export async function waitSeconds(limits: Limit[], key: string): Promise<number> {
  const keys = limits.map((limit) => rowKey(limit, key));
  const rows = await db.rateLimit.findMany({ where: { key: { in: keys } } });
  const wait = Math.max(0, ...rows.map((row) => Number(row.blockedUntil) - Date.now()));
  return Math.ceil(wait / 1000);
}

/** How many attempts are left until when, for clients that are told. Counts nothing. */
export async function standing(limit: Limit, key: string): Promise<{ remaining: number; resetAt: Date }> {
  const row = await db.rateLimit.findUnique({ where: { key: rowKey(limit, key) } });
  const remaining = Math.max(0, limit.points - (row?.points ?? 0));
  return { remaining, resetAt: new Date(Number(row?.expires ?? Date.now())) };
}

/**
 * Counts a link or code that is not right. Only those count: nobody's guessing holds up a right one, and the random
 * ones are too long to be guessed at any speed.
 * @returns the refusal given, or `too_many_attempts` past the limit.
 */
export async function refuseToken(source: string, refusal: Refusal): Promise<Refusal> {
  const allowed = await consume(LIMITS.tokenPerSource, source);
  return allowed.ok ? refusal : allowed;
}

async function refusal(id: string, now: number): Promise<Result<void>> {
  const row = await db.rateLimit.findUnique({ where: { key: id } });
  const wait = Number(row?.blockedUntil ?? now) - now;
  return fail("too_many_attempts", { retryAfter: Math.max(1, Math.ceil(wait / 1000)) });
}

/** Forgets what was counted: the owner has shown that it is them. */
export async function forgive(limit: Limit, key: string): Promise<void> {
  await db.rateLimit.deleteMany({ where: { key: rowKey(limit, key) } });
}

/** Does the work that an attempt was counted for. Work that could not be done, because the server is busy, was no attempt. */
export async function attempt<T>(limit: Limit, key: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await refund(limit, key);
    throw error;
  }
}

/** Takes one attempt back that turned out not to be a failure. */
export async function refund(limit: Limit, key: string): Promise<void> {
  await db.rateLimit.updateMany({
    where: { key: rowKey(limit, key), points: { gt: 0 } },
    data: { points: { decrement: 1 }, blockedUntil: 0 },
  });
}

/** Keys are hashed: they hold addresses, and come from the client at any length. */
function rowKey(limit: Limit, key: string): string {
  return `${limit.name}:${hashToken(key)}`;
}
