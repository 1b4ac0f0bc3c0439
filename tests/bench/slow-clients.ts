import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { startServer } from "../support/server";
import { type Cost, comparedCosts, costOf } from "./costs";
import { fillDatabase } from "./database";
import { compared, type Figure, interleaved, ratios } from "./rounds";

const SECONDS = 1;
const SLOW_ROUNDS = 25;
const HALF_OPEN = 500;
const SESSIONS = 1_000;
const MOST_TIMES = 2;
/** A request whose head never ends. */
const BEGINNING = "GET /login HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";

/**
 * The cost of clients that never finish their request, for the other clients: one server is visited in turn with 500 of them
 * and without. Two servers, even equal ones, differ by some percent, and disturb one another.
 */
export async function measureSlowClients(folder: string): Promise<Figure[]> {
  const file = `${folder}/slow.db`;
  const cookies = await fillDatabase(file, SESSIONS);
  const server = await startServer({ DATABASE_URL: `file:${file}` });
  const login = () => costOf(server, "/login", { seconds: SECONDS });
  const dashboard = () => costOf(server, "/dashboard", { seconds: SECONDS, cookies });
  try {
    const costs = await interleaved(
      { login, loginBeset: beset(server, login), dashboard, dashboardBeset: beset(server, dashboard) },
      SLOW_ROUNDS,
    );
    return [
      ...figuresOf("/login", costs.loginBeset, costs.login),
      ...figuresOf("/dashboard", costs.dashboardBeset, costs.dashboard),
    ];
  } finally {
    await server.stop();
  }
}

/** The same visits beside half-open connections. */
function beset({ url }: { url: string }, visits: () => Promise<Cost>): () => Promise<Cost> {
  const port = Number(new URL(url).port);
  return async () => {
    const slow = await Promise.all(Array.from({ length: HALF_OPEN }, () => openHalf(port)));
    try {
      const cost = await visits();
      const left = slow.filter(({ destroyed }) => !destroyed).length;
      if (left < HALF_OPEN) throw new Error(`Only ${left} of ${HALF_OPEN} half-open connections were left`);
      return cost;
    } finally {
      await Promise.all(slow.map((socket) => socket.closed || once(socket.destroy(), "close")));
      // The server answers this once it has closed them too, so that the next visits do not pay for that.
      await fetch(`${url}/api/health`);
    }
  };
}

function figuresOf(path: string, besetCosts: Cost[], costs: Cost[]): Figure[] {
  const perSecond = (of: Cost[]) => of.map((cost) => cost.perSecond);
  const figure = { goal: 1 / MOST_TIMES, words: (ratio: number) => `1/${(1 / ratio).toFixed(2)}` };
  const name = `${path} beside ${HALF_OPEN} half-open connections, against without`;
  return [
    comparedCosts({ ...figure, name: `${name}: times its CPU` }, besetCosts, costs),
    compared({
      ...figure,
      name: `${name}: times its latency`,
      values: ratios(perSecond(besetCosts), perSecond(costs)),
    }),
  ];
}

async function openHalf(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write(BEGINNING);
  return socket;
}
