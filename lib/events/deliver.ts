import { errorName, logFailure } from "@/lib/log";
import { type Attempt, startWorker, type Worker } from "@/lib/queue/worker";
import { gauge } from "@/lib/telemetry";
import { deliverer, deliveryQueue } from "./emit";
import type { Events, Subscribers } from "./events";

export const DELIVERY_TIMING = {
  startAfterMs: 250,
  retryAfterMs: 1000,
  longestPauseMs: 60 * 60_000,
  leaseMs: 60_000,
  lookEveryMs: 5_000,
  /** A subscriber that takes longer counts as failed. */
  answerWithinMs: 30_000,
};

/** How many subscribers are told at once. */
const AT_ONCE = 10;

/** Starts to tell this process's subscribers, unless that has begun. */
export function startDelivering(): void {
  deliverer.startOnce(() => {
    gauge("overdue", { queue: deliveryQueue.purpose }, deliveryQueue.overdueSeconds);
    return createDeliverer();
  });
}

/** Tells subscribers of what has happened: each row once, and again after a failure. */
export function createDeliverer(timing = DELIVERY_TIMING): Worker<typeof import("./subscribers")> {
  return startWorker({
    what: "the deliveries of events",
    queue: deliveryQueue,
    timing,
    load: () => import("./subscribers"),
    turn: async (underWay) => {
      while (underWay.size >= AT_ONCE) await Promise.race(underWay);
    },
    kindOf: ({ event }) => event,
    async attempt({ id, event: name, subscriber, attempts }, { event, decoy }, { SUBSCRIBERS }): Promise<Attempt> {
      if (decoy) return { status: "sent" };
      const tell = isEvent(SUBSCRIBERS, name) && subscriberOf(SUBSCRIBERS, name, subscriber);
      // Another release has, or had, a subscriber of this name.
      if (!tell) return { status: "failed", retry: true, reason: "unknown_subscriber" };
      try {
        await inTime(tell(event, id), timing.answerWithinMs);
        return { status: "sent" };
      } catch (error) {
        // The error itself may hold what the subscriber was told.
        if (attempts === 1) logFailure("subscriber.failed", { of: name, subscriber, error: errorName(error) });
        return { status: "failed", retry: true, reason: errorName(error) };
      }
    },
    gaveUp({ event: of, subscriber, attempts }, content, reason) {
      if (!content?.decoy) logFailure("delivery.given_up", { of, subscriber, reason, attempts });
    },
  });
}

function isEvent(subscribers: Subscribers, name: string): name is keyof Events {
  return Object.hasOwn(subscribers, name);
}

function subscriberOf<Name extends keyof Events>(subscribers: Subscribers, name: Name, subscriber: string) {
  return Object.hasOwn(subscribers[name], subscriber) ? subscribers[name][subscriber] : undefined;
}

async function inTime(work: Promise<void> | void, ms: number): Promise<void> {
  const late = AbortSignal.timeout(ms);
  await Promise.race([
    work,
    new Promise<void>((_, reject) => late.addEventListener("abort", () => reject(late.reason))),
  ]);
}
