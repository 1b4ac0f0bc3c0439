import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { batchesAt, cleanUp, type Deleted } from "@/lib/db/clean-up";
import { sqlitePath } from "@/lib/db/kind";
import { asStored } from "@/lib/db/sqlite-reader";
import { env } from "@/lib/env";
import { log } from "@/lib/log";

const BUSY_MS = 10_000;
const EVERY_MINUTES = 5;

/** Cleans up now and then while the process runs. Its timer keeps no process from ending. */
export function cleanUpRegularly(): void {
  // A random wait, so that instances that were started together take turns.
  const wait = EVERY_MINUTES * 60_000 * (0.5 + Math.random());
  setTimeout(async () => {
    await cleanUpAside().catch((err: unknown) => log.warn({ err }, "clean-up failed"));
    cleanUpRegularly();
  }, wait).unref();
}

/** Cleans up on a thread of its own where the database is a file: SQLite works on the thread that calls it, and this one serves pages. */
export async function cleanUpAside(): Promise<Deleted> {
  const { DATABASE_URL } = env();
  if (!DATABASE_URL.startsWith("file:")) return cleanUp();
  const batches = Object.entries(batchesAt(new Date())).map(([kind, steps]) => [
    kind,
    steps.map(({ sql, values }) => ({ sql, values: values.map(asStored) })),
  ]);
  const file = join(/* turbopackIgnore: true */ process.cwd(), "lib", "server", "clean-up-worker.mjs");
  const worker = new Worker(file, {
    workerData: {
      path: sqlitePath(DATABASE_URL),
      batches: Object.fromEntries(batches),
      busyMs: BUSY_MS,
    },
    env: {},
    execArgv: [],
  });
  const [deleted] = await once(worker, "message");
  return deleted;
}
