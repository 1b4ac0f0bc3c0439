import { PrismaPg } from "@prisma/adapter-pg";
import type { SqlDriverAdapter, SqlDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { env } from "@/lib/env";
import { abandon, guarded } from "./guard";
import { openPool } from "./postgresql-pool";

/** The server stops a statement of a transaction after this long: an answer within five seconds is promised. */
const STATEMENT_TIMEOUT_MS = 4_300;
/** A transaction whose process is gone must not keep its locks. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

/**
 * Limits as a statement of the transaction: as startup parameters a pooler like PgBouncer refuses them, and set for the
 * session they would stay with a connection that the pooler gives to others.
 */
const LIMIT_TRANSACTION = {
  sql: `SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS};
    SET LOCAL idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_TIMEOUT_MS}`,
  args: [],
  argTypes: [],
};

/** PostgreSQL, and what speaks its protocol. */
export function postgresqlDriver(url: string): SqlDriverAdapterFactory {
  return guarded({
    provider: "postgres",
    adapterName: "@prisma/adapter-pg",
    async connect() {
      const pool = openPool(url, env().DATABASE_POOL_SIZE, STATEMENT_TIMEOUT_MS);
      return withLimitedTransactions(await new PrismaPg(pool, { disposeExternalPool: true }).connect());
    },
  });
}

function withLimitedTransactions(connection: SqlDriverAdapter): SqlDriverAdapter {
  const { startTransaction } = connection;
  connection.startTransaction = async (level) => {
    const transaction = await startTransaction.call(connection, level);
    try {
      await transaction.executeRaw(LIMIT_TRANSACTION);
    } catch (error) {
      await abandon(transaction);
      throw error;
    }
    return transaction;
  };
  return connection;
}
