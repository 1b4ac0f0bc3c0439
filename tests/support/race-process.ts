import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { bundleChild } from "./bundle-child";
import type { Order } from "./race-child";
import type { Run, RunnerName } from "./race-runners";

/** A process of the app that races with others. */
export class Racer {
  private constructor(private readonly child: ChildProcess) {}

  /** Two processes on the database that DATABASE_URL names. */
  static async two(): Promise<[Racer, Racer]> {
    const file = await bundleChild("race-child");
    const start = async () => {
      const child = fork(file, { execArgv: [] });
      await once(child, "message");
      return new Racer(child);
    };
    return Promise.all([start(), start()]);
  }

  /** Makes all these requests at once. @returns how each ended: "ok", a refusal's code, or "threw …" */
  async run(runner: RunnerName, runs: Run[]): Promise<string[]> {
    const order: Order = { runner, runs };
    const answered = once(this.child, "message");
    this.child.send(order);
    const [outcomes] = await answered;
    return outcomes;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, "exit");
    this.child.kill();
    await ended;
  }
}
