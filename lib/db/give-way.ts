/**
 * How long statements may follow one another. Other requests wait for twice this at most: for these, and for the last of them.
 */
const HELD_MS = 8;

let heldSince: number | null = null;

/**
 * Lets other requests run once statements have followed one another for `HELD_MS`. libSQL works on the thread that serves
 * pages, and Prisma never pauses between two statements, so a story would hold the thread from end to end.
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

/** Deleting this many rows takes a few milliseconds. */
const BATCH_ROWS = 1_000;

/**
 * Deletes rows that may be many in batches, so that other requests run in between. The transaction is the caller's.
 * @param deleteSome deletes at most `limit` of the rows, and returns how many.
 */
export async function deleteInTurns(deleteSome: (limit: number) => Promise<number>): Promise<void> {
  while ((await deleteSome(BATCH_ROWS)) === BATCH_ROWS);
}
