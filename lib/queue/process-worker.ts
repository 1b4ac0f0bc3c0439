import { inBackground } from "@/lib/background";
import { singleton } from "@/lib/singleton";
import type { Worker } from "./worker";

const started = singleton("workers", () => new Set<{ stop(): Promise<void> }>());

/**
 * The process's one worker of this name, once it was started. It is apart from the worker itself, because code that writes into a
 * queue must not load the code that works on it.
 */
export function processWorker<Code>(name: string) {
  const ours = singleton<{ worker?: Worker<Code> }>(`worker: ${name}`, () => ({}));
  return {
    /** Starts it, unless it has been. It works for as long as the process runs. */
    startOnce(create: () => Worker<Code>): void {
      ours.worker ??= create();
      started.add(ours.worker);
    },
    /** Tells it that there is work. Without a worker in this process, another process finds the rows. */
    wake(load?: () => Promise<Code>): void {
      const { worker } = ours;
      if (worker) inBackground(name, () => worker.wake(load));
    },
    /** Makes it try all due rows once. Does nothing without a worker in this process. */
    async workOff(): Promise<void> {
      await ours.worker?.wake();
    },
  };
}

/** Stops the process's workers. The next start works on the remaining rows. */
export async function stopWorkers(): Promise<void> {
  await Promise.all([...started].map((worker) => worker.stop()));
}
