import { parentPort } from "node:worker_threads";
import bcrypt from "bcrypt";
import { lowerPriority } from "./low-priority.mjs";

// Plain JavaScript, because a thread starts it from where it lies: no bundler and no loader comes by.

lowerPriority();
parentPort.on("message", ([method, ...parameters]) => parentPort.postMessage(bcrypt[method](...parameters)));
