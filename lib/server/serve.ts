import { readFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import next from "next";
import { AUTH_ERRORS } from "@/lib/auth/model/errors";
import { backgroundIdle } from "@/lib/background";
import { runCommand } from "@/lib/cli/command";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { stopWorkers } from "@/lib/queue/process-worker";
import { stopTelemetry } from "@/lib/telemetry";
import { frontStands } from "@/lib/wire/client-address";
import { migrate } from "@/prisma/migrate";
import { onStop } from "../cli/processes.mjs";
import { cleanUpRegularly } from "./clean-up-regularly";
import { createFront, holdConnections } from "./front";
import { logStrayErrors } from "./stray-errors";

const TIMEOUT_CHECK_MS = 5_000;
/** Orchestrators kill what has not stopped after 15 to 30 seconds. */
const STOP_WITHIN_MS = 14_000;
const LAST_ORDERS_MS = 1_000;
/** How many connections the system lets wait for Node to take them: Node's own default. */
const BACKLOG = 511;
const POLL_MS = 200;
const MIGRATE_AGAIN_MS = 1_000;

let stopping = false;

Object.assign(process.env, { NODE_ENV: "production" });
await runCommand(serve);

/** Production: checks the settings, migrates, then serves the build until it is told to stop. */
async function serve(): Promise<void> {
  const { APP_URL, PORT } = env();
  const { applied } = await migrateOnceReachable();
  if (applied.length > 0) log.info({ event: "database.migrated", applied }, "database migrated");

  frontStands.yes = true;
  // As the server does that Next writes for containers: what next.config.mjs said at the build is not read again, and what
  // only a build needs may be missing.
  const { config } = JSON.parse(readFileSync(".next/required-server-files.json", "utf8"));
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config);
  // Next takes over connections that ask for an upgrade, on this server or else on ours: this one never listens.
  const app = next({ dev: false, port: PORT, hostname: new URL(APP_URL).hostname, httpServer: createServer() });
  await app.prepare();
  const handle = app.getRequestHandler();
  const front = createFront((req, res) => {
    void handle(req, res).catch((err: unknown) => {
      log.error({ err }, "request failed");
      endBroken(res);
    });
  });
  const server = createServer({ connectionsCheckingInterval: TIMEOUT_CHECK_MS }, (req, res) => {
    if (stopping) res.setHeader("Connection", "close");
    front(req, res);
  });
  holdConnections(server);
  server.once("error", (err) => {
    log.fatal({ err }, `Port ${PORT} cannot be used: set PORT to a free one.`);
    process.exit(1);
  });
  server.listen(PORT, () => log.info({ event: "server.started" }, `Serving ${APP_URL} on port ${PORT}`));
  onStop(() => stop(server, app));
  logStrayErrors();
  cleanUpRegularly();
}

/** Ends an answer that Next gave up. One that has begun can only be cut off; any other says that it failed. */
function endBroken(res: ServerResponse): void {
  if (res.headersSent) res.destroy();
  else res.writeHead(500, { "content-type": "text/plain; charset=utf-8" }).end(`${AUTH_ERRORS.unexpected.message}\n`);
}

/** A database server that is started together with this one may take longer. What else is wrong ends the start. */
async function migrateOnceReachable(): ReturnType<typeof migrate> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await migrate();
    } catch (err) {
      if (!/can't reach database server|starting up/i.test(String(err))) throw err;
      if (attempt === 1) log.error({ event: "database.unavailable", err }, "waiting for the database");
    }
    await sleep(MIGRATE_AGAIN_MS);
  }
}

type App = ReturnType<typeof next>;

/** Takes no new work, finishes what is under way, and exits. Mail that waits in the outbox waits for the next start. */
async function stop(server: Server, app: App): Promise<void> {
  stopping = true;
  log.info({ event: "server.stopping" }, "stopping");
  const workersStopped = stopWorkers();
  setTimeout(() => {
    log.warn({ event: "server.stopped" }, "stopped with work unfinished");
    process.exit(0);
  }, STOP_WITHIN_MS);
  // What was sent before the sender could know is still answered. A busy process may not have taken it yet: Node takes one
  // waiting connection each turn.
  await sleep(LAST_ORDERS_MS);
  for (let turn = 0; turn <= BACKLOG; turn++) await new Promise(setImmediate);
  const closed = new Promise((resolve) => server.close(resolve));
  // A connection counts as idle only once its answer is out, so this is asked again and again.
  setInterval(() => server.closeIdleConnections(), POLL_MS);
  await closed;
  await app.close();
  await backgroundIdle();
  await workersStopped;
  await stopTelemetry();
  log.info({ event: "server.stopped" }, "stopped");
  process.exit(0);
}
