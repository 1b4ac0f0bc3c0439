import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { parseEnv } from "@/lib/env";
import { log } from "@/lib/log";
import { sendMail } from "@/lib/mail/messages";
import { enqueue, mailQueue, PRIORITY } from "@/lib/mail/outbox";
import { resendService } from "@/lib/mail/resend";
import { createSender, MAIL_TIMING } from "@/lib/mail/sender";
import type { Mail, MailService } from "@/lib/mail/service";
import type { Worker } from "@/lib/queue/worker";
import { type FakeResend, startFakeResend } from "@/tests/support/fake-resend";
import { sendLink, sendNotice, sendOneOfEach } from "@/tests/support/mails";
import { emptyOutbox } from "@/tests/support/outbox";

/** For the tests in which the service never answers; the others must not end early on a busy machine. */
const SHORT_TIMEOUT_MS = 300;
const TIMEOUT_MS = 10_000;
const WAIT = { timeout: 20_000 };
/** Ten times as fast as in production, so that a test of the pace does not last half a minute. */
const FAST = { ...MAIL_TIMING, intervalMs: 110, startAfterMs: 1, retryAfterMs: 20, lookEveryMs: 50 };
const to = "alice@example.com";
const url = "https://app.example.com/reset-password?token=t-1";

let resend: FakeResend;
let logged: ReturnType<typeof vi.spyOn>;
let sender: Worker<unknown> | undefined;

beforeEach(async () => {
  await db.rateLimit.deleteMany();
  await emptyOutbox();
  resend = await startFakeResend();
  logged = vi.spyOn(log, "error").mockImplementation(() => {});
});

afterEach(async () => {
  await sender?.stop();
  sender = undefined;
  vi.restoreAllMocks();
  await resend.close();
});

function fakeService(timeoutMs = TIMEOUT_MS): MailService {
  return resendService({ apiKey: "re_test", from: "Example <a@example.com>", baseUrl: resend.url, timeoutMs });
}

function start(service = fakeService(), perInterval = 2, timing = FAST): void {
  sender = createSender(service, perInterval, timing);
}

/** Resolves when no mail waits any more, each having gone out or been given up, and the sender has come to rest. */
async function allDone(): Promise<void> {
  await vi.waitFor(async () => expect((await mailQueue.count()).waiting).toBe(0), WAIT);
  await sender?.stop();
}

async function handedOver(count: number): Promise<void> {
  await vi.waitFor(async () => expect(await resend.requests()).toHaveLength(count), WAIT);
}

/** A service that takes everything, and what it was given. */
function takeAll() {
  const taken: Mail[] = [];
  const service: MailService = async (mail) => {
    taken.push(mail);
    return { status: "sent" };
  };
  return { taken, service };
}

describe("a mail", () => {
  test("goes to one address, with a fixed subject, both parts and the automatic mark", async () => {
    await sendMail(to, "reset-password", { url });
    start();
    await allDone();
    const [mail, ...more] = await resend.mails();
    expect(more).toEqual([]);
    expect(mail).toMatchObject({
      to: [to],
      from: "Example <a@example.com>",
      subject: "Reset your password",
      headers: { "Auto-Submitted": "auto-generated" },
      links: [url],
      attempts: 1,
    });
    expect(mail?.html).toContain(`href="${url}"`);
    expect(mail).not.toHaveProperty("bcc");
    expect(await db.outboxMail.count()).toBe(0);
  });

  test("of every kind goes out, built on APP_URL", async () => {
    await sendOneOfEach(to);
    start();
    await allDone();
    const sent = await resend.mails(to);
    expect(new Set(sent.map((mail) => mail.subject)).size).toBe(21);
    expect(sent.find((mail) => mail.subject === "Confirm your email address")?.code).toBe("493017");
    const links = sent.flatMap((mail) => mail.links);
    expect(links.every((link) => link.startsWith("https://app.example.com/"))).toBe(true);
  });

  test("that is a decoy is never handed over, and leaves the outbox like any other", async () => {
    await sendMail("nobody@example.com", "reset-password", { url }, { decoy: true });
    await sendLink(to);
    const { taken, service } = takeAll();
    start(service);
    await allDone();
    expect(taken.map((mail) => mail.to)).toEqual([to]);
    expect(await db.outboxMail.count()).toBe(0);
    expect(logged).not.toHaveBeenCalled();
  });

  test("that tells of security overtakes a hundred codes", async () => {
    for (let n = 0; n < 100; n++) await sendLink(`person-${n}@example.com`);
    const { taken, service } = takeAll();
    start(service);
    await vi.waitFor(() => expect(taken.length).toBeGreaterThanOrEqual(4), WAIT);
    await sendNotice(to);
    const before = taken.length;
    await vi.waitFor(() => expect(taken.map((mail) => mail.to)).toContain(to), WAIT);
    // Those whose turn had come when it was written, and no more.
    expect(taken.findIndex((mail) => mail.to === to) - before).toBeLessThan(8);
  });

  test("that was written while the sender slept is sent when it is woken", async () => {
    start(fakeService(), 2, { ...FAST, lookEveryMs: 60_000 });
    await sender?.wake();
    await sendLink(to);
    await sender?.wake();
    expect(await resend.mails(to)).toHaveLength(1);
  });
});

