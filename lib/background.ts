import { outsideTransaction } from "./db/transaction-context";
import { log } from "./log";
import { singleton } from "./singleton";

/** All work under way in the process, so that a stopping server can wait for it. */
const running = singleton("background", () => new Set<Promise<void>>());

/**
 * Does work after the answer, so that neither its time nor its failure shows in it. It starts once the current turn is
 * over, takes no part in a transaction under way, and a failure is logged.
 */
export function inBackground(what: string, work: () => Promise<void>): void {
  outsideTransaction(() => {
    const job: Promise<void> = new Promise<void>((resolve) => setImmediate(resolve))
      .then(work)
      .catch((error: unknown) => log.error({ err: error, what }, "background work failed"))
      .finally(() => running.delete(job));
    running.add(job);
  });
}

/** Resolves when nothing is running. */
export async function backgroundIdle(): Promise<void> {
  while (running.size > 0) await Promise.allSettled(running);
}
