import { isUnavailable } from "./db/outage";
import { noteOutages } from "./db/request-outage";
import { afterCommit, outsideTransaction } from "./db/transaction-context";
import { errorName, log } from "./log";
import { singleton } from "./singleton";

type Background = {
  /** All work under way in the process, so that a stopping server can wait for it. */
  running: Set<Promise<void>>;
  keepAlive?: (work: Promise<void>) => void;
};

const background = singleton<Background>("background", () => ({ running: new Set() }));

/**
 * Does work after the answer, which therefore shows neither its time nor its failure. It starts after the current turn, takes no
 * part in a transaction under way, and logs a failure.
 */
export function inBackground(what: string, work: () => Promise<void>): void {
  run(work, (error) => {
    // The code that notices an outage logs it, once.
    if (!isUnavailable(error)) log.error({ err: error, what }, "background work failed");
  });
}

/**
 * Calls a function of your own in the background, once the transaction under way is committed. The function gets tokens and
 * codes, which its errors may quote, so only an error's name is logged.
 */
export function callAfterCommit(what: string, call: () => Promise<void> | void): void {
  const noteFailure = (error: unknown) => log.error({ error: errorName(error), what }, "background work failed");
  afterCommit(() => run(async () => call(), noteFailure));
}

/** Resolves when nothing is running. */
export async function backgroundIdle(): Promise<void> {
  while (background.running.size > 0) await Promise.allSettled(background.running);
}

/** Sets a function that hears of all work: on platforms that freeze a process after its answer, it asks for time. */
export function keepAliveWith(keepAlive: (work: Promise<void>) => void): void {
  background.keepAlive = keepAlive;
}

function run(work: () => Promise<void>, noteFailure: (error: unknown) => void): void {
  outsideTransaction(() => {
    const job: Promise<void> = new Promise<void>((resolve) => setImmediate(resolve))
      // A failure here must not fail the request, which can still be answered.
      .then(() => outsideRequest(work))
      .catch(noteFailure)
      .finally(() => background.running.delete(job));
    background.running.add(job);
    background.keepAlive?.(job);
  });
}

function outsideRequest(work: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => noteOutages({ seen: false }, () => void work().then(resolve, reject)));
}
