import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import bcrypt from "bcrypt";

// Plain JavaScript, because a thread starts it from where it lies: no bundler and no loader comes by.

/** Gives way to the pages' thread, but not to the point of starving where there is one core for everything. */
const NICENESS = 10;

try {
  // Linux counts niceness per thread. Elsewhere the system shares the cores as it sees fit.
  setPriority(Number(readlinkSync("/proc/thread-self").split("/").at(-1)), NICENESS);
} catch {}

parentPort.on("message", ([method, ...parameters]) => parentPort.postMessage(bcrypt[method](...parameters)));
