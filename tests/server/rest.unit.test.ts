import { performance } from "node:perf_hooks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { giveMemoryBack, whenIdle } from "@/lib/server/rest.mjs";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("what waits for an idle moment is done once, and not while there is work", () => {
  let utilization = 0.5;
  vi.spyOn(performance, "eventLoopUtilization").mockImplementation(() => ({ idle: 0, active: 0, utilization }));
  const work = vi.fn();
  whenIdle(work);
  vi.advanceTimersByTime(10_000);
  expect(work).not.toHaveBeenCalled();
  utilization = 0.05;
  vi.advanceTimersByTime(1_000);
  expect(work).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(10_000);
  expect(work).toHaveBeenCalledTimes(1);
});

/** Node 20 has no such collection. */
const collects = Number.parseInt(process.versions.node, 10) >= 22;

test("what loading left is given back, where Node can, and no one gets to collect by hand", async () => {
  const left = new WeakRef({});
  vi.useRealTimers();
  await new Promise(setImmediate);
  giveMemoryBack();
  if (collects) expect(left.deref()).toBeUndefined();
  expect(Reflect.get(globalThis, "gc")).toBeUndefined();
});
