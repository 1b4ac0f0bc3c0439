import { createServer, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type next from "next";
import { AUTH_ERRORS } from "@/lib/auth/model/errors";
import { backgroundIdle } from "@/lib/background";
import { runCommand } from "@/lib/cli/command";
import { onStop } from "@/lib/cli/processes.mjs";
import { isMigrated } from "@/lib/db/is-migrated";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { stopWorkers } from "@/lib/queue/process-worker";
import { stopTelemetry } from "@/lib/telemetry";
import { frontStands } from "@/lib/wire/client-address";
import { createFront, holdConnections } from "./front";
import { startWork } from "./start-work";
import { logStrayErrors } from "./stray-errors";

const TIMEOUT_CHECK_MS = 5_000;
/** Orchestrators kill a process that has not stopped after 15 to 30 seconds. */
const STOP_WITHIN_MS = 14_000;
const LAST_ORDERS_MS = 1_000;
/** How many connections the system lets wait for Node to take them: Node's own default. */
const BACKLOG = 511;
const POLL_MS = 200;

let stopping = false;

type App = ReturnType<typeof next>;
export type Serve = typeof serve;

/**
 * `npm start`: checks the settings, migrates, then serves until it is told to stop. A wrong setting ends the process with one line.
 * @param app Next, prepared
 * @param loadMigrations loads the code that migrates, which is large and rarely needed
 */
export async function serve(
  app: App,
  loadMigrations: () => Promise<typeof import("@/prisma/migrate-at-start")>,
): Promise<void> {
  await runCommand(async () => {
    env();
    if (!(await isMigrated())) await (await loadMigrations()).migrateAtStart();
    frontStands.yes = true;
    await startWork();
    listen(app);
  });
  if (process.exitCode) process.exit();
}

function listen(app: App): void {
  const { APP_URL, PORT } = env();
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
}

/** Ends an answer that Next gave up: cuts it off if it has begun, else answers that it failed. */
function endBroken(res: ServerResponse): void {
  if (res.headersSent) res.destroy();
  else res.writeHead(500, { "content-type": "text/plain; charset=utf-8" }).end(`${AUTH_ERRORS.unexpected.message}\n`);
}

/** Takes no new work, finishes what is under way, and exits. Mail in the outbox waits for the next start. */
async function stop(server: Server, app: App): Promise<void> {
  stopping = true;
  log.info({ event: "server.stopping" }, "stopping");
  const workersStopped = stopWorkers();
  setTimeout(() => {
    log.warn({ event: "server.stopped" }, "stopped with work unfinished");
    process.exit(0);
  }, STOP_WITHIN_MS);
  // Clients that could not know of the stop yet still get answers. A busy process may not have taken their connections: Node
  // takes one waiting connection each turn.
  await sleep(LAST_ORDERS_MS);
  for (let turn = 0; turn <= BACKLOG; turn++) await new Promise(setImmediate);
  const closed = new Promise((resolve) => server.close(resolve));
  // A connection counts as idle only once its answer is out, so this runs again and again.
  setInterval(() => server.closeIdleConnections(), POLL_MS);
  await closed;
  await app.close();
  await backgroundIdle();
  await workersStopped;
  await stopTelemetry();
  log.info({ event: "server.stopped" }, "stopped");
  process.exit(0);
}
