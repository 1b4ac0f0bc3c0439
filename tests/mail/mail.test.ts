import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createElement } from "react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ResetPassword } from "@/emails/reset-password";
import { parseEnv } from "@/lib/env";
import { log } from "@/lib/log";
import { createMailQueue, type Draft, MAIL_TIMING, type MailService } from "@/lib/mail/mail-queue";
import { findMail, keepMail, listMails } from "@/lib/mail/mailbox";
import { resendService } from "@/lib/mail/resend";
import { type FakeResend, startFakeResend } from "@/tests/support/fake-resend";

/** For the tests in which the service never answers; the others must not end early on a busy machine. */
const SHORT_TIMEOUT_MS = 300;
const TIMEOUT_MS = 10_000;
const WAIT = { timeout: 5000 };
/** Ten times as fast as in production, so that a test of the pace does not last half a minute. */
const FAST = { ...MAIL_TIMING, perInterval: 2, intervalMs: 110, startAfterMs: 1, retryAfterMs: 20 };
const url = "https://app.example.com/reset-password?token=t-1";

function BrokenTemplate(): never {
  throw new TypeError("broken template");
}

let resend: FakeResend;
let logged: ReturnType<typeof vi.spyOn>;

beforeEach(async () => {
  resend = await startFakeResend();
  logged = vi.spyOn(log, "error").mockImplementation(() => {});
});

afterEach(async () => {
  vi.restoreAllMocks();
  await resend.close();
});

function draft(to = "alice@example.com"): Draft {
  return { to, subject: "Reset your password", body: createElement(ResetPassword, { url }), url };
}

function fakeService(timeoutMs = TIMEOUT_MS): MailService {
  return resendService({ apiKey: "re_test", from: "Latchkey <a@example.com>", baseUrl: resend.url, timeoutMs });
}

/** Sends one mail and waits until it has gone or been given up. @returns the milliseconds that `add` itself took */
async function send(to?: string, service = fakeService(), timing = FAST): Promise<number> {
  const queue = createMailQueue(service, timing);
  const start = performance.now();
  queue.add(draft(to));
  const took = performance.now() - start;
  await queue.idle();
  return took;
}

describe("a mail", () => {
  test("goes to one address, with a fixed subject, both parts and the automatic mark (MAIL-01, MAIL-07)", async () => {
    await send();
    const [mail, ...more] = await resend.mails();
    expect(more).toEqual([]);
    expect(mail).toMatchObject({
      to: ["alice@example.com"],
      from: "Latchkey <a@example.com>",
      subject: "Reset your password",
      headers: { "Auto-Submitted": "auto-generated" },
      links: [url],
      attempts: 1,
    });
    expect(mail?.html).toContain(`href="${url}"`);
    expect(mail).not.toHaveProperty("bcc");
  });

  test.each([
    "alice@example.com, victim@example.com",
    "alice@example.com\r\nBcc: victim@example.com",
    "Alice <alice@example.com>",
    "",
  ])("is not sent to what is not exactly one address (MAIL-01): %j", async (to) => {
    await send(to);
    expect(await resend.requests()).toEqual([]);
    expect(logged).toHaveBeenCalledOnce();
  });
});

