import type { SqlDriverAdapter, SqlDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { env } from "@/lib/env";
import { abandon, guarded } from "./guard";

/** A transaction whose process is gone must not keep its locks. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

/**
 * Limits as a statement of the transaction: as startup parameters a pooler like PgBouncer refuses them, and set for the
 * session they would stay with a connection that the pooler gives to others.
 */
const limitTransaction = (statementMs: number) => ({
  sql: `SET LOCAL statement_timeout = ${statementMs};
    SET LOCAL idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_TIMEOUT_MS}`,
  args: [],
  argTypes: [],
});

/** PostgreSQL, and what speaks its protocol. Its client is loaded when it connects: a site on SQLite has no use for it. */
export function postgresqlDriver(url: string): SqlDriverAdapterFactory {
  return guarded({
    provider: "postgres",
    adapterName: "@prisma/adapter-pg",
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
  });
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
