import { PrismaLibSql } from "@prisma/adapter-libsql";
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "@/prisma/client/client";
import { env } from "./env";

const STATEMENT_TIMEOUT_MS = 5_000;
const POOL_SIZE = 10;
/** libSQL waits for another process's lock on the main thread, so it may only wait briefly. */
const SQLITE_BUSY_TIMEOUT_MS = 250;

/** The driver for a database address: libSQL for a file, `pg` for PostgreSQL and what speaks its protocol. */
export function databaseAdapter(url: string) {
  if (/^postgres(ql)?:/.test(url))
    return new PrismaPg({
      connectionString: url,
      max: POOL_SIZE,
      connectionTimeoutMillis: STATEMENT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
    });
  return new PrismaLibSql({ url, timeout: SQLITE_BUSY_TIMEOUT_MS });
}

// Next evaluates modules once per bundle (proxy, pages, routes) and again on every hot reload: one client for all.
const shared = globalThis as typeof globalThis & { latchkeyDb?: PrismaClient };

function connect(): PrismaClient {
  shared.latchkeyDb ??= new PrismaClient({ adapter: databaseAdapter(env().DATABASE_URL) });
  return shared.latchkeyDb;
}

/** The database. Connects at first use, so that a build needs none. */
export const db: PrismaClient = new Proxy({} as PrismaClient, {
  get: (_, property) => Reflect.get(connect(), property),
});
