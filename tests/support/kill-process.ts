import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Order } from "./kill-child";
import type { Noticed } from "./kill-driver";

/** This many start ahead, one for each core: starting takes most of a point's time. */
const SPARE = 2;

/** The statements that a process had run until it died. */
export type Death = { statements: Noticed[] };

/** Processes that have loaded everything and wait for an order. */
export class WarmProcesses {
  private readonly waiting: Promise<ChildProcess>[] = [];

  constructor(private readonly file: string) {
    while (this.waiting.length < SPARE) this.startOne();
  }

  /** Plays a story to its death. @throws when it ends in any other way */
  async play(order: Order): Promise<Death> {
    const child = await this.waiting.shift();
    this.startOne();
    if (!child?.stdout || !child.stderr) throw new Error("The process has no output");
    const [output, errors, ended] = [text(child.stdout), text(child.stderr), once(child, "exit")];
    child.send(order);
    const [code, signal] = await ended;
    if (signal !== "SIGKILL") throw new Error(`It ended by itself, with ${code ?? signal}:\n${await errors}`);
    return {
      statements: (await output)
        .trim()
        .split("\n")
        .map((line): Noticed => JSON.parse(line)),
    };
  }

  async close(): Promise<void> {
    for (const starting of this.waiting) (await starting).kill("SIGKILL");
  }

  private startOne(): void {
    const child = fork(this.file, { stdio: ["ignore", "pipe", "pipe", "ipc"], execArgv: [] });
    const failed = once(child, "exit").then(() => Promise.reject(new Error("A process ended before it was ready")));
    const ready = once(child, "message").then(() => child);
    this.waiting.push(Promise.race([ready, failed]));
    failed.catch(() => {});
  }
}
