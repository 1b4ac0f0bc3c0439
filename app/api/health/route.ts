import { db } from "@/lib/db";
import { isUnavailable } from "@/lib/db/outage";
import { deliveryQueue } from "@/lib/events/emit";
import { log } from "@/lib/log";
import { mailQueue } from "@/lib/mail/outbox";
import { isFromOperator } from "@/lib/wire/operator";
import { otherMethods } from "@/lib/wire/other-methods";

const QUERY_TIMEOUT_MS = 2_000;
/** However often it is asked: the database is read once a second at most, and written once in ten seconds. */
const READ_EVERY_MS = 1_000;
const WRITE_EVERY_MS = 10_000;
const HOUR_MS = 3_600_000;

let reading: { at: number; works: Promise<boolean> } | undefined;
let writing = { at: Number.NEGATIVE_INFINITY, works: true };

/**
 * 200 while the database answers and takes writes, 503 while it does not. For load balancers, so it tells no more than
 * that. An operator who asks on the machine itself with `?verbose` is told how many mails, and how many events for
 * subscribers, wait and how many were given up.
 */
export async function GET(request: Request): Promise<Response> {
  const healthy = (await canRead()) && canWrite();
  const verbose = new URL(request.url).searchParams.has("verbose") && isFromOperator(request.headers);
  const waiting = healthy && verbose && { mail: await mailQueue.count(), events: await deliveryQueue.count() };
  return Response.json(
    { status: healthy ? "ok" : "unavailable", ...waiting },
    { status: healthy ? 200 : 503, headers: { "cache-control": "no-store" } },
  );
}

function canRead(): Promise<boolean> {
  if (!reading || performance.now() - reading.at > READ_EVERY_MS)
    reading = { at: performance.now(), works: succeeds(read) };
  return reading.works;
}

/** How the last write ended, so that no answer waits for the next. A full disk is seen by nothing else. */
function canWrite(): boolean {
  if (performance.now() - writing.at > (writing.works ? WRITE_EVERY_MS : READ_EVERY_MS)) {
    writing.at = performance.now();
    void succeeds(write).then((works) => {
      writing = { at: performance.now(), works };
    });
  }
  return writing.works;
}

/** A table, not only a connection: SQLite opens a file that is gone as a new, empty one. */
async function read(): Promise<void> {
  const late = AbortSignal.timeout(QUERY_TIMEOUT_MS);
  await Promise.race([
    db.user.findFirst({ select: { seq: true } }),
    new Promise((_, reject) => late.addEventListener("abort", () => reject(late.reason))),
  ]);
}

async function write(): Promise<void> {
  const expires = Date.now() + HOUR_MS;
  const create = { key: "health", points: 0, blockedUntil: 0, expires };
  await db.rateLimit.upsert({ where: { key: "health" }, create, update: { expires } });
}

async function succeeds(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (err) {
    const late = err instanceof Error && err.name === "TimeoutError";
    if (!isUnavailable(err) && !late) log.error({ err }, "the database cannot be used");
    return false;
  }
}

export const { POST, PUT, PATCH, DELETE } = otherMethods("GET, HEAD, OPTIONS");
