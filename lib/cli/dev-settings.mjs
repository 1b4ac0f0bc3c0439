import { createServer, isIP } from "node:net";
import { parseArgs } from "node:util";
import { at } from "./project.mjs";
import { isLoopback } from "./which-database.mjs";

const PORTS_TRIED = 20;
/** Only this machine's browsers: the demo accounts' password is public, and the mailbox shows every code. */
const LOOPBACK = "127.0.0.1";

/** The address, and what depends on it. .env files count here like they do in Next, but stay Next's to watch. */
export async function readSettings() {
  const shell = { ...process.env };
  const { default: nextEnv } = await import("@next/env");
  nextEnv.loadEnvConfig(at("."), true, { info: () => {}, error: console.error });
  const { PORT, APP_URL, DATABASE_URL } = process.env;
  const host = readHost(process.env);
  const wanted = Number(PORT) || 3000;
  const port = await freePort(wanted, host);
  if (APP_URL && !/^https?:$/.test(URL.canParse(APP_URL) ? new URL(APP_URL).protocol : ""))
    throw new Error(
      "APP_URL must be the site's public address, like https://app.example.com; in development it may be empty.",
    );
  const url = APP_URL && !isLoopback(new URL(APP_URL).hostname) ? APP_URL : `http://localhost:${port}`;
  const env = { ...shell, NODE_ENV: "development", NEXT_TELEMETRY_DISABLED: "1", PORT: String(port), APP_URL: url };
  const taken = port === wanted ? "" : `\n  Port ${wanted} is taken, so this is ${port}.\n`;
  const reached = isLoopback(host)
    ? ""
    : `\n  Listening on ${host}: others who reach it can sign in as above and read the mail.\n`;
  return {
    host,
    reachableHost: reachable(host),
    port,
    url,
    env,
    databaseUrl: DATABASE_URL || "file:./prisma/dev.db",
    note: taken + reached,
  };
}

/** Where to listen: `npm run dev -- --hostname 0.0.0.0`, or HOST, which some shells fill with names of their own. */
function readHost({ HOST = "" }) {
  const { hostname } = parseArgs({ options: { hostname: { type: "string", short: "H" } } }).values;
  return hostname || (isIP(HOST) || HOST === "localhost" ? HOST : LOOPBACK);
}

/** Where this machine reaches a server that listens there, as in a URL. */
function reachable(host) {
  if (host === "0.0.0.0") return LOOPBACK;
  if (host === "::") return "[::1]";
  return isIP(host) === 6 ? `[${host}]` : host;
}

async function freePort(wanted, host) {
  for (let port = wanted; port < wanted + PORTS_TRIED; port++) {
    const free = await new Promise((resolve, reject) => {
      const probe = createServer();
      const isTaken = ({ code }) => code === "EADDRINUSE" || code === "EACCES";
      probe.once("error", (error) =>
        isTaken(error) ? resolve(false) : reject(new Error(`${host} is no address of this machine.`)),
      );
      probe.listen(port, host, () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
  throw new Error(`Ports ${wanted} to ${wanted + PORTS_TRIED - 1} are taken: set PORT to a free one.`);
}
