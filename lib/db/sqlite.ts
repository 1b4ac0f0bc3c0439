import { setTimeout as sleep } from "node:timers/promises";
import { PrismaLibSql } from "@prisma/adapter-libsql";
import { isDriverAdapterError, type SqlDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { guarded } from "./guard";

/** libSQL waits for another process's lock on the main thread, and everybody with it: it may do so for a blink. */
const BUSY_BLINK_MS = 5;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;
const GIVE_UP_AFTER_MS = 4_000;

/** SQLite in a file, or libSQL's server. */
export function sqliteDriver(url: string): SqlDriverAdapterFactory {
  return guarded(new Driver({ url, timeout: BUSY_BLINK_MS }), whileBusy);
}

type Client = ReturnType<PrismaLibSql["createClient"]>;
type Statement = Parameters<Client["execute"]>[0];
type Execute = (statement: Statement) => ReturnType<Client["execute"]>;
type Transaction = Awaited<ReturnType<Client["transaction"]>>;

class Driver extends PrismaLibSql {
  override createClient(config: Parameters<PrismaLibSql["createClient"]>[0]) {
    const client = super.createClient(config);
    const execute: Execute = client.execute.bind(client);
    client.execute = (statement: Statement) => orAfresh(client, () => execute(statement));
    if (client.protocol === "file")
      client.transaction = async () => {
        // Prisma would begin without a lock. Taking it only at the first write fails, beyond repair by waiting, when
        // another process has written since the first read.
        await orAfresh(client, () => execute("BEGIN IMMEDIATE"));
        return transactionOver(execute);
      };
    return client;
  }
}

/**
 * A transaction on the client's one connection. Prisma's adapter lets nothing else run on it meanwhile. libSQL's own
 * `transaction()` would leave the connection to the transaction, open a new one, and never close either.
 */
function transactionOver(execute: Execute): Transaction {
  let open = true;
  const end = async (statement: "COMMIT" | "ROLLBACK") => {
    if (!open) return;
    await execute(statement);
    open = false;
  };
  const transaction = {
    execute,
    rollback: () => end("ROLLBACK"),
    // One that cannot be committed must let go of the lock. Prisma leaves it open.
    commit: () => end("COMMIT").finally(() => end("ROLLBACK").catch(() => {})),
  };
  // Prisma's adapter calls these three, and nothing else.
  return transaction as unknown as Transaction;
}

/**
 * After a statement met a lock, work goes on over a new connection: libSQL keeps the statement unfinished until it is
 * collected as garbage, and as long as it is there no transaction on its connection can be committed.
 */
async function orAfresh<T>(client: Client, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "SQLITE_BUSY") await client.reconnect();
    throw error;
  }
}

/** Tries again while another process holds the lock, in pauses that leave the thread to others. */
async function whileBusy<T>(work: () => Promise<T>): Promise<T> {
  const giveUpAt = Date.now() + GIVE_UP_AFTER_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || Date.now() + pause > giveUpAt) throw error;
    }
    await sleep(pause * (0.5 + Math.random()));
  }
}

/** "SocketTimeout" is what the adapter makes of SQLITE_BUSY. */
function isBusy(error: unknown): boolean {
  return isDriverAdapterError(error) && error.cause.kind === "SocketTimeout";
}
