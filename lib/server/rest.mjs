import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import vm from "node:vm";

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

/**
 * Gives back what loading took. V8 takes a start for load and makes room for more of it, which it keeps while a process
 * waits: a sixth of its memory. It holds the thread for some tenths of a second, so call it when the process serves nobody.
 * Node 20 knows no such collection, and stays as it is.
 */
export function giveMemoryBack() {
  if (Number.parseInt(process.versions.node, 10) < 22) return;
  setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  collect({ type: "major", flavor: "last-resort" });
}
