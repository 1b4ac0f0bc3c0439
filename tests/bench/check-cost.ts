import { rmSync } from "node:fs";
import { startServer } from "../support/server";
import { type Cost, comparedCosts, costOf } from "./costs";
import { fillDatabase } from "./database";
import { type Figure, interleaved } from "./rounds";

/** Many short rounds, because the measured difference is smaller than that between two long ones. */
const [SECONDS, CHECK_ROUNDS, WARM_UPS] = [0.5, 81, 12];
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
  const ofMany = () => costOf(many, "/bench/checked", { seconds: SECONDS, cookies: manyCookies });
  try {
    // By themselves, because a server that is visited less than another is slower.
    const sessions = await rounds({ few: of("/bench/checked"), many: ofMany });
    const { checked, unchecked, bare, dashboard, account, security, devices, data } = await rounds({
      bare: of("/bench/bare"),
      unchecked: of("/bench/unchecked"),
      checked: of("/bench/checked"),
      dashboard: of("/dashboard"),
      account: of("/account"),
      security: of("/account/security"),
      devices: of("/account/devices"),
      data: of("/account/data"),
    });
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
      comparedCosts(grown, sessions.many, sessions.few),
      comparedCosts(page("/dashboard"), dashboard, checked),
      comparedCosts(page("/account"), account, checked),
      comparedCosts(page("/account/security"), security, checked),
      comparedCosts(page("/account/devices"), devices, checked),
      comparedCosts(page("/account/data"), data, checked),
    ];
  } finally {
    await few.stop();
    await many.stop();
    rmSync(large, { force: true });
  }
}

function rounds<Name extends string>(measures: Record<Name, () => Promise<Cost>>): Promise<Record<Name, Cost[]>> {
  return interleaved(measures, CHECK_ROUNDS, WARM_UPS);
}
