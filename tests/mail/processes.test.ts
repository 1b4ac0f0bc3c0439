import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { log } from "@/lib/log";
import { createSender, MAIL_TIMING } from "@/lib/mail/sender";
import type { MailService } from "@/lib/mail/service";
import { type FakeResend, startFakeResend } from "@/tests/support/fake-resend";
import { sendLink } from "@/tests/support/mails";
import { emptyOutbox } from "@/tests/support/outbox";

const WAIT = { timeout: 60_000, interval: 20 };
const TIMEOUT_MS = 120_000;
/** What a killed process had claimed is free again after that. */
const LEASE_MS = 3_000;

let resend: FakeResend;
let started: ChildProcess[];

beforeEach(async () => {
  await emptyOutbox();
  resend = await startFakeResend();
  started = [];
});

afterEach(async () => {
  for (const child of started) await end(child, "SIGKILL");
  await resend.close();
});

/** Starts a process that sends what is in this test's database, so many in a fifth of a second. */
async function startSending({ perInterval = 10, leaseMs = 60_000 } = {}): Promise<ChildProcess> {
  const given = [resend.url, String(perInterval), String(leaseMs)];
  const command = ["--import", "tsx", "tests/support/send-mail.ts", ...given];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
  started.push(child);
  await once(child.stdout, "data");
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

async function write(count: number): Promise<string[]> {
  const people = Array.from({ length: count }, (_, index) => `person-${index}@example.com`);
  for (const person of people) await sendLink(person);
  return people.sort();
}

async function allSent(): Promise<void> {
  await vi.waitFor(async () => expect(await db.outboxMail.count()).toBe(0), WAIT);
}

async function recipients(): Promise<(string | undefined)[]> {
  return (await resend.mails()).map((mail) => mail.to[0]).sort();
}

test("two processes send each of two hundred mails once", { timeout: TIMEOUT_MS }, async () => {
  await Promise.all([startSending(), startSending()]);
  const people = await write(200);
  await allSent();
  expect(await recipients()).toEqual(people);
  // Not even handed over twice: the service's own memory of keys was not needed.
  expect(await resend.requests()).toHaveLength(200);
});

test("a process killed while it sends loses no mail and doubles none", { timeout: TIMEOUT_MS }, async () => {
  const people = await write(60);
  await resend.setMode("slow");
  for (let kills = 1; kills <= 3; kills++) {
    const child = await startSending({ perInterval: 2, leaseMs: LEASE_MS });
    const before = (await resend.requests()).length;
    await vi.waitFor(async () => expect((await resend.requests()).length).toBeGreaterThan(before + 5), WAIT);
    await end(child, "SIGKILL");
  }
  expect(await db.outboxMail.count()).toBeGreaterThan(0);
  await resend.setMode("ok");
  await startSending({ leaseMs: LEASE_MS });
  await allSent();
  expect(await recipients()).toEqual(people);
});

test("a process told to stop finishes what it hands over, and the next start sends the rest", {
  timeout: TIMEOUT_MS,
}, async () => {
  const people = await write(60);
  await resend.setMode("slow");
  const first = await startSending({ perInterval: 1 });
  await vi.waitFor(async () => expect((await resend.requests()).length).toBeGreaterThan(5), WAIT);
  await end(first, "SIGTERM");
  expect(first.exitCode).toBe(0);
  const handedOver = await resend.mails();
  // What the service has taken is out of the outbox, and nothing else is.
  expect(handedOver.length + (await db.outboxMail.count())).toBe(60);
  expect(handedOver.length).toBeLessThan(60);
  await resend.setMode("ok");
  await startSending();
  await allSent();
  expect(await recipients()).toEqual(people);
  expect(await resend.requests()).toHaveLength(60);
});

test("a sender that comes back too late leaves the mail to who claimed it since", async () => {
  const logged = vi.spyOn(log, "error").mockImplementation(() => {});
  await sendLink("alice@example.com");
  const answers: (() => void)[] = [];
  const hanging: MailService = () =>
    new Promise((resolve) => {
      answers.push(() => resolve({ status: "failed", retry: false, reason: "too late" }));
    });
  const timing = { ...MAIL_TIMING, intervalMs: 20, leaseMs: 100, lookEveryMs: 20 };
  const late = createSender(hanging, 1, timing);
  await vi.waitFor(() => expect(answers.length).toBeGreaterThan(0), WAIT);
  const stopped = late.stop();
  const sent: string[] = [];
  const working: MailService = async (_, key) => {
    sent.push(key);
    for (const answer of answers) answer();
    await stopped;
    return { status: "sent" };
  };
  const next = createSender(working, 1, { ...timing, leaseMs: 60_000 });
  await allSent();
  await next.stop();
  expect(sent).toHaveLength(1);
  expect(logged).not.toHaveBeenCalled();
  logged.mockRestore();
});
