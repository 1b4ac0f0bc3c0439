import { isDriverAdapterError } from "@prisma/driver-adapter-utils";

/** SQLite: no memory, busy, locked, read-only, interrupted, i/o, full, cannot open, lock protocol, not a database. */
const SQLITE_OUTAGE = new Set([5, 6, 7, 8, 9, 10, 13, 14, 15, 26]);
const PRIMARY_CODE = 0xff;
const SQLITE_BUSY = 5;
const SQLITE_READ_ONLY = 8;
const POSTGRESQL_READ_ONLY = "25006";
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
/** The messages of `pg` for connections that break or never open. These errors have no code. */
const POSTGRESQL_WORDS =
  /^(Connection terminated|timeout e|Query read timeout|Client (was closed|has encountered)|Cannot use a pool|SASL|Received unexpected)/;
const POOL_IS_SHORT = "timeout exceeded when trying to connect";
/** The messages of a libSQL server that failed or broke off. */
const LIBSQL_SERVER_WORDS = /^(SERVER_ERROR|HRANA_)/;

/** The database did not answer in time. */
export class TooSlow extends Error {}

/** No host of the database takes writes: each is a standby, or an operator made it read-only. */
export class NoWrites extends Error {}

/** Whether a driver's error says that the database cannot work, rather than that the statement was wrong. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isDriverAdapterError(error)) {
    const { cause } = error;
    if (cause.kind === "postgres") return POSTGRESQL_OUTAGE.test(cause.code);
    if (cause.kind === "sqlite")
      return SQLITE_OUTAGE.has(cause.extendedCode & PRIMARY_CODE) || LIBSQL_SERVER_WORDS.test(cause.message);
    return OUTAGES.has(cause.kind);
  }
  return (
    error instanceof TooSlow ||
    error instanceof NoWrites ||
    SQLITE_OUTAGE.has(sqliteCode(error) ?? 0) ||
    isNetwork(error) ||
    POSTGRESQL_WORDS.test(error.message) ||
    isOutage(error.cause)
  );
}

/** Whether an error says that no connection was free: in our pool, at the server or in the pooler. */
export function saysPoolIsShort(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isDriverAdapterError(error)) {
    const { cause } = error;
    if (cause.kind === "postgres") return /query_wait_timeout|no more connections/.test(cause.message);
    return cause.kind === "TooManyConnections";
  }
  return error.message === POOL_IS_SHORT;
}

/** Whether an error says that the database is read-only: a standby, a read-only disk, or an operator's setting. */
export function saysReadOnly(error: unknown): boolean {
  if (!isDriverAdapterError(error)) return sqliteCode(error) === SQLITE_READ_ONLY;
  const { cause } = error;
  if (cause.kind === "postgres") return cause.code === POSTGRESQL_READ_ONLY;
  return cause.kind === "sqlite" && (cause.extendedCode & PRIMARY_CODE) === SQLITE_READ_ONLY;
}

/** Whether an error says that another process holds SQLite's lock. */
export function saysBusy(error: unknown): boolean {
  // Prisma's adapter calls it a timeout of the socket.
  return isDriverAdapterError(error) ? error.cause.kind === "SocketTimeout" : sqliteCode(error) === SQLITE_BUSY;
}

/** The primary code of an error that Prisma's adapter does not translate, like those at opening and at COMMIT. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error && "rawCode" in error && typeof error.rawCode === "number")) return undefined;
  return error.rawCode & PRIMARY_CODE;
}

/** Node's own errors of sockets and files: ECONNREFUSED, EHOSTUNREACH, EAI_AGAIN, EMFILE, … */
function isNetwork(error: Error): boolean {
  return (
    "code" in error && typeof error.code === "string" && /^E[A-Z_]+$/.test(error.code) && !/^ERR_/.test(error.code)
  );
}
