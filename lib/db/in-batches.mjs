import { setTimeout as sleep } from "node:timers/promises";

// Plain JavaScript, because a thread of its own runs it too.

/** Small, so that whatever else writes waits for milliseconds. */
export const BATCH_ROWS = 100;
/** Between batches the database belongs to others for longer than the batch took. */
const PAUSE_TIMES = 2;
const MIN_PAUSE_MS = 2;

/**
 * Runs the statements of each kind, of which each deletes `BATCH_ROWS` rows at most, until nothing is left for them. Where a
 * kind has several, each goes on until it is done; the last, which is of the kind itself, has the others go before each time.
 * @template Statement
 * @param {Record<string, Statement[]>} kinds
 * @param {(statement: Statement) => number | Promise<number>} run deletes, and says how many rows.
 * @param {number} until when to stop, in milliseconds since 1970, also where more is left.
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