describe("a mail service that", () => {
  test("is slow still gets the mail, once", async () => {
    await resend.setMode("slow");
    await sendLink(to);
    start();
    await allDone();
    expect(await resend.requests()).toHaveLength(1);
    expect(await resend.mails(to)).toHaveLength(1);
  });

  test("hangs once gets the mail with a later attempt, under the same key", async () => {
    await resend.setMode("hang");
    await sendLink(to);
    start(fakeService(SHORT_TIMEOUT_MS));
    await handedOver(1);
    await resend.setMode("ok");
    await allDone();
    expect(await resend.mails()).toHaveLength(1);
    expect(new Set((await resend.requests()).map(({ key }) => key)).size).toBe(1);
    expect(logged).not.toHaveBeenCalled();
  });

  test.each(["lost", "garbage"] as const)(
    "takes the mail and spoils the answer (%s) does not double it",
    async (mode) => {
      await resend.setMode(mode);
      await sendLink(to);
      start();
      await vi.waitFor(async () => expect((await resend.mails())[0]?.attempts).toBeGreaterThan(1), WAIT);
      await resend.setMode("ok");
      await allDone();
      expect(await resend.mails()).toHaveLength(1);
    },
  );

  test("is out of order is asked again after longer and longer pauses, and gets the mail once it works", async () => {
    await resend.setMode("500");
    await sendLink(to);
    start();
    await handedOver(4);
    await resend.setMode("ok");
    await allDone();
    const times = (await resend.requests()).map(({ at }) => at);
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect([20, 80, 320].filter((least, index) => (pauses[index] ?? 0) < least - 2)).toEqual([]);
    expect(await resend.mails()).toHaveLength(1);
    expect(logged).not.toHaveBeenCalled();
  });

  test("stays out of order is given up once the mail is stale, and its content is wiped", async () => {
    await resend.setMode("500");
    const content = { to, template: "reset-password", props: { url }, decoy: false };
    await enqueue(content, { priority: PRIORITY.code, aliveMs: 800 });
    start();
    await allDone();
    expect((await resend.requests()).length).toBeGreaterThan(2);
    const line = { event: "mail.failed", mail: "reset-password", reason: expect.any(String) };
    expect(logged).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(line), "mail.failed");
    expect(await db.outboxMail.findMany()).toMatchObject([{ sealed: "", givenUpAt: expect.any(Date) }]);
  });

  test("refuses the mail for good is not asked again", async () => {
    await resend.setMode("422");
    await sendLink(to);
    start();
    await allDone();
    expect(await resend.requests()).toHaveLength(1);
    const line = { reason: "validation_error 422", attempts: 1 };
    expect(logged).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(line), "mail.failed");
  });

  test("refuses connections is tried until it is there", async () => {
    let tried = 0;
    const there = fakeService();
    const service: MailService = async (mail, key) => {
      tried += 1;
      return tried < 3
        ? resendService({ apiKey: "re_test", from: "a@example.com", baseUrl: "http://127.0.0.1:9" })(mail, key)
        : there(mail, key);
    };
    await sendLink(to);
    start(service);
    await allDone();
    expect(await resend.mails()).toHaveLength(1);
  });

  test("answers 429 is given the time it asks for", async () => {
    await resend.setMode("429");
    await sendLink(to);
    start();
    await handedOver(1);
    await resend.setMode("ok");
    await allDone();
    const [first, second] = await resend.requests();
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
    expect(await resend.mails()).toHaveLength(1);
  });

  test.each([
    { statusCode: 429, name: "daily_quota_exceeded" },
    { statusCode: 401, name: "restricted_api_key" },
    { statusCode: 403, name: "invalid_api_key" },
  ])("says $name gets the mail when that is settled: it is not the mail's fault", async (problem) => {
    await sendLink(to);
    const answer = { ...problem, message: "Test" };
    const fetched = vi
      .spyOn(globalThis, "fetch")
      .mockResolvedValueOnce(Response.json(answer, { status: problem.statusCode }));
    start();
    await allDone();
    expect(fetched).toHaveBeenCalled();
    fetched.mockRestore();
    expect(await resend.mails()).toHaveLength(1);
    expect(logged).not.toHaveBeenCalled();
  });

  test("knows the key from a template that has changed since has sent that mail already", async () => {
    await sendLink(to);
    const answer = { statusCode: 409, name: "invalid_idempotent_request", message: "Test" };
    vi.spyOn(globalThis, "fetch").mockResolvedValueOnce(Response.json(answer, { status: 409 }));
    start();
    await allDone();
    expect(logged).not.toHaveBeenCalled();
    expect(await db.outboxMail.count()).toBe(0);
  });
});

