import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type FakeResend, startFakeResend } from "@/tests/support/fake-resend";
import { migratedDatabase } from "@/tests/support/migrated-database";
import { freePort, serverSettings, startServer, type TestServer, untilReady } from "@/tests/support/server";

const MAILS = 20;
const STOPS_WITHIN_MS = 15_000;
const WAIT = { timeout: 120_000, interval: 100 };

const folder = mkdtempSync(join(tmpdir(), "latchkey-mail-"));
const settings = serverSettings(migratedDatabase(join(folder, "app.db")));
const people = Array.from({ length: MAILS }, (_, index) => `person-${index}@example.com`);
let resend: FakeResend;
let sendLink: (to: string) => Promise<void>;
let waiting: () => Promise<number>;
let server: TestServer | undefined;

beforeAll(async () => {
  Object.assign(process.env, settings);
  ({ sendLink } = await import("@/tests/support/mails"));
  const { db } = await import("@/lib/db");
  waiting = () => db.outboxMail.count();
});
beforeEach(async () => {
  resend = await startFakeResend();
});
afterEach(async () => {
  await server?.stop();
  await resend.close();
});
afterAll(async () => {
  const { db } = await import("@/lib/db");
  await db.$disconnect();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<TestServer> {
  const { DATABASE_URL = "" } = settings;
  // Slow enough that some mails still wait when the server is told to stop.
  server = await startServer({ DATABASE_URL, RESEND_BASE_URL: resend.url, MAIL_PER_SECOND: "2" });
  return server;
}

/** Promises mails, and resolves once the server has handed over a few of them. */
async function promiseMails(): Promise<void> {
  for (const person of people) await sendLink(person);
  await vi.waitFor(async () => expect((await resend.mails()).length).toBeGreaterThan(3), WAIT);
}

async function allArrivedOnce(): Promise<void> {
  await vi.waitFor(async () => expect(await waiting()).toBe(0), WAIT);
  expect((await resend.mails()).map((mail) => mail.to[0]).sort()).toEqual([...people].sort());
}

test("told to stop with mail waiting, the server leaves in time, and the next start sends the rest", async () => {
  const first = await start();
  await promiseMails();
  const begun = performance.now();
  expect(await first.stop(), first.output()).toBe(0);
  expect(performance.now() - begun).toBeLessThan(STOPS_WITHIN_MS);
  const handedOver = (await resend.mails()).length;
  expect(handedOver).toBeLessThan(MAILS);
  expect(await waiting()).toBe(MAILS - handedOver);
  await start();
  await allArrivedOnce();
  expect(await resend.requests()).toHaveLength(MAILS);
});

test("killed with mail waiting, the next start sends what is left, and doubles none", async () => {
  const first = await start();
  await promiseMails();
  process.kill(first.pid, "SIGKILL");
  await first.stop();
  expect(await waiting()).toBeGreaterThan(0);
  await start();
  await allArrivedOnce();
});

test("without our own server, a platform that freezes the process after its answer is asked to wait for the mail", async () => {
  const port = String(await freePort());
  const child = spawn(process.execPath, ["node_modules/next/dist/bin/next", "start", "-p", port], {
    env: {
      ...process.env,
      ...settings,
      NODE_ENV: "production",
      APP_URL: `http://localhost:${port}`,
      RESEND_BASE_URL: resend.url,
      NODE_OPTIONS: "--import ./tests/support/freezing-platform.mjs",
      __NEXT_PROCESSED_ENV: "true",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (chunk) => (printed += chunk));
  const url = `http://localhost:${port}`;
  try {
    await untilReady(`${url}/api/health`, child);
    const registration = { username: "alice", email: "alice@example.com", password: "plover-hatch-93-quill" };
    const answer = await fetch(`${url}/api/auth/local/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(registration),
    });
    expect(answer.status).toBe(200);
    expect(printed).toContain("asked for time");
    await vi.waitFor(() => expect(printed).toContain("needs no more time"), { ...WAIT, interval: 5 });
    expect(await resend.mails("alice@example.com")).toHaveLength(1);
  } finally {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }
});
