import { setTimeout as sleep } from "node:timers/promises";
import { isDriverAdapterError, type SqlDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { guarded } from "./guard";

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;
const GIVE_UP_AFTER_MS = 4_000;

/** SQLite in a file, or libSQL's server. Its client is loaded when it connects, so that a start does not wait for it. */
export function sqliteDriver(url: string): SqlDriverAdapterFactory {
  const connect = async () => new (await import("./sqlite-adapter")).SqliteAdapter({ url }).connect();
  return guarded({ provider: "sqlite", adapterName: "@prisma/adapter-libsql", connect }, whileBusy);
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
