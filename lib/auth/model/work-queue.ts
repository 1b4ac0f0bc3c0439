import PQueue from "p-queue";
import { singleton } from "@/lib/singleton";
import { gauge, observe } from "@/lib/telemetry";

/** Too much work of one kind is waiting. Every surface answers it with 503 and Retry-After. */
export class WorkQueueFull extends Error {
  override name = "WorkQueueFull";
}

/** The work that waits, by who asked for it, the latest last. */
type Waiting = Map<string, Set<AbortController>>;

/**
 * A queue for costly work, one of this name for the whole process. It is fair to those who ask: who has less waiting goes first,
 * and in a full queue takes the last place of who has most.
 * @returns a function that does work in its turn, and throws `WorkQueueFull` when too much is waiting. `source` is who asks.
 */
export function workQueue(name: string, { atOnce, maxWaiting }: { atOnce: number; maxWaiting: number }) {
  const { queue, waiting } = singleton(`work-queue:${name}`, () => begin(name, atOnce));
  return async <T>(work: () => Promise<T>, source = ""): Promise<T> => {
    const ahead = waiting.get(source)?.size ?? 0;
    if (queue.size >= maxWaiting) sendOneAway(waiting, ahead);
    const place = takePlace(waiting, source);
    const inTurn = () => {
      place.leave();
      return observe("work", { queue: name }, work);
    };
    return queue.add(inTurn, { priority: -ahead, signal: place.signal });
  };
}

function begin(name: string, concurrency: number): { queue: PQueue; waiting: Waiting } {
  const queue = new PQueue({ concurrency });
  gauge("waiting", { queue: name }, () => queue.size);
  gauge("running", { queue: name }, () => queue.pending);
  return { queue, waiting: new Map() };
}

/** Refuses the last work of the source that has most waiting, or throws where that is no more than the newcomer would have. */
function sendOneAway(waiting: Waiting, ahead: number): void {
  const most = [...waiting.values()].reduce((a, b) => (b.size > a.size ? b : a), new Set());
  if (most.size <= ahead + 1) throw new WorkQueueFull();
  [...most].at(-1)?.abort(new WorkQueueFull());
}

function takePlace(waiting: Waiting, source: string): { signal: AbortSignal; leave: () => void } {
  const place = new AbortController();
  const own = waiting.get(source) ?? new Set();
  waiting.set(source, own.add(place));
  const leave = () => {
    own.delete(place);
    if (own.size === 0) waiting.delete(source);
  };
  place.signal.addEventListener("abort", leave);
  return { signal: place.signal, leave };
}
