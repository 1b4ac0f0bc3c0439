import { parentPort, workerData } from "node:worker_threads";
import Database from "libsql";
import { deleteInBatches } from "../db/in-batches.mjs";

// Plain JavaScript, because a thread starts it from where it lies. It has a connection of its own. Its priority is
// that of the thread that serves pages: if the system let it wait while it holds the lock, all other writes would wait too.

const { path, batches, busyMs } = workerData;
const database = new Database(path, { timeout: busyMs });
database.exec("PRAGMA foreign_keys = ON");
// Else the system would write these deletions at the next commit on the thread that serves pages.
database.exec("PRAGMA synchronous = FULL");
const prepared = Object.entries(batches).map(([kind, statements]) => [
  kind,
  statements.map(({ sql, values }) => ({ statement: database.prepare(sql), values })),
]);
const deleted = await deleteInBatches(Object.fromEntries(prepared), ({ statement, values }) => {
  database.exec("BEGIN IMMEDIATE");
  const { changes } = statement.run(values);
  database.exec("COMMIT");
  return changes;
});
database.close();
parentPort.postMessage(deleted);