describe("a mail service that", () => {
  test("is slow still gets the mail, once (ENUM-10)", async () => {
    await resend.setMode("slow");
    await send();
    expect(await resend.requests()).toHaveLength(1);
    expect(await resend.mails("alice@example.com")).toHaveLength(1);
  });

  test("never answers is left after the time-out, tried once more and logged (MAIL-09)", async () => {
    await resend.setMode("hang");
    const start = Date.now();
    const took = await send(undefined, fakeService(SHORT_TIMEOUT_MS));
    expect(took).toBeLessThan(100);
    expect(Date.now() - start).toBeLessThan(2 * SHORT_TIMEOUT_MS + 2000);
    const keys = (await resend.requests()).map(({ key }) => key);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(logged).toHaveBeenCalledOnce();
  });

  test("hangs once gets the mail with the second attempt (MAIL-09)", async () => {
    await resend.setMode("hang");
    const sent = send(undefined, fakeService(SHORT_TIMEOUT_MS));
    await vi.waitFor(async () => expect(await resend.requests()).toHaveLength(1), WAIT);
    await resend.setMode("ok");
    await sent;
    expect(await resend.mails()).toHaveLength(1);
    expect(logged).not.toHaveBeenCalled();
  });

  test.each(["lost", "garbage"] as const)(
    "takes the mail and spoils the answer (%s) does not double it",
    async (mode) => {
      await resend.setMode(mode);
      await send();
      const [mail, ...more] = await resend.mails();
      expect(mail?.attempts).toBe(2);
      expect(more).toEqual([]);
    },
  );

  test.each([
    { mode: "500", attempts: 2, reason: "internal_server_error 500" },
    { mode: "422", attempts: 1, reason: "validation_error 422" },
  ] as const)(
    "answers $mode gets $attempts attempts, and the failure is logged (ENUM-10)",
    async ({ mode, ...line }) => {
      await resend.setMode(mode);
      await send();
      expect(await resend.requests()).toHaveLength(line.attempts);
      expect(logged).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(line), "mail.failed");
    },
  );

  test("refuses connections is tried twice, and the failure is logged (ENUM-10)", async () => {
    await resend.close();
    await send();
    expect(logged).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ attempts: 2 }), "mail.failed");
  });

  test("answers 429 is given the time it asks for (MAIL-11)", async () => {
    await resend.setMode("429");
    const sent = send();
    await vi.waitFor(async () => expect(await resend.requests()).toHaveLength(1), WAIT);
    await resend.setMode("ok");
    await sent;
    const [first, second] = await resend.requests();
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
    expect(await resend.mails()).toHaveLength(1);
  });

  test("goes on answering 429 is given up once the mail would be stale", async () => {
    await resend.setMode("429");
    await send(undefined, fakeService(), { ...FAST, giveUpAfterMs: 1500 });
    expect(await resend.requests()).toHaveLength(2);
    expect(logged).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ reason: "rate_limited" }), "mail.failed");
  });

  test("has no quota left today is not asked again", async () => {
    const answer = { statusCode: 429, name: "daily_quota_exceeded", message: "Test" };
    const fetched = vi.spyOn(globalThis, "fetch").mockResolvedValue(Response.json(answer, { status: 429 }));
    await send();
    expect(fetched).toHaveBeenCalledOnce();
    expect(logged).toHaveBeenCalledOnce();
  });
});

describe("fifty mails in one moment", { timeout: 30_000 }, () => {
  const people = Array.from({ length: 50 }, (_, index) => `person-${index}@example.com`);

  test("keep the pace that the service allows, and each arrives once (MAIL-11)", async () => {
    await resend.setMode({ mode: "limited", perSecond: 20 });
    const queue = createMailQueue(fakeService(), FAST);
    for (const to of people) queue.add(draft(to));
    await queue.idle();
    const mails = await resend.mails();
    expect(mails.map((mail) => mail.to[0]).sort()).toEqual([...people].sort());
    // A few may be squeezed together on a busy machine; without a pace some 90 requests would be needed.
    expect((await resend.requests()).length).toBeLessThan(70);
  });

  test("arrive once each even where the service allows less than our pace (MAIL-11)", async () => {
    await resend.setMode({ mode: "limited", perSecond: 15 });
    const queue = createMailQueue(fakeService(), { ...FAST, perInterval: 10 });
    for (const to of people) queue.add(draft(to));
    await queue.idle();
    expect((await resend.mails()).map((mail) => mail.to[0]).sort()).toEqual([...people].sort());
    expect((await resend.requests()).length).toBeLessThan(120);
    expect(logged).not.toHaveBeenCalled();
  });
});

describe("a fault of our own", () => {
  const broken: MailService = async (mail) => {
    throw new Error(`no way to ${mail.to}`);
  };

  test("in sending ends in one log line without the address or the link (F-12)", async () => {
    await send("alice@example.com", broken);
    expect(logged).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ event: "mail.failed" }), "mail.failed");
    expect(JSON.stringify(logged.mock.calls)).not.toMatch(/alice|example\.com|t-1/);
  });

  test("in a template is logged as well, and the next mail goes out (F-12)", async () => {
    const queue = createMailQueue(fakeService(), FAST);
    queue.add({ ...draft("bob@example.com"), body: createElement(BrokenTemplate) });
    queue.add(draft());
    await queue.idle();
    expect(logged).toHaveBeenCalledOnce();
    expect(await resend.mails()).toHaveLength(1);
  });

  test("in the log itself goes no further (F-12)", async () => {
    logged.mockImplementation(() => {
      throw new Error("disk full");
    });
    await expect(send("alice@example.com", broken)).resolves.toBeLessThan(100);
  });
});

