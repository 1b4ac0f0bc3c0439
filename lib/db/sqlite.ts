import { setTimeout as sleep } from "node:timers/promises";
import type { SqlDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { singleton } from "@/lib/singleton";
import { observeStatement } from "@/lib/telemetry";
import { guarded } from "./guard";
import { saysBusy } from "./is-outage";
import { watched } from "./outage";
import type { Sql } from "./sql";
import { BUSY_BLINK_MS, SqliteConnection } from "./sqlite-connection";
import { asStored } from "./sqlite-reader";

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;
const GIVE_UP_AFTER_MS = 4_000;

/** SQLite in a file, or libSQL's server. Its client is loaded when it connects, so that a start does not wait for it. */
export function sqliteDriver(url: string): SqlDriverAdapterFactory {
  const connect = async () => new (await import("./sqlite-adapter")).SqliteAdapter({ url }).connect();
  return guarded({ provider: "sqlite", adapterName: "@prisma/adapter-libsql", connect }, whileBusy);
}

const writers = singleton("sqliteWriters", () => new Map<string, SqliteConnection>());

/** Runs a statement on a file without Prisma, on a connection of its own. */
export function writeFile(url: string, { sql, values }: Sql): Promise<void> {
  const statement = { sql, args: values.map(asStored) };
  return observeStatement(sql, () =>
    watched(() =>
      whileBusy(async () => {
        const writer = writers.get(url) ?? new SqliteConnection(url, BUSY_BLINK_MS);
        writers.set(url, writer);
        writer.execute(statement);
      }),
    ),
  );
}

/** Tries again while another process holds the lock, in pauses that leave the thread to others. */
async function whileBusy<T>(work: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!saysBusy(error) || performance.now() + pause > giveUpAt) throw error;
    }
    await sleep(pause * (0.5 + Math.random()));
  }
}
