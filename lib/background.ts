import { log } from "./log";

// Shared by all bundles of the process, so that a stopping server can wait for every one of them.
const shared = globalThis as typeof globalThis & { latchkeyBackground?: Set<Promise<void>> };
shared.latchkeyBackground ??= new Set();
const running = shared.latchkeyBackground;

/**
 * Does work after the answer, so that neither its time nor its failure shows in it. It starts only once the current
 * turn is over; a failure is logged.
 */
export function inBackground(what: string, work: () => Promise<void>): void {
  const job: Promise<void> = new Promise<void>((resolve) => setImmediate(resolve))
    .then(work)
    .catch((error: unknown) => log.error({ err: error, what }, "background work failed"))
    .finally(() => running.delete(job));
  running.add(job);
}

/** Resolves when nothing is running. */
export async function backgroundIdle(): Promise<void> {
  while (running.size > 0) await Promise.allSettled(running);
}
