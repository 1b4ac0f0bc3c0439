import { connect, createServer, isIP } from "node:net";
import { parseArgs } from "node:util";
import { at } from "./project.mjs";
import { isLoopback } from "./which-database.mjs";

const PORTS_TRIED = 20;
const LAST_PORT = 65_535;
/** Only this machine's browsers: the demo accounts' password is public, and the mailbox shows every code. */
const LOOPBACK = "127.0.0.1";

/** The address, and what depends on it. Reads .env files as Next does; Next itself watches them. */
export async function readSettings() {
  const shell = { ...process.env };
  const { default: nextEnv } = await import("@next/env");
  nextEnv.loadEnvConfig(at("."), true, { info: () => {}, error: console.error });
  const { APP_URL, DATABASE_URL } = process.env;
  const { host, port, note } = await whereToListen(process.env);
  if (APP_URL && !/^https?:$/.test(URL.canParse(APP_URL) ? new URL(APP_URL).protocol : ""))
    throw new Error(
      "APP_URL must be the site's public address, like https://app.example.com; in development it may be empty.",
    );
  const url = APP_URL && !isLoopback(new URL(APP_URL).hostname) ? APP_URL : `http://localhost:${port}`;
  const env = { ...shell, NODE_ENV: "development", NEXT_TELEMETRY_DISABLED: "1", PORT: String(port), APP_URL: url };
  const databaseUrl = DATABASE_URL || "file:./prisma/dev.db";
  return { host, reachableHost: reachable(host), port, url, env, databaseUrl, note };
}

/**
 * `npm run dev -- --hostname 0.0.0.0 --port 4000`; else HOST, which some shells fill with names of their own, and PORT or
 * the next that is free.
 */
async function whereToListen({ HOST = "", PORT }) {
  const options = { hostname: { type: "string", short: "H" }, port: { type: "string", short: "p" } };
  const told = parseArgs({ options }).values;
  const host = told.hostname || (isIP(HOST) || HOST === "localhost" ? HOST : LOOPBACK);
  const wanted = Number(told.port ?? (PORT || 3000));
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > LAST_PORT)
    throw new Error(`A port is a number from 1 to ${LAST_PORT}, like npm run dev -- --port 4000.`);
  const port = await freePort(wanted, host);
  if (told.port && port !== wanted)
    throw new Error(`Port ${wanted} is taken by another program. ${port} is free: npm run dev -- --port ${port}`);
  const taken = port === wanted ? "" : `\n  Port ${wanted} is taken by another program, so this is ${port}.\n`;
  const reached = isLoopback(host)
    ? ""
    : `\n  Listening on ${host}: others who reach it can sign in as above and read the mail.\n`;
  return { host, port, note: taken + reached };
}

/** Where this machine reaches a server that listens there, as in a URL. */
function reachable(host) {
  if (host === "0.0.0.0") return LOOPBACK;
  if (host === "::") return "[::1]";
  return isIP(host) === 6 ? `[${host}]` : host;
}

/** The wanted port, or the first free one after it. */
async function freePort(wanted, host) {
  const last = Math.min(wanted + PORTS_TRIED - 1, LAST_PORT);
  for (let port = wanted; port <= last; port++)
    if (!(await isAnswering(port)) && (await canListen(port, host))) return port;
  throw new Error(`Ports ${wanted} to ${last} are taken: name a free one, like npm run dev -- --port 4000.`);
}

/**
 * Whether a program listens where browsers look for "localhost". On some systems one may listen on 127.0.0.1 beside a
 * program that listens on all addresses, or on ::1 alone, and browsers would reach either.
 */
async function isAnswering(port) {
  const answers = ["127.0.0.1", "::1"].map((host) => {
    const socket = connect({ host, port });
    const answer = new Promise((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    return answer.finally(() => socket.destroy());
  });
  return (await Promise.all(answers)).includes(true);
}

function canListen(port, host) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    const isTaken = ({ code }) => code === "EADDRINUSE" || code === "EACCES";
    probe.once("error", (error) =>
      isTaken(error) ? resolve(false) : reject(new Error(`${host} is no address of this machine.`)),
    );
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