describe("the ten mails of lib/mail/messages.ts", () => {
  test("all go out through Resend when there is a key, built on APP_URL (MAIL-07, TOK-14)", async () => {
    const { mailIdle, mails } = await loadMail({ RESEND_API_KEY: "re_test", RESEND_BASE_URL: resend.url });
    mails();
    await mailIdle();
    const sent = await resend.mails("alice@example.com");
    expect(new Set(sent.map((mail) => mail.subject)).size).toBe(10);
    expect(sent.find((mail) => mail.subject === "Confirm your email address")?.code).toBe("493017");
    const links = sent.flatMap((mail) => mail.links);
    expect(links.every((link) => link.startsWith("https://app.example.com/"))).toBe(true);
  });

  test("without a key a production start is refused (MAIL-13)", () => {
    const production = {
      NODE_ENV: "production",
      AUTH_SECRET: "kJ8-fW2_xQ7.zN4~vB6+cR1=mT5:pL9;",
      APP_URL: "https://app.example.com",
      DATABASE_URL: "file:/var/lib/latchkey/app.db",
      MAIL_FROM: "hello@example.com",
    };
    expect(() => parseEnv(production)).toThrow(/RESEND_API_KEY/);
    expect(() => parseEnv({ ...production, RESEND_API_KEY: "re_test" })).not.toThrow();
  });
});

describe("the development mailbox", () => {
  let folder: string;
  const mail = { to: "alice@example.com", subject: "Hello", html: "<p>Hi</p>", text: "Hi", code: "123456", url };

  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), "mailbox-")), "mailbox");
  });
  afterEach(() => rm(path.dirname(folder), { recursive: true }));

  test("is empty at first, then lists the newest first and finds each", async () => {
    expect(await listMails(folder)).toEqual([]);
    for (const subject of ["one", "two"]) {
      await keepMail({ ...mail, subject }, folder);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const [newest, oldest] = await listMails(folder);
    expect([newest?.subject, oldest?.subject]).toEqual(["two", "one"]);
    expect(await findMail(newest?.id ?? "", folder)).toMatchObject({ ...mail, subject: "two" });
  });

  test("keeps the newest 200", async () => {
    await Promise.all(Array.from({ length: 205 }, () => keepMail(mail, folder)));
    await keepMail({ ...mail, subject: "last" }, folder);
    expect(await readdir(folder)).toHaveLength(200);
    expect((await listMails(folder)).map(({ subject }) => subject)).toContain("last");
  });

  test.each(["../../package", "..%2F..%2Fpackage", "", "1-a/../2-b", "1-a\u0000"])(
    "has no mail by the id %j",
    async (id) => {
      expect(await findMail(id, folder)).toBeNull();
    },
  );
});

/** `lib/mail/messages.ts` as a process with these variables sees it. @returns `mails()`, which sends one of each to alice */
async function loadMail(variables: Record<string, string>) {
  vi.resetModules();
  Reflect.deleteProperty(globalThis, "latchkeyMail");
  const all = { AUTH_SECRET: "kJ8-fW2_xQ7.zN4~vB6+cR1=mT5:pL9;", APP_URL: "https://app.example.com", ...variables };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  const { MAIL_TIMING } = await import("@/lib/mail/mail-queue");
  Object.assign(MAIL_TIMING, FAST);
  const mail = await import("@/lib/mail/messages");
  const to = "alice@example.com";
  const at = new Date();
  const device = "Firefox on Linux";
  const link = (page: string) => `https://app.example.com/${page}`;
  const mails = () => {
    mail.sendConfirmEmail(to, { code: "493017", url: link("verify-email?token=a") });
    mail.sendConfirmNewEmail(to, { url: link("verify-email?token=b") });
    mail.sendResetPassword(to, { url: link("reset-password?token=c") });
    mail.sendAddressInUse(to, { loginUrl: link("login"), forgotUrl: link("forgot-password") });
    mail.sendPasswordChanged(to, { at, device, forgotUrl: link("forgot-password") });
    mail.sendEmailChangeNotice(to, { newEmail: "bob@example.com", undoUrl: link("verify-email?token=d") });
    mail.sendEmailChanged(to, { email: "bob@example.com" });
    mail.sendNewSignIn(to, { at, device, ip: null, accountUrl: link("account") });
    mail.sendSessionEnded(to, { at, device, forgotUrl: link("forgot-password") });
    mail.sendAccountLinked(to, { provider: "GitHub", at, accountUrl: link("account") });
  };
  return { mailIdle: mail.mailIdle, mails };
}
