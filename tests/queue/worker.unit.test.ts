import { queryObjects } from "node:v8";
import { expect, test } from "vitest";
import type { SealedQueue, Waiting } from "@/lib/queue/sealed-queue";
import { startWorker } from "@/lib/queue/worker";

const WAKES = 300;
/** What else runs in the process may come by some. */
const FEW = 30;
const NEVER_MS = 3_600_000;

test("waking a worker again and again keeps nothing in memory", async () => {
  const empty = { purpose: "empty", claim: async () => null } as unknown as SealedQueue<unknown, Waiting>;
  const worker = startWorker({
    what: "nothing",
    queue: empty,
    timing: { startAfterMs: 0, retryAfterMs: 1, longestPauseMs: 1, leaseMs: 1, lookEveryMs: NEVER_MS },
    load: async () => null,
    turn: async () => {},
    kindOf: () => "nothing",
    attempt: async () => ({ status: "sent" }),
    gaveUp: () => {},
  });
  await worker.wake();
  const kinds = [WeakRef, AbortSignal];
  const before = kinds.map((kind) => queryObjects(kind, { format: "count" }));
  for (let count = 0; count < WAKES; count++) await worker.wake();
  const more = kinds.map((kind, index) => queryObjects(kind, { format: "count" }) - (before[index] ?? 0));
  expect(Math.max(...more)).toBeLessThan(FEW);
  await worker.stop();
});
