import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { db } from "@/lib/db";
import { sqlitePath } from "@/lib/db/kind";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { SECURITY_EVENT_DAYS } from "@/lib/validity";
import { Prisma } from "@/prisma/client/client";

/** Small, so that whatever else writes waits for milliseconds. */
const BATCH_ROWS = 100;
/** Between batches the database belongs to others for at least as long as the batch took. */
const MIN_PAUSE_MS = 2;
const BUSY_MS = 10_000;
const EVERY_MINUTES = 5;
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
type Deleted = Record<Kind, number>;

/**
 * Deletes the rows that have expired, in small batches with pauses, and says how many of each kind. Nothing depends on
 * it but the size of the tables: an expired row counts for nothing. Several may run at once.
 */
export async function cleanUp(at = new Date()): Promise<Deleted> {
  const { DATABASE_URL } = env();
  if (DATABASE_URL.startsWith("file:")) return cleanUpAside(sqlitePath(DATABASE_URL), at);
  const deleted = {
    sessions: 0,
    refreshTokens: 0,
    verifications: 0,
    rateLimits: 0,
    mails: 0,
    deliveries: 0,
    rememberedDevices: 0,
    events: 0,
  };
  for (const kind of kinds()) {
    const batch = batchOf(EXPIRED[kind], at);
    for (let count = BATCH_ROWS; count === BATCH_ROWS; ) {
      const begun = performance.now();
      count = await db.$executeRaw(batch);
      deleted[kind] += count;
      await sleep(Math.max(MIN_PAUSE_MS, performance.now() - begun));
    }
  }
  return deleted;
}

/** On a thread of its own: SQLite works on the thread that asks, and this one serves pages. */
async function cleanUpAside(path: string, at: Date): Promise<Deleted> {
  const batches: Record<string, { sql: string; values: unknown[] }> = {};
  for (const kind of kinds()) {
    const { sql, values } = batchOf(EXPIRED[kind], at);
    batches[kind] = { sql, values: values.map(asStored) };
  }
  const worker = new Worker(new URL("./clean-up-worker.mjs", import.meta.url), {
    workerData: { path, batches, rows: BATCH_ROWS, minPauseMs: MIN_PAUSE_MS, busyMs: BUSY_MS },
    env: {},
    execArgv: [],
  });
  const [deleted] = await once(worker, "message");
  return deleted;
}

function batchOf({ table, key = "id", column = "expires", keptDays = 0 }: Expired, at: Date): Prisma.Sql {
  const [from, id, expires] = [table, key, column].map((name) => Prisma.raw(`"${name}"`));
  const before = new Date(at.getTime() - keptDays * DAY_MS);
  // Limits count time in milliseconds, see schema.prisma.
  const bound = table === "RateLimit" ? before.getTime() : before;
  return Prisma.sql`DELETE FROM ${from} WHERE ${id} IN
    (SELECT ${id} FROM ${from} WHERE ${expires} <= ${bound} LIMIT ${BATCH_ROWS})`;
}

/** A value as Prisma stores it in SQLite. */
function asStored(value: unknown): unknown {
  return value instanceof Date ? value.toISOString().replace("Z", "+00:00") : value;
}

function kinds(): Kind[] {
  return Object.keys(EXPIRED) as Kind[];
}

/** Cleans up now and then for as long as the process runs, which it does not keep from ending. */
export function cleanUpRegularly(): void {
  // Instances that were started together take turns.
  const wait = EVERY_MINUTES * 60_000 * (0.5 + Math.random());
  setTimeout(async () => {
    await cleanUp().catch((err: unknown) => log.warn({ err }, "clean-up failed"));
    cleanUpRegularly();
  }, wait).unref();
}
