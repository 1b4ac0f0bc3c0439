import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";

/** Gives way to the pages' thread, but not to the point of starving where there is one core for everything. */
const NICENESS = 10;

/** Lowers the priority of the thread that calls this. Linux counts niceness per thread; elsewhere nothing changes. */
export function lowerPriority() {
  try {
    setPriority(Number(readlinkSync("/proc/thread-self").split("/").at(-1)), NICENESS);
  } catch {}
}
