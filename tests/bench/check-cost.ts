import { rmSync } from "node:fs";
import { startServer } from "../support/server";
import { fillDatabase } from "./database";
import { visit } from "./load";
import { type Figure, interleaved, medianRatio, percent, spread } from "./rounds";

const SECONDS = 2;
/** More than elsewhere: what is measured is smaller than what a round differs from the next by. */
const CHECK_ROUNDS = 21;
const GOAL = 0.9;
const FLAT_WITHIN = 0.15;
const [FEW, MANY] = [1_000, 1_000_000];

/** What it costs to ask who is signed in, in the proxy and in the page; and whether that grows with the table. */
export async function measureCheck(folder: string): Promise<Figure[]> {
  const [small, large] = [`${folder}/few.db`, `${folder}/many.db`];
  const fewCookies = await fillDatabase(small, FEW);
  const manyCookies = await fillDatabase(large, MANY);
  const few = await startServer({ DATABASE_URL: `file:${small}` });
  const many = await startServer({ DATABASE_URL: `file:${large}` });
  try {
    const rate = async (path: string, cookies: string[]) => (await visit(path, SECONDS, cookies)).perSecond;
    const { checked, unchecked, bare, checkedOfMany } = await interleaved(
      {
        bare: () => rate(`${few.url}/bench/bare`, fewCookies),
        unchecked: () => rate(`${few.url}/bench/unchecked`, fewCookies),
        checked: () => rate(`${few.url}/bench/checked`, fewCookies),
        checkedOfMany: () => rate(`${many.url}/bench/checked`, manyCookies),
      },
      CHECK_ROUNDS,
    );
    const kept = medianRatio(checked, bare);
    const grown = medianRatio(checkedOfMany, checked);
    return [
      {
        name: "A page checked in proxy and page, against the same behind an empty proxy",
        measured: `${percent(kept)} (${spread(checked)})`,
        goal: `≥ ${percent(GOAL)}`,
        ok: kept >= GOAL,
      },
      {
        name: "The same, against the page with its policy and nonce, but unchecked: the check alone",
        measured: `${percent(medianRatio(checked, unchecked))} (${spread(unchecked)})`,
        goal: "",
        ok: true,
      },
      {
        name: "The checked page with 1,000,000 sessions, against 1,000",
        measured: `${percent(grown)} (${spread(checkedOfMany)})`,
        goal: `≥ ${percent(1 - FLAT_WITHIN)}`,
        ok: grown >= 1 - FLAT_WITHIN,
      },
    ];
  } finally {
    await few.stop();
    await many.stop();
    rmSync(large, { force: true });
  }
}
