import { startServer } from "../support/server";
import { comparedCosts, costOf } from "./costs";
import { startFloor } from "./floor";
import { type Figure, interleaved } from "./rounds";

const SECONDS = 2;
const STOCK_ROUNDS = 11;
const GOAL = 1;
const ANEW = { "next-url": "/" };
const GZIP = { "accept-encoding": "gzip" };

/** The cost of pages from stock, against Next's prerendered page and against rendering each time. */
export async function measureStock(folder: string, floorFolder: string): Promise<Figure[]> {
  const server = await startServer({ DATABASE_URL: `file:${folder}/stock.db` });
  const floor = await startFloor(floorFolder);
  try {
    const of =
      (path: string, headers = {}) =>
      () =>
        costOf(server, path, { seconds: SECONDS, headers });
    const bare =
      (headers = {}) =>
      () =>
        costOf(floor, "/", { seconds: SECONDS, headers });
    const { prerendered, login, register, anew, prerenderedZipped, loginZipped } = await interleaved(
      {
        prerendered: bare(),
        login: of("/login"),
        register: of("/register"),
        anew: of("/login", ANEW),
        prerenderedZipped: bare(GZIP),
        loginZipped: of("/login", GZIP),
      },
      STOCK_ROUNDS,
    );
    const words = (ratio: number) => `${ratio.toFixed(1)} times as cheap`;
    const against = (name: string) => ({
      name: `${name}, against Next's own page that it prerendered`,
      goal: GOAL,
      words,
    });
    return [
      comparedCosts(against("/login from stock"), login, prerendered),
      comparedCosts(against("/register from stock"), register, prerendered),
      comparedCosts(against("/login from stock, compressed"), loginZipped, prerenderedZipped),
      comparedCosts({ name: "/login from stock, against /login rendered anew", words }, login, anew),
    ];
  } finally {
    await floor.stop();
    await server.stop();
  }
}
