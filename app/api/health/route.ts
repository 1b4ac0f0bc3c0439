import { db } from "@/lib/db";
import { isUnavailable } from "@/lib/db/outage";
import { log } from "@/lib/log";

const QUERY_TIMEOUT_MS = 2_000;
/** However often it is asked: the database is asked once a second at most. */
const CACHE_MS = 1_000;

let asked: { at: number; reachable: Promise<boolean> } | undefined;

/** 200 while the database answers, 503 while it does not. For load balancers, so it tells no more than that. */
export async function GET(): Promise<Response> {
  if (!asked || Date.now() - asked.at > CACHE_MS) asked = { at: Date.now(), reachable: isReachable() };
  const reachable = await asked.reachable;
  return Response.json(
    { status: reachable ? "ok" : "unavailable" },
    { status: reachable ? 200 : 503, headers: { "cache-control": "no-store" } },
  );
}

async function isReachable(): Promise<boolean> {
  const late = AbortSignal.timeout(QUERY_TIMEOUT_MS);
  try {
    await Promise.race([
      // A table, not only a connection: SQLite opens a file that is gone as a new, empty one.
      db.user.findFirst({ select: { seq: true } }),
      new Promise((_, reject) => late.addEventListener("abort", () => reject(late.reason))),
    ]);
    return true;
  } catch (err) {
    if (!isUnavailable(err) && !late.aborted) log.error({ err }, "the database is not reachable");
    return false;
  }
}
