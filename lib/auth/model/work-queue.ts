import PQueue from "p-queue";
import { singleton } from "@/lib/singleton";
import { gauge, observe } from "@/lib/telemetry";

/** Too much work of one kind is waiting. Every surface answers it with 503 and Retry-After. */
export class WorkQueueFull extends Error {
  override name = "WorkQueueFull";
}

/**
 * A queue for costly work, one of this name for the whole process.
 * @returns a function that does work in its turn, and throws `WorkQueueFull` when too much is waiting.
 */
export function workQueue(name: string, { atOnce, maxWaiting }: { atOnce: number; maxWaiting: number }) {
  const queue = singleton(`work-queue:${name}`, () => watched(name, new PQueue({ concurrency: atOnce })));
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (queue.size >= maxWaiting) throw new WorkQueueFull();
    return queue.add(() => observe("work", { queue: name }, work));
  };
}

function watched(name: string, queue: PQueue): PQueue {
  gauge("waiting", { queue: name }, () => queue.size);
  gauge("running", { queue: name }, () => queue.pending);
  return queue;
}
