/** Other requests wait for twice this at most: statements that together take long, and the last of them. */
const HELD_MS = 8;

let heldSince: number | null = null;

/**
 * Lets others have their turn, where statements have followed one another for `HELD_MS`. libSQL works on the thread that
 * serves pages, and what Prisma does between two statements waits for nothing: a story would hold it from end to end.
 */
export async function giveWay(): Promise<void> {
  const now = performance.now();
  if (heldSince === null) {
    heldSince = now;
    setImmediate(() => {
      heldSince = null;
    });
  } else if (now - heldSince > HELD_MS) await new Promise(setImmediate);
}

/** So many rows are deleted in a few milliseconds. */
const BATCH_ROWS = 1_000;

/**
 * Deletes in batches what may be many rows, so that others have their turn in between. The transaction is the caller's.
 * @param deleteSome deletes `limit` of them at most, and says how many.
 */
export async function deleteInTurns(deleteSome: (limit: number) => Promise<number>): Promise<void> {
  while ((await deleteSome(BATCH_ROWS)) === BATCH_ROWS);
}
