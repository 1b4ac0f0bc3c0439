import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startFakeResend } from "./fake-resend";
import { migratedDatabase } from "./migrated-database";
import { scratchFolder } from "./scratch";

const POLL_MS = 100;
const READY_WITHIN_MS = 60_000;

/**
 * `url` is where the server listens and, unless APP_URL differs, its own address. It trusts one proxy, so that each test can
 * come from its own address by X-Forwarded-For.
 */
export type TestServer = {
  url: string;
  resendUrl: string;
  settings: Record<string, string>;
  pid: number;
  /** Its output so far. */
  output(): string;
  /** Stops it, and waits. @returns its exit code */
  stop(): Promise<number | null>;
};

/** What serves the build: our own server, or Next's, as on platforms that start that one. */
export type Start = keyof typeof STARTS;
const STARTS = {
  "npm start": ["lib/server/start.mjs"],
  "next start": ["node_modules/next/dist/bin/next", "start"],
};

/**
 * Starts the built app on a free port, with a database and a mail service of its own.
 * @param readyAt the path that answers well once it is ready
 */
export async function startServer(
  given: Record<string, string> = {},
  start: Start = "npm start",
  readyAt = "/api/health",
): Promise<TestServer> {
  const directory = scratchFolder("server");
  const resend = await startFakeResend();
  const port = Number(given.PORT) || (await freePort());
  const url = `http://localhost:${port}`;
  const settings = { ...serverSettings(join(directory, "test.db")), ...{ APP_URL: url, PORT: String(port) }, ...given };
  // Next does not migrate.
  if (start === "next start" && !given.DATABASE_URL) migratedDatabase(join(directory, "test.db"));
  const { child, output } = spawnServer({ RESEND_BASE_URL: resend.url, ...settings }, start);
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    await resend.close();
    rmSync(directory, { recursive: true, force: true });
    return child.exitCode;
  };
  try {
    await untilReady(`http://127.0.0.1:${port}${readyAt}`, child);
  } catch (error) {
    await stop();
    throw new Error(`The server did not start:\n${output()}`, { cause: error });
  }
  return { url, resendUrl: resend.url, settings, pid: child.pid ?? 0, output, stop };
}

/** Settings that a production start accepts. */
export function serverSettings(databaseFile: string): Record<string, string> {
  return {
    APP_URL: "https://app.example.com",
    AUTH_SECRET: "a-secret-for-tests-only-0123456789-abcdefghij",
    BCRYPT_COST: "4",
    DATABASE_URL: `file:${databaseFile}`,
    MAIL_FROM: "Example <hello@example.com>",
    // Tests wait for mail. The sender's own tests check its pace.
    MAIL_PER_SECOND: "200",
    RESEND_API_KEY: "re_test",
    SECURITY_CONTACT: "mailto:security@example.com",
    TRUSTED_PROXY_HOPS: "1",
  };
}

/** The server's process, with these settings and none of the machine's. */
export function spawnServer(
  settings: Record<string, string>,
  start: Start = "npm start",
): { child: ChildProcess; output: () => string } {
  const { PATH = "", HOME = "" } = process.env;
  // The last is Next's own mark for "the .env files have been read": a developer's .env files must not reach the tests.
  const env = { PATH, HOME, NODE_ENV: "production" as const, ...settings, __NEXT_PROCESSED_ENV: "true" };
  const child = spawn(process.execPath, STARTS[start], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
  return { child, output: () => printed };
}

/** Resolves when the address answers well. @throws when the process ends before, or takes over a minute */
export async function untilReady(healthUrl: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (child.exitCode === null && Date.now() < deadline) {
    const answer = await fetch(healthUrl).catch(() => null);
    if (answer?.ok) return;
    await sleep(POLL_MS);
  }
  throw new Error(child.exitCode === null ? "It takes too long" : `It exited with ${child.exitCode}`);
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0);
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
