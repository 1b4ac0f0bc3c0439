import { performance } from "node:perf_hooks";

const LOOK_EVERY_MS = 1_000;
const IDLE_BELOW = 0.1;

/** Calls this once, when the process has had next to nothing to do for a second. It keeps no process alive. */
export function whenIdle(work) {
  let before = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization > IDLE_BELOW) return;
    clearInterval(timer);
    work();
  }, LOOK_EVERY_MS).unref();
}
