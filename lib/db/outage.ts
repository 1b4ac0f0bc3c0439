import { isDriverAdapterError } from "@prisma/driver-adapter-utils";
import { log } from "@/lib/log";
import { noteOutage } from "./request-outage";

/** The database cannot work at the moment, whatever it was asked. Becomes a 503 at every surface. */
export class DatabaseUnavailable extends Error {
  override name = "DatabaseUnavailable";
}

/** Whether an error is that one. By name, because every bundle has a class of its own. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof Error && error.name === "DatabaseUnavailable";
}

/** An outage counts as over once nothing has failed for this long: one line a fault, not one a request. */
const CALM_MS = 10_000;

// Next evaluates modules once per bundle; an outage is the process's.
const shared = globalThis as typeof globalThis & { latchkeyOutage?: { since: number; failedAt: number } };
shared.latchkeyOutage ??= { since: 0, failedAt: 0 };
const outage = shared.latchkeyOutage;

/** SQLite: no memory, busy, locked, read-only, interrupted, i/o, full, cannot open, lock protocol, not a database. */
const SQLITE_OUTAGE = new Set([5, 6, 7, 8, 9, 10, 13, 14, 15, 26]);
const PRIMARY_CODE = 0xff;
/** PostgreSQL: connection, resources, statement stopped or server stopping, i/o, wrong login, read-only, lock timeout. */
const POSTGRESQL_OUTAGE = /^(08|53|57|58|28|25006|3D000|55P03)/;
const OUTAGES = new Set([
  "DatabaseNotReachable",
  "ConnectionClosed",
  "SocketTimeout",
  "TooManyConnections",
  "TlsConnectionError",
  "AuthenticationFailed",
  "DatabaseAccessDenied",
  "DatabaseDoesNotExist",
]);

/** Whether a driver's error says that the database is away, rather than that the statement was wrong. */
function isOutage(error: unknown): boolean {
  // What drivers do not translate are connections that break or never come about.
  if (!isDriverAdapterError(error)) return true;
  const { cause } = error;
  if (cause.kind === "sqlite") return SQLITE_OUTAGE.has(cause.extendedCode & PRIMARY_CODE);
  if (cause.kind === "postgres") return POSTGRESQL_OUTAGE.test(cause.code);
  return OUTAGES.has(cause.kind);
}

/** Notes what became of a statement, and turns an error that means an outage into `DatabaseUnavailable`. */
export async function watched<T>(work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    if (outage.since) reportSuccess();
    return result;
  } catch (error) {
    if (!isOutage(error)) throw error;
    noteOutage();
    reportFailure(error);
    throw new DatabaseUnavailable("The database cannot be reached", { cause: error });
  }
}

function reportFailure(error: unknown): void {
  outage.failedAt = Date.now();
  if (outage.since) return;
  outage.since = outage.failedAt;
  log.error({ event: "database.unavailable", err: error }, "database unavailable");
}

function reportSuccess(): void {
  if (Date.now() - outage.failedAt < CALM_MS) return;
  const seconds = Math.round((outage.failedAt - outage.since) / 1000);
  outage.since = 0;
  log.info({ event: "database.available", seconds }, "database available again");
}
