import { rmSync } from "node:fs";
import { scratchFolder } from "../support/scratch";
import { loadOf } from "./load";
import { type Figure, interleaved, median, percent } from "./rounds";
import type { Served } from "./scale-processes-load";

const SECONDS = 5;
const ROUNDS = 3;
const GOAL = 0.8;
const FILE = `${import.meta.dirname}/scale-processes-load.ts`;

/** CPU milliseconds for a person's requests, ours and PostgreSQL's, and how many people were served a second. */
type Cost = { cpuMs: number; perSecond: number };

/**
 * How several processes share one PostgreSQL: the CPU cost of a person's requests, against those of one process alone. The same
 * machine sends the requests, so requests a second say less. The CPU cost says how much a core can serve, also where more
 * processes than cores share the cores.
 */
export async function measureProcesses(url: string, people: number): Promise<Figure[]> {
  const serve = (processes: number) => async (): Promise<Cost> => {
    const warm = scratchFolder("warm");
    const served = await Promise.all(
      Array.from({ length: processes }, (_, index) =>
        loadOf<Served>(FILE, [url, people, index, SECONDS, processes, warm]),
      ),
    );
    rmSync(warm, { recursive: true });
    const sum = (part: keyof Served) => served.reduce((total, one) => total + one[part], 0);
    // Each process has counted PostgreSQL's work for all of them.
    const cpuMs = (sum("cpuMs") + sum("databaseMs") / processes) / sum("count");
    return { cpuMs, perSecond: sum("perSecond") };
  };
  const { one, ...several } = await interleaved({ one: serve(1), two: serve(2), four: serve(4) }, ROUNDS);
  const of = (costs: Cost[], part: keyof Cost) => median(costs.map((cost) => cost[part]));
  return Object.entries(several).map(([count, costs]) => {
    const efficiency = of(one, "cpuMs") / of(costs, "cpuMs");
    const inMs = `${of(one, "cpuMs").toFixed(1)} against ${of(costs, "cpuMs").toFixed(1)} ms`;
    const rates = `${of(one, "perSecond").toFixed(0)} and ${of(costs, "perSecond").toFixed(0)}`;
    return {
      name: `One process on a PostgreSQL of a million people, against ${count}: CPU of a sign-in and ten requests`,
      measured: `${percent(efficiency)} (${inMs}; ${rates} a second)`,
      ...{ goal: `≥ ${percent(GOAL)}`, ok: efficiency >= GOAL },
    };
  });
}
