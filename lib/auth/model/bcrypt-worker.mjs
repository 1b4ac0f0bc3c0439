import { parentPort } from "node:worker_threads";
import bcrypt from "bcrypt";
import { lowerPriority } from "./low-priority.mjs";

// Plain JavaScript, because a thread runs this file as it is, without a bundler or a loader.

lowerPriority();
parentPort.on("message", ([method, ...parameters]) => parentPort.postMessage(bcrypt[method](...parameters)));
