import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { singleton } from "@/lib/singleton";
import { isOutage, saysPoolIsShort, saysReadOnly } from "./is-outage";
import { type DatabaseKind, databaseKind } from "./kind";
import { noteOutage } from "./request-outage";

/** The database cannot work at the moment. Every surface answers with 503. */
export class DatabaseUnavailable extends Error {
  override name = "DatabaseUnavailable";
}

/** Whether an error is a `DatabaseUnavailable`. Compared by name, because each bundle has its own copy of the class. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof Error && error.name === "DatabaseUnavailable";
}

/** Whether an error is a `DatabaseUnavailable` because the database is read-only at the moment. */
export function isReadOnly(error: unknown): boolean {
  return isUnavailable(error) && error instanceof Error && saysReadOnly(error.cause);
}

/**
 * An outage is over once nothing has failed for this long, so that the log has a line for each outage and not for each request.
 */
const CALM_MS = 10_000;
const POOL_IS_SHORT: Record<DatabaseKind, string> = {
  sqlite: "writes wait too long for each other: look for what holds SQLite's one lock, or use PostgreSQL",
  postgresql:
    "every connection to the database is in use: raise DATABASE_POOL_SIZE, or what the server or its pooler allows, or look for what holds them (long transactions, locks)",
};

/** `told`: the events of this outage that the log has. */
const outage = singleton("outage", () => ({ since: 0, failedAt: 0, told: new Set<string>() }));

/** Notes whether a statement succeeded, and turns an error that means an outage into `DatabaseUnavailable`. */
export async function watched<T>(work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    if (outage.since) reportSuccess();
    return result;
  } catch (error) {
    if (!isOutage(error)) throw error;
    throw unavailable(error, saysPoolIsShort(error));
  }
}

/** Notes an outage, logs each of its events once, and returns its error. */
export function unavailable(cause: unknown, poolIsShort = false): DatabaseUnavailable {
  noteOutage();
  outage.failedAt = performance.now();
  if (!outage.since) {
    outage.since = outage.failedAt;
    outage.told.clear();
  }
  const [event, words] = eventOf(cause, poolIsShort);
  if (!outage.told.has(event)) log.error({ event, err: cause }, words);
  outage.told.add(event);
  return new DatabaseUnavailable("The database cannot be reached", { cause });
}

function eventOf(cause: unknown, poolIsShort: boolean): [event: string, words: string] {
  if (poolIsShort) return ["database.pool_short", POOL_IS_SHORT[databaseKind(env().DATABASE_URL)]];
  if (saysReadOnly(cause)) return ["database.read_only", "the database takes no writes"];
  return ["database.unavailable", "database unavailable"];
}

function reportSuccess(): void {
  if (performance.now() - outage.failedAt < CALM_MS) return;
  const seconds = Math.round((outage.failedAt - outage.since) / 1000);
  outage.since = 0;
  log.info({ event: "database.available", seconds }, "database available again");
}
