import { parentPort } from "node:worker_threads";
import { lowerPriority } from "./low-priority.mjs";
import { estimateStrength } from "./password-strength.mjs";

lowerPriority();
parentPort.on("message", ([password, known]) => parentPort.postMessage(estimateStrength(password, known)));
