import { setTimeout as sleep } from "node:timers/promises";

// Plain JavaScript, because a thread of its own runs it too.

/** Small, so that other writers wait for milliseconds only. */
export const BATCH_ROWS = 100;
/** Each pause is this many times as long as its batch, so that others have the database for most of the time. */
const PAUSE_TIMES = 2;
const MIN_PAUSE_MS = 2;

/**
 * Runs each kind's statements until no rows are left for them. A statement deletes at most `BATCH_ROWS` rows, and runs again
 * after a full batch. The last deletes the kind's own rows: after a full batch of it, the kind's statements begin again from
 * the first.
 * @template Statement
 * @param {Record<string, Statement[]>} kinds
 * @param {(statement: Statement) => number | Promise<number>} run runs a statement, and returns how many rows it deleted.
 * @param {number} until when to stop, in milliseconds since 1970, even if rows are left.
 * @returns {Promise<Record<string, number>>} how many rows of each kind the last statement deleted.
 */
export async function deleteInBatches(kinds, run, until = Number.POSITIVE_INFINITY) {
  /** @type {Record<string, number>} */
  const deleted = {};
  for (const [kind, statements] of Object.entries(kinds)) {
    const last = statements.length - 1;
    deleted[kind] = 0;
    for (let step = 0; step <= last && Date.now() < until; ) {
      const begun = performance.now();
      const count = await run(statements[step]);
      const taken = performance.now() - begun;
      if (step === last) deleted[kind] += count;
      if (count < BATCH_ROWS) step++;
      else if (step === last) step = 0;
      await sleep(Math.max(MIN_PAUSE_MS, PAUSE_TIMES * taken));
    }
  }
  return deleted;
}
