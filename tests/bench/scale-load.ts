import { setTimeout as sleep } from "node:timers/promises";
import { backgroundIdle } from "@/lib/background";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { withEnv } from "../support/people";
import { databaseCpu } from "./database-cpu";
import { interleaved } from "./rounds";
import { type Group, OPERATIONS } from "./scale-operations";

// Runs each operation on a database of few people and on one of many, in turn. The last line printed is JSON of `Measured[]`.

const ROUNDS = 7;
/** A ratio above this is measured again, because the machine's other work can only add time. */
const DOUBTFUL = 1.25;
const MOST_TIMES = 3;
const TICK_MS = 1;

/** Milliseconds: by the clock, by the CPU (ours and PostgreSQL's), and for how long the thread served no other request. */
export type Taken = { ms: number; cpuMs: number; stallMs: number };

/** The best round of each. `few`, `many`: on the databases of few and of many people. */
export type Measured = { name: string; group: Group; few: Taken; many: Taken };

log.level = "silent";
// Hashing takes a fixed time, and would hide the rest.
Object.assign(env(), { BCRYPT_COST: 4, APP_URL: "http://localhost:3000" });
const [few = "", many = "", only = ""] = process.argv.slice(2);
let [ticked, longestStall] = [performance.now(), 0];
setInterval(() => {
  const now = performance.now();
  longestStall = Math.max(longestStall, now - ticked - TICK_MS);
  ticked = now;
}, TICK_MS);

async function take(url: string, prepare: () => Promise<() => Promise<unknown>>): Promise<Taken> {
  return withEnv({ DATABASE_URL: url }, async () => {
    const run = await prepare();
    await backgroundIdle();
    const ofDatabase = await databaseCpu();
    await sleep(2 * TICK_MS);
    longestStall = 0;
    const [cpu, begun] = [process.cpuUsage(), performance.now()];
    await run();
    const ms = performance.now() - begun;
    const { user, system } = process.cpuUsage(cpu);
    await sleep(2 * TICK_MS);
    const stallMs = longestStall;
    const cpuMs = (user + system) / 1_000 + (await ofDatabase());
    await backgroundIdle();
    return { ms, cpuMs, stallMs };
  });
}

function best(taken: Taken[]): Taken {
  const least = (part: keyof Taken) => Math.min(...taken.map((one) => one[part]));
  return { ms: least("ms"), cpuMs: least("cpuMs"), stallMs: least("stallMs") };
}

const results: Measured[] = [];
for (const { name, group, prepare } of OPERATIONS.filter((one) => one.name.includes(only))) {
  const taken: Record<"few" | "many", Taken[]> = { few: [], many: [] };
  for (let times = 0; times < MOST_TIMES; times++) {
    const more = await interleaved({ few: () => take(few, prepare), many: () => take(many, prepare) }, ROUNDS);
    taken.few.push(...more.few);
    taken.many.push(...more.many);
    const [a, b] = [best(taken.few), best(taken.many)];
    if (Math.max(b.ms / a.ms, b.cpuMs / a.cpuMs) < DOUBTFUL) break;
  }
  results.push({ name, group, few: best(taken.few), many: best(taken.many) });
}
console.log(`\n${JSON.stringify(results)}`);
// Drivers keep their connections open.
process.exit();
