import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type FakeResend, startFakeResend } from "@/tests/support/fake-resend";
import { migratedDatabase } from "@/tests/support/migrated-database";
import { serverSettings, startServer, type TestServer } from "@/tests/support/server";

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
  server = await startServer({ DATABASE_URL: settings.DATABASE_URL ?? "", RESEND_BASE_URL: resend.url });
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
