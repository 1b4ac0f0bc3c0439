import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { startServer } from "../support/server";
import { type Cost, comparedCosts, costOf } from "./costs";
import { fillDatabase } from "./database";
import { compared, type Figure, interleaved, ratios } from "./rounds";

const SECONDS = 2;
const SLOW_ROUNDS = 21;
const HALF_OPEN = 500;
const SESSIONS = 1_000;
const MOST_TIMES = 2;
/** A request whose head never ends. */
const BEGINNING = "GET /login HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";

type Pair = { beset: Cost; alone: Cost };

/** What clients that never finish their request cost those who do: two servers are visited at once, and one of them has 500 such. */
export async function measureSlowClients(folder: string): Promise<Figure[]> {
  const serve = async (name: string) => {
    const file = `${folder}/slow-${name}.db`;
    const cookies = await fillDatabase(file, SESSIONS);
    return { server: await startServer({ DATABASE_URL: `file:${file}` }), cookies };
  };
  const [beset, alone] = [await serve("beset"), await serve("alone")];
  const port = Number(new URL(beset.server.url).port);
  const visitBoth = async (path: string, isSignedIn: boolean): Promise<Pair> => {
    const costs = ({ server, cookies }: typeof beset) =>
      costOf(server, path, { seconds: SECONDS, cookies: isSignedIn ? cookies : undefined });
    const slow = await Promise.all(Array.from({ length: HALF_OPEN }, () => openHalf(port)));
    try {
      const [ofBeset, ofAlone] = await Promise.all([costs(beset), costs(alone)]);
      const left = slow.filter(({ destroyed }) => !destroyed).length;
      if (left < HALF_OPEN) throw new Error(`Only ${left} of ${HALF_OPEN} half-open connections were left`);
      return { beset: ofBeset, alone: ofAlone };
    } finally {
      await Promise.all(slow.map((socket) => socket.closed || once(socket.destroy(), "close")));
    }
  };
  try {
    const { login, dashboard } = await interleaved(
      { login: () => visitBoth("/login", false), dashboard: () => visitBoth("/dashboard", true) },
      SLOW_ROUNDS,
    );
    return [...figuresOf("/login", login), ...figuresOf("/dashboard", dashboard)];
  } finally {
    await beset.server.stop();
    await alone.server.stop();
  }
}

function figuresOf(path: string, pairs: Pair[]): Figure[] {
  const [beset, alone] = [pairs.map((pair) => pair.beset), pairs.map((pair) => pair.alone)];
  const perSecond = (costs: Cost[]) => costs.map((cost) => cost.perSecond);
  const figure = { goal: 1 / MOST_TIMES, words: (ratio: number) => `1/${(1 / ratio).toFixed(2)}` };
  const name = `${path} beside ${HALF_OPEN} half-open connections, against without`;
  return [
    comparedCosts({ ...figure, name: `${name}: times its CPU` }, beset, alone),
    compared({ ...figure, name: `${name}: times its latency`, values: ratios(perSecond(beset), perSecond(alone)) }),
  ];
}

async function openHalf(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write(BEGINNING);
  return socket;
}
