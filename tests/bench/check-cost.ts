import { rmSync } from "node:fs";
import { startServer } from "../support/server";
import { comparedCosts, costOf } from "./costs";
import { fillDatabase } from "./database";
import { type Figure, interleaved } from "./rounds";

const SECONDS = 2;
/** More than elsewhere, because the measured difference is smaller than the one between two rounds. */
const CHECK_ROUNDS = 21;
const GOAL = 0.95;
const FLAT_WITHIN = 0.15;
const SIGNED_IN_TIMES = 1.3;
const [FEW, MANY] = [1_000, 1_000_000];

/**
 * The cost of checking who is signed in, in the proxy and in the page; whether it grows with the table; and the cost of our
 * own pages for the signed-in beyond it.
 */
export async function measureCheck(folder: string): Promise<Figure[]> {
  const [small, large] = [`${folder}/few.db`, `${folder}/many.db`];
  const fewCookies = await fillDatabase(small, FEW);
  const manyCookies = await fillDatabase(large, MANY);
  const few = await startServer({ DATABASE_URL: `file:${small}` });
  const many = await startServer({ DATABASE_URL: `file:${large}` });
  const of = (path: string) => () => costOf(few, path, { seconds: SECONDS, cookies: fewCookies });
  try {
    const { checked, unchecked, bare, dashboard, account, checkedOfMany } = await interleaved(
      {
        bare: of("/bench/bare"),
        unchecked: of("/bench/unchecked"),
        checked: of("/bench/checked"),
        dashboard: of("/dashboard"),
        account: of("/account"),
        checkedOfMany: () => costOf(many, "/bench/checked", { seconds: SECONDS, cookies: manyCookies }),
      },
      CHECK_ROUNDS,
    );
    const check = { name: "A page checked in proxy and page, against the same behind an empty proxy", goal: GOAL };
    const alone = { name: "The same, against the page with its policy and nonce, but unchecked: the check alone" };
    const grown = { name: "The checked page with 1,000,000 sessions, against 1,000", goal: 1 - FLAT_WITHIN };
    const page = (path: string) => ({
      name: `${path}, against the checked page: times its CPU`,
      goal: 1 / SIGNED_IN_TIMES,
      words: (ratio: number) => `1/${(1 / ratio).toFixed(2)}`,
    });
    return [
      comparedCosts(check, checked, bare),
      comparedCosts(alone, checked, unchecked),
      comparedCosts(grown, checkedOfMany, checked),
      comparedCosts(page("/dashboard"), dashboard, checked),
      comparedCosts(page("/account"), account, checked),
    ];
  } finally {
    await few.stop();
    await many.stop();
    rmSync(large, { force: true });
  }
}