describe("fifty mails in one moment", { timeout: 60_000 }, () => {
  const people = Array.from({ length: 50 }, (_, index) => `person-${index}@example.com`);
  beforeEach(async () => {
    for (const person of people) await sendLink(person);
  });

  test("keep the pace that the service allows, and each arrives once", async () => {
    await resend.setMode({ mode: "limited", perSecond: 20 });
    start();
    await allDone();
    const mails = await resend.mails();
    expect(mails.map((mail) => mail.to[0]).sort()).toEqual([...people].sort());
    // A few may be squeezed together on a busy machine; without a pace some 90 requests would be needed.
    expect((await resend.requests()).length).toBeLessThan(70);
  });

  test("arrive once each even where the service allows less than our pace", async () => {
    await resend.setMode({ mode: "limited", perSecond: 15 });
    start(fakeService(), 10);
    await allDone();
    expect((await resend.mails()).map((mail) => mail.to[0]).sort()).toEqual([...people].sort());
    expect((await resend.requests()).length).toBeLessThan(120);
    expect(logged).not.toHaveBeenCalled();
  });
});

describe("a fault of our own", () => {
  const broken: MailService = async (mail) => {
    throw new Error(`no way to ${mail.to}`);
  };

  test("in sending ends in one log line without the address or the link", async () => {
    const content = { to, template: "reset-password", props: { url }, decoy: false };
    await enqueue(content, { priority: PRIORITY.code, aliveMs: 300 });
    start(broken);
    await allDone();
    expect(logged).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ event: "mail.failed" }), "mail.failed");
    expect(JSON.stringify(logged.mock.calls)).not.toMatch(/alice|example\.com|t-1/);
  });

  test("in one mail holds up no other, and a mail of another release waits for that", async () => {
    const unknown = { to: "bob@example.com", template: "of-tomorrow", props: {}, decoy: false };
    await enqueue(unknown, { priority: PRIORITY.notice, aliveMs: 60_000 });
    await sendLink(to);
    start();
    await vi.waitFor(async () => expect(await resend.mails(to)).toHaveLength(1), WAIT);
    expect(await mailQueue.count()).toEqual({ waiting: 1, givenUp: 0 });
    expect(logged).not.toHaveBeenCalled();
  });

  test("in the log itself goes no further", async () => {
    logged.mockImplementation(() => {
      throw new Error("disk full");
    });
    await resend.setMode("422");
    await sendLink(to);
    await sendLink("bob@example.com");
    start();
    await allDone();
    expect(await mailQueue.count()).toEqual({ waiting: 0, givenUp: 2 });
  });

  test("of sealing, like another AUTH_SECRET, gives the mail up and goes on", async () => {
    await sendLink("bob@example.com");
    await db.outboxMail.updateMany({ data: { sealed: "sealed-otherwise" } });
    await sendLink(to);
    start();
    await allDone();
    expect(await resend.mails(to)).toHaveLength(1);
    expect(await mailQueue.count()).toEqual({ waiting: 0, givenUp: 1 });
  });
});

test("without a key a production start is refused", () => {
  const production = {
    NODE_ENV: "production",
    AUTH_SECRET: "kJ8-fW2_xQ7.zN4~vB6+cR1=mT5:pL9;",
    APP_URL: "https://app.example.com",
    TRUSTED_PROXY_HOPS: "1",
    DATABASE_URL: "file:/var/lib/app/app.db",
    MAIL_FROM: "hello@example.com",
  };
  expect(() => parseEnv(production)).toThrow(/RESEND_API_KEY/);
  expect(() => parseEnv({ ...production, RESEND_API_KEY: "re_test" })).not.toThrow();
});
