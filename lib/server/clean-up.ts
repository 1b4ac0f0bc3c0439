import { setTimeout as sleep } from "node:timers/promises";
import { db } from "@/lib/db";
import { log } from "@/lib/log";

/** Small, because SQLite works on the thread that serves pages: a batch is a few milliseconds nobody notices. */
const BATCH_ROWS = 250;
/** Between batches the database belongs to others for at least as long as the batch took. */
const MIN_PAUSE_MS = 2;
const EVERY_MINUTES = 5;
const DAY_MS = 24 * 60 * 60_000;
/** So long an operator sees how many mails were given up. A sender has given up what is stale long before. */
const MAIL_DAYS = 7;
/** So long people see what happened to their account. */
const EVENT_DAYS = 90;

const before = (at: Date, days: number) => new Date(at.getTime() - days * DAY_MS);

/** What expires, and how a batch of it is deleted. What hangs on a row goes with it. */
const EXPIRED = {
  sessions: (at: Date) => db.session.deleteMany({ where: { expires: { lte: at } }, limit: BATCH_ROWS }),
  refreshTokens: (at: Date) => db.refreshToken.deleteMany({ where: { expires: { lte: at } }, limit: BATCH_ROWS }),
  verifications: (at: Date) => db.verification.deleteMany({ where: { expires: { lte: at } }, limit: BATCH_ROWS }),
  rateLimits: (at: Date) => db.rateLimit.deleteMany({ where: { expires: { lte: at.getTime() } }, limit: BATCH_ROWS }),
  mails: (at: Date) =>
    db.outboxMail.deleteMany({ where: { expires: { lte: before(at, MAIL_DAYS) } }, limit: BATCH_ROWS }),
  events: (at: Date) =>
    db.securityEvent.deleteMany({ where: { createdAt: { lte: before(at, EVENT_DAYS) } }, limit: BATCH_ROWS }),
};

/**
 * Deletes the rows that have expired, in small batches with pauses, and says how many of each kind. Nothing depends on
 * it but the size of the tables: an expired row counts for nothing. Several may run at once.
 */
export async function cleanUp(at = new Date()): Promise<Record<keyof typeof EXPIRED, number>> {
  const deleted = { sessions: 0, refreshTokens: 0, verifications: 0, rateLimits: 0, mails: 0, events: 0 };
  for (const kind of Object.keys(EXPIRED) as (keyof typeof EXPIRED)[]) {
    for (let count = BATCH_ROWS; count === BATCH_ROWS; ) {
      const begun = performance.now();
      ({ count } = await EXPIRED[kind](at));
      deleted[kind] += count;
      await sleep(Math.max(MIN_PAUSE_MS, performance.now() - begun));
    }
  }
  return deleted;
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
