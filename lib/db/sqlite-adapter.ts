import { PrismaLibSql } from "@prisma/adapter-libsql";
import Database from "libsql";
import { giveWay } from "./give-way";
import { TooSlow } from "./is-outage";
import { BUSY_BLINK_MS, SqliteConnection, type Statement } from "./sqlite-connection";

type Client = ReturnType<PrismaLibSql["createClient"]>;

/** Prisma's adapter, on a connection of ours where the database is a file. */
export class SqliteAdapter extends PrismaLibSql {
  override createClient(config: Parameters<PrismaLibSql["createClient"]>[0]): Client {
    if (config.url.startsWith("file:")) return fileClient(config.url);
    const client = super.createClient(config);
    const transaction = client.transaction.bind(client);
    // Prisma would begin without the lock for writing.
    client.transaction = () => transaction("write");
    return client;
  }
}

/** A client on one connection. While a transaction lasts, Prisma's adapter lets nothing else run on it. */
function fileClient(url: string): Client {
  const connection = new SqliteConnection(url, BUSY_BLINK_MS);
  const client = {
    async execute(statement: Statement) {
      await giveWay();
      return connection.execute(statement);
    },
    executeMultiple: async (sql: string) => connection.executeScript(sql),
    async transaction() {
      connection.begin();
      return transactionOver(connection);
    },
    close: () => connection.close(),
  };
  // Prisma's adapter calls these four, and nothing else.
  return client as unknown as Client;
}

function ended(): Error {
  return new Database.SqliteError("The transaction has ended", "TRANSACTION_CLOSED");
}

function transactionOver(connection: SqliteConnection) {
  let over: Error | null = null;
  return {
    async execute(statement: Statement) {
      await giveWay();
      // A statement after the end would be committed by itself, or with the next transaction.
      if (over) throw over;
      if (!connection.inTransaction) throw ended();
      return connection.execute(statement);
    },
    async commit() {
      over = ended();
      try {
        connection.commit();
      } finally {
        // A transaction that cannot be committed must release the lock. Prisma leaves it open.
        connection.rollback();
      }
    },
    async rollback() {
      // Prisma calls this in the middle of a story when the transaction's time is up.
      over = new TooSlow("The transaction has ended");
      connection.rollback();
    },
  };
}
