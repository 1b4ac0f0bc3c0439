import { PrismaPg } from "@prisma/adapter-pg";
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { Client, type ClientConfig } from "pg";
import { CommandError } from "@/lib/cli/command";
import { certificateProblem, chooseHost } from "@/lib/db/postgresql-connection";
import { EnvError } from "@/lib/env";

const CONNECT_TIMEOUT_MS = 5_000;
/** Prisma's own number, so that `prisma migrate deploy` takes its turn too. */
const MIGRATION_LOCK = 72707369;

/**
 * Runs `work` in one process at a time, and gives it a driver whose statements wait for a lock at most `lockTimeoutMs`. All
 * limits are set by statement and hold for one transaction, so that this works through a pooler: PgBouncer refuses them as
 * startup parameters, and passes a session's own on to others.
 * @throws {CommandError} when the server's certificate is not as the address demands; also when the database is away, or
 * another process holds the lock for longer.
 */
export async function withPostgresql<T>(
  url: string,
  lockTimeoutMs: number,
  work: (driver: SqlMigrationAwareDriverAdapterFactory) => Promise<T>,
): Promise<T> {
  const host = await reached(() => chooseHost(url, CONNECT_TIMEOUT_MS));
  const lock = new Client({ ...host, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, keepAlive: true });
  // The statements fail too, and nothing else can be done about it.
  lock.on("error", () => {});
  const driver = new MigrationDriver(host, lockTimeoutMs);
  try {
    await takeLock(lock, lockTimeoutMs);
    return await work(driver);
  } finally {
    await driver.close();
    await lock.end().catch(() => {});
  }
}

/**
 * Connects. A wrong certificate ends the command, since waiting does not help; a database that does not answer may be waited
 * for.
 */
async function reached<T>(connect: () => Promise<T>): Promise<T> {
  try {
    return await connect();
  } catch (cause) {
    const problem = certificateProblem(cause);
    if (problem) throw new CommandError(problem, { cause });
    // The server's own errors, like a wrong password, tell more; one that does not answer tells little.
    if (cause instanceof EnvError || (cause instanceof Error && "severity" in cause)) throw cause;
    throw new Error(`Can't reach database server: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** The lock lasts as long as the transaction, which a crash also ends. */
async function takeLock(lock: Client, lockTimeoutMs: number): Promise<void> {
  await reached(() => lock.connect());
  await lock.query(`BEGIN;
    SET LOCAL statement_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL lock_timeout = ${lockTimeoutMs};
    SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
}

class MigrationDriver extends PrismaPg {
  #connections: SqlDriverAdapter[] = [];
  readonly #limits: string;

  constructor(host: ClientConfig, lockTimeoutMs: number) {
    super({ ...host, max: 1, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    this.#limits = `SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = ${lockTimeoutMs};`;
  }

  override async connect() {
    const connection = await super.connect();
    this.#connections.push(connection);
    const { executeRaw, queryRaw } = connection;
    // The engine's own lock is the session's: behind a pooler it would stay with a connection that others get.
    const isLock = (sql: string) => /pg_advisory_(un)?lock\(/.test(sql);
    connection.executeRaw = async (query) => (isLock(query.sql) ? 0 : executeRaw.call(connection, query));
    connection.queryRaw = async (query) =>
      isLock(query.sql) ? { columnNames: [], columnTypes: [], rows: [] } : queryRaw.call(connection, query);
    // The adapter itself splits a script at every semicolon, also inside strings and functions. Sent whole, a script is one
    // transaction, for which the limits last.
    connection.executeScript = async (script) => {
      const sql = needsNoTransaction(script) ? script : `${this.#limits}\n${script}`;
      await connection.executeRaw({ sql, args: [], argTypes: [] });
    };
    return connection;
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) await connection.dispose();
  }
}

/** `CREATE INDEX CONCURRENTLY` must be alone in its migration, and outside of any transaction. */
function needsNoTransaction(script: string): boolean {
  return /\bCONCURRENTLY\b/i.test(script);
}
