import { setTimeout as sleep } from "node:timers/promises";
import { PrismaLibSql } from "@prisma/adapter-libsql";
import { isDriverAdapterError, type SqlDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import Database from "libsql";
import { guarded } from "./guard";
import { SqliteConnection, type Statement } from "./sqlite-connection";

/** libSQL waits for another process's lock on the main thread, and everybody with it: it may do so for a blink. */
const BUSY_BLINK_MS = 5;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;
const GIVE_UP_AFTER_MS = 4_000;

/** SQLite in a file, or libSQL's server. */
export function sqliteDriver(url: string): SqlDriverAdapterFactory {
  return guarded(new Driver({ url }), whileBusy);
}

type Client = ReturnType<PrismaLibSql["createClient"]>;

class Driver extends PrismaLibSql {
  override createClient(config: Parameters<PrismaLibSql["createClient"]>[0]): Client {
    if (config.url.startsWith("file:")) return fileClient(config.url);
    const client = super.createClient(config);
    const transaction = client.transaction.bind(client);
    // Prisma would begin without the right to write.
    client.transaction = () => transaction("write");
    return client;
  }
}

/** A client on one connection. While a transaction lasts, Prisma's adapter lets nothing else run on it. */
function fileClient(url: string): Client {
  const connection = new SqliteConnection(url, BUSY_BLINK_MS);
  const client = {
    execute: async (statement: Statement) => connection.execute(statement),
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

function transactionOver(connection: SqliteConnection) {
  return {
    async execute(statement: Statement) {
      // A statement that comes after the end would be committed by itself.
      if (!connection.inTransaction) throw new Database.SqliteError("The transaction has ended", "TRANSACTION_CLOSED");
      return connection.execute(statement);
    },
    async commit() {
      try {
        connection.commit();
      } finally {
        // One that cannot be committed must let go of the lock. Prisma leaves it open.
        connection.rollback();
      }
    },
    rollback: async () => connection.rollback(),
  };
}

/** Tries again while another process holds the lock, in pauses that leave the thread to others. */
async function whileBusy<T>(work: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || performance.now() + pause > giveUpAt) throw error;
    }
    await sleep(pause * (0.5 + Math.random()));
  }
}

/** "SocketTimeout" is what the adapter makes of SQLITE_BUSY. */
function isBusy(error: unknown): boolean {
  return isDriverAdapterError(error) && error.cause.kind === "SocketTimeout";
}
