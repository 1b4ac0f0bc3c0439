import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import Database from "libsql";
import { lowerPriority } from "../auth/model/low-priority.mjs";

// Plain JavaScript, because a thread starts it from where it lies. It has a connection of its own.

lowerPriority();
const { path, batches, rows, minPauseMs, busyMs } = workerData;
const database = new Database(path, { timeout: busyMs });
database.exec("PRAGMA foreign_keys = ON");
// Left to the system, what is deleted here would be written at the next commit on the thread that serves pages.
database.exec("PRAGMA synchronous = FULL");
const deleted = {};
for (const [kind, { sql, values }] of Object.entries(batches)) {
  deleted[kind] = 0;
  const statement = database.prepare(sql);
  for (let count = rows; count === rows; ) {
    const begun = performance.now();
    database.exec("BEGIN IMMEDIATE");
    count = statement.run(values).changes;
    database.exec("COMMIT");
    deleted[kind] += count;
    await sleep(Math.max(minPauseMs, performance.now() - begun));
  }
}
database.close();
parentPort.postMessage(deleted);
