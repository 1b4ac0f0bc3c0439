import { PrismaPg } from "@prisma/adapter-pg";
import type { SqlDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { guarded } from "./guard";

const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 4_000;
/** The server stops a statement after this long: an answer within five seconds is promised, and takes time itself. */
const STATEMENT_TIMEOUT_MS = 4_500;
/** Where the server hangs itself, the client stops waiting. */
const QUERY_TIMEOUT_MS = 5_000;
/** A transaction nobody goes on with, because its process is gone, must not keep its locks. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

/** PostgreSQL, and what speaks its protocol. */
export function postgresqlDriver(url: string): SqlDriverAdapterFactory {
  return guarded(
    new PrismaPg({
      connectionString: url,
      application_name: "latchkey",
      keepAlive: true,
      max: POOL_SIZE,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    }),
  );
}
