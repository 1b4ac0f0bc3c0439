import { PASSWORD } from "../support/people";
import { startServer } from "../support/server";
import { fillDatabase, PEOPLE } from "./database";
import { runLoad, type Visits, visit } from "./load";
import { type Figure, interleaved, median, medianRatio, percent, ROUNDS, spread } from "./rounds";

const COST = 12;
const SECONDS = 8;
const SIGN_IN_GOAL = 0.9;
const PAGES_GOAL = 0.6;
const P99_GOAL = 3;
const load = (name: string) => `${import.meta.dirname}/${name}-load.ts`;

/** How close sign-ins come to bare bcrypt, and how fast a plain page still is during a storm of them. */
export async function measureSignIn(folder: string): Promise<Figure[]> {
  const file = `${folder}/sign-in.db`;
  await fillDatabase(file, 0);
  const server = await startServer({ DATABASE_URL: `file:${file}`, BCRYPT_COST: String(COST) });
  const storm = (seconds: number) => runLoad(load("sign-in"), [server.url, PASSWORD, PEOPLE, seconds]);
  const page = `${server.url}/bench/bare`;
  const p99: Record<"alone" | "stormed", number[]> = { alone: [], stormed: [] };
  const note = (name: keyof typeof p99, visits: Visits) => {
    p99[name].push(visits.p99);
    return visits.perSecond;
  };
  try {
    const { bare, signIns, alone, stormed } = await interleaved({
      bare: () => runLoad(load("bcrypt"), [PASSWORD, COST, SECONDS]),
      signIns: () => storm(SECONDS),
      alone: async () => note("alone", await visit(page, SECONDS)),
      stormed: async () => {
        const storming = storm(SECONDS + 4);
        const visits = await visit(page, SECONDS);
        await storming;
        return note("stormed", visits);
      },
    });
    const [reached, kept] = [medianRatio(signIns, bare), medianRatio(stormed, alone)];
    const [p99Alone, p99Stormed] = [p99.alone.slice(-ROUNDS), p99.stormed.slice(-ROUNDS)];
    const slower = medianRatio(p99Stormed, p99Alone);
    return [
      {
        name: `Sign-ins a second at cost ${COST}, against bare bcrypt (${median(bare).toFixed(1)}/s)`,
        measured: `${percent(reached)} (${spread(signIns)})`,
        goal: `≥ ${percent(SIGN_IN_GOAL)}`,
        ok: reached >= SIGN_IN_GOAL,
      },
      {
        name: "A plain page during a storm of sign-ins: requests a second, against alone",
        measured: `${percent(kept)} (${spread(stormed)})`,
        goal: `≥ ${percent(PAGES_GOAL)}`,
        ok: kept >= PAGES_GOAL,
      },
      {
        name: "The same: p99, against alone",
        measured: `${slower.toFixed(1)} × (${median(p99Alone)} ms alone)`,
        goal: `≤ ${P99_GOAL} ×`,
        ok: slower <= P99_GOAL,
      },
    ];
  } finally {
    await server.stop();
  }
}
