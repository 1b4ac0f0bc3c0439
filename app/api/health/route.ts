import { readRow, writeAlone } from "@/lib/db";
import { isReadOnly, isUnavailable } from "@/lib/db/outage";
import { sql } from "@/lib/db/sql";
import { deliveryQueue } from "@/lib/events/emit";
import { log } from "@/lib/log";
import { mailQueue } from "@/lib/mail/outbox";
import { isFromOperator } from "@/lib/wire/operator";
import { otherMethods } from "@/lib/wire/other-methods";

const QUERY_TIMEOUT_MS = 2_000;
/** Limits for any number of requests: one read of the database a second, and one write in ten seconds. */
const READ_EVERY_MS = 1_000;
const WRITE_EVERY_MS = 10_000;
const HOUR_MS = 3_600_000;

type Outcome = "works" | "read-only" | "fails";

let reading: { at: number; outcome: Promise<Outcome> } | undefined;
let writing: { at: number; outcome: Outcome } = {
  at: Number.NEGATIVE_INFINITY,
  outcome: "works",
};

/**
 * 200 while the database answers and takes writes, 503 while it does not, with `read-only` where it still answers. For load
 * balancers, so it tells no more than that. An operator who asks on the machine itself with `?verbose` is told how many mails,
 * and how many events for subscribers, wait and how many were given up.
 */
export async function GET(request: Request): Promise<Response> {
  const outcome = (await canRead()) === "works" ? canWrite() : "fails";
  const healthy = outcome === "works";
  const verbose = new URL(request.url).searchParams.has("verbose") && isFromOperator(request.headers);
  const waiting = healthy && verbose && { mail: await mailQueue.count(), events: await deliveryQueue.count() };
  return Response.json(
    { status: STATUS[outcome], ...waiting },
    { status: healthy ? 200 : 503, headers: { "cache-control": "no-store" } },
  );
}

const STATUS: Record<Outcome, string> = { works: "ok", "read-only": "read-only", fails: "unavailable" };

function canRead(): Promise<Outcome> {
  if (!reading || performance.now() - reading.at > READ_EVERY_MS)
    reading = { at: performance.now(), outcome: outcomeOf(read) };
  return reading.outcome;
}

/** How the last write ended, so that no answer waits for one. Only a write notices a full disk. */
function canWrite(): Outcome {
  if (performance.now() - writing.at > (writing.outcome === "works" ? WRITE_EVERY_MS : READ_EVERY_MS)) {
    writing.at = performance.now();
    void outcomeOf(write).then((outcome) => {
      writing = { at: performance.now(), outcome };
    });
  }
  return writing.outcome;
}

/** A table, not only a connection: SQLite opens a file that is gone as a new, empty one. */
async function read(): Promise<void> {
  const late = AbortSignal.timeout(QUERY_TIMEOUT_MS);
  await Promise.race([
    readRow(sql`SELECT "seq" FROM "User" LIMIT 1`),
    new Promise((_, reject) => late.addEventListener("abort", () => reject(late.reason))),
  ]);
}

async function write(): Promise<void> {
  const expires = Date.now() + HOUR_MS;
  await writeAlone(sql`
    INSERT INTO "RateLimit" ("key", "points", "blockedUntil", "expires") VALUES ('health', 0, 0, ${expires})
    ON CONFLICT ("key") DO UPDATE SET "expires" = ${expires}`);
}

async function outcomeOf(work: () => Promise<void>): Promise<Outcome> {
  try {
    await work();
    return "works";
  } catch (err) {
    if (isReadOnly(err)) return "read-only";
    const late = err instanceof Error && err.name === "TimeoutError";
    if (!isUnavailable(err) && !late) log.error({ err }, "the database cannot be used");
    return "fails";
  }
}

export const { POST, PUT, PATCH, DELETE } = otherMethods("GET, HEAD, OPTIONS");
