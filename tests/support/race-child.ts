import { setTimeout as sleep } from "node:timers/promises";
import { db } from "@/lib/db";
import { log } from "@/lib/log";
import { RUNNERS, type Run, type RunnerName } from "./race-runners";

/*
 * One of several processes that race. It plays all runs of an order at once, and answers with the end of each, in their order.
 */

export type Order = { runner: RunnerName; runs: Run[] };

log.level = "silent";
process.on("message", async ({ runner, runs }: Order) => {
  process.send?.(await Promise.all(runs.map((run) => outcomeOf(runner, run))));
});
await db.user.findFirst();
process.send?.("ready");

/** "ok", the refusal's code, or the error, which on a surface would be a 500 or a 503. */
async function outcomeOf(runner: RunnerName, run: Run): Promise<string> {
  try {
    await sleep(run.afterMs ?? 0);
    const result = await RUNNERS[runner](run);
    return result.ok ? "ok" : result.error.code;
  } catch (error) {
    return `threw ${error}`;
  }
}
