import type { SqlDriverAdapter, SqlDriverAdapterFactory, SqlQuery } from "@prisma/driver-adapter-utils";
import { env } from "@/lib/env";
import { singleton } from "@/lib/singleton";
import { abandon, guarded } from "./guard";
import { openOnce } from "./open-once";
import type { Sql } from "./sql";

/** A transaction whose process is gone must not keep its locks. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

/**
 * Sets the limits by a statement of the transaction. A pooler like PgBouncer refuses them as startup parameters. Set for the
 * session they would stay with a connection that the pooler lends to others.
 */
const limitTransaction = (statementMs: number) => ({
  sql: `SET LOCAL statement_timeout = ${statementMs};
    SET LOCAL idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_TIMEOUT_MS}`,
  args: [],
  argTypes: [],
});

const NAMES = { provider: "postgres", adapterName: "@prisma/adapter-pg" } as const;

const open = singleton("postgresql", () => new Map<string, Promise<SqlDriverAdapter>>());

/** PostgreSQL, or a database with its protocol. A process has one pool of connections for each address. */
export function postgresqlDriver(url: string): SqlDriverAdapterFactory {
  return { ...NAMES, connect: () => connectTo(url) };
}

function connectTo(url: string): Promise<SqlDriverAdapter> {
  return openOnce(open, url, connectAnew);
}

async function connectAnew(url: string): Promise<SqlDriverAdapter> {
  const connection = await guarded(pooled(url)).connect();
  const { dispose } = connection;
  connection.dispose = () => {
    open.delete(url);
    return dispose.call(connection);
  };
  return connection;
}

/** Rows without Prisma's client. Times come as text. */
export async function readPostgresql(url: string, query: Sql): Promise<unknown[]> {
  const connection = await connectTo(url);
  const { columnNames, rows } = await connection.queryRaw(withNumbers(query));
  return rows.map((row) => Object.fromEntries(columnNames.map((name, column) => [name, row[column]])));
}

/** Runs a statement without Prisma's client. */
export async function writePostgresql(url: string, query: Sql): Promise<void> {
  const connection = await connectTo(url);
  await connection.executeRaw(withNumbers(query));
}

/** The query as the driver takes it, with numbered parameters. */
function withNumbers({ text, values }: Sql): SqlQuery {
  return { sql: text, args: values, argTypes: values.map(() => ({ scalarType: "unknown", arity: "scalar" })) };
}

/** PostgreSQL's client is loaded when it connects, because a site on SQLite does not need it. */
function pooled(url: string): SqlDriverAdapterFactory {
  return {
    ...NAMES,
    async connect() {
      const [{ PrismaPg }, { openPool }] = await Promise.all([
        import("@prisma/adapter-pg"),
        import("./postgresql-pool"),
      ]);
      const { DATABASE_POOL_SIZE: size, DATABASE_CONNECT_TIMEOUT_MS: connectMs } = env();
      const { DATABASE_IDLE_TIMEOUT_MS: idleMs, DATABASE_STATEMENT_TIMEOUT_MS: statementMs } = env();
      const pool = openPool(url, { size, connectMs, idleMs, statementMs });
      return withLimitedTransactions(await new PrismaPg(pool, { disposeExternalPool: true }).connect(), statementMs);
    },
  };
}

function withLimitedTransactions(connection: SqlDriverAdapter, statementMs: number): SqlDriverAdapter {
  const { startTransaction } = connection;
  connection.startTransaction = async (level) => {
    const transaction = await startTransaction.call(connection, level);
    try {
      await transaction.executeRaw(limitTransaction(statementMs));
    } catch (error) {
      await abandon(transaction);
      throw error;
    }
    return transaction;
  };
  return connection;
}
