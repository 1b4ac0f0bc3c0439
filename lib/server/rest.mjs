import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import vm from "node:vm";

const LOOK_EVERY_MS = 1_000;
const IDLE_BELOW = 0.1;

/** Calls `work` once, when the process has had next to nothing to do for a second. Its timer keeps no process alive. */
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

/**
 * Gives back the memory that a start needed. V8 takes a start for load and reserves room for more of it, a sixth of the
 * process's memory, which it keeps while the process waits. The collection holds the thread for some tenths of a second, so
 * call it while no request is under way. Node 20 has no such collection, so there this does nothing.
 */
export function giveMemoryBack() {
  if (Number.parseInt(process.versions.node, 10) < 22) return;
  setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  collect({ type: "major", flavor: "last-resort" });
}
