import { setTimeout as sleep } from "node:timers/promises";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { connectFakeResend, type FakeResend } from "@/tests/support/fake-resend";
import { comparable, HttpClient } from "@/tests/support/http-client";
import { PASSWORD, session, verifiedUser } from "@/tests/support/people";
import { startServer, type TestServer } from "@/tests/support/server";

const SITE = "https://app.example.com";
const HEALTH_EVERY_MS = 50;
const A_HUNDRED_WITHIN_MS = 120_000;
const newAddress = () => `${crypto.randomUUID().slice(0, 13)}@example.com`;

/**
 * A server whose APP_URL is https. It has its own database, because instances of one database share its outbox, and another
 * instance, whose mail service works, would send the mails that must fail here.
 */
let server: TestServer;
let resend: FakeResend;
beforeAll(async () => {
  server = await startServer({ APP_URL: SITE, BCRYPT_COST: "10" });
  Object.assign(process.env, server.settings);
  resend = connectFakeResend(server.resendUrl);
});
afterAll(async () => {
  await db.$disconnect();
  await server?.stop();
});

const visitor = () => new HttpClient(server.url, { site: SITE });

/** Waits until the mail service has got more requests than these. */
async function askedSince(times: number): Promise<void> {
  while ((await resend.requests()).length === times) await sleep(20);
}

describe("on https", () => {
  test("every cookie is bound to this host and to https", async () => {
    const user = await verifiedUser();
    const fields = { email: user.email, password: PASSWORD, remember: "on" };
    const login = await visitor().submit("/login", "Sign in", fields);
    const register = await visitor().submit("/register", "Create account", { email: newAddress(), password: PASSWORD });
    const csrf = await visitor().ask("/api/auth/csrf");
    const cookies = [login, register, csrf].flatMap(({ headers }) => headers.getSetCookie());
    expect(cookies.some((cookie) => cookie.startsWith("__Host-authjs.session-token="))).toBe(true);
    for (const cookie of cookies) {
      expect(cookie.length).toBeLessThan(4096);
      expect(cookie).toMatch(/^__(Host|Secure)-/);
      for (const part of [/; Secure/i, /; HttpOnly/i, /; SameSite=(Lax|Strict)/i, /; Path=\/(;|$)/i])
        expect(cookie).toMatch(part);
      expect(cookie).not.toMatch(/; Domain/i);
    }
  });

  test("every page tells browsers to stay on https and to guess and leak nothing", async () => {
    for (const path of ["/login", "/nowhere", "/dashboard", "/register", "/api/me", "/api/health", "/api/nowhere"]) {
      const { headers } = await visitor().ask(path);
      const seconds = Number(headers.get("strict-transport-security")?.match(/^max-age=(\d+)$/)?.[1]);
      expect(seconds, path).toBeGreaterThanOrEqual(31_536_000);
      expect(headers.get("x-content-type-options"), path).toBe("nosniff");
      expect(headers.get("referrer-policy"), path).toMatch(/strict-origin|no-referrer/);
      expect(headers.get("cross-origin-opener-policy"), path).toBe("same-origin");
      expect(headers.has("x-powered-by"), path).toBe(false);
    }
  });
});

/** An attempt that hangs takes ten seconds, and the pauses between attempts grow. */
const RETRIED_WITHIN_MS = 90_000;

describe("with a mail service that", () => {
  test.each(["slow", "429", "500", "lost"] as const)(
    "is %s: the answer is as ever, the mail comes once",
    async (mode) => {
      const user = await verifiedUser();
      await resend.setMode(mode);
      const before = (await resend.requests()).length;
      const answers = [];
      for (const email of [user.email, newAddress()])
        answers.push(comparable(await visitor().submit("/forgot-password", "Send reset link", { email }), email));
      expect(answers[1]).toEqual(answers[0]);
      while ((await resend.requests()).length === before) await sleep(20);
      await resend.setMode("ok");
      await resend.waitForMail(user.email, { timeoutMs: RETRIED_WITHIN_MS });
      expect(await resend.mails(user.email)).toHaveLength(1);
    },
    2 * RETRIED_WITHIN_MS,
  );

  test("never answers: no visitor waits for it, and registering goes on", {
    timeout: 2 * RETRIED_WITHIN_MS,
  }, async () => {
    await resend.setMode("hang");
    const before = (await resend.requests()).length;
    const email = newAddress();
    const { status, headers } = await visitor().submit("/register", "Create account", { email, password: PASSWORD });
    expect([status, headers.get("location")]).toEqual([303, "/verify-email"]);
    await askedSince(before);
    await resend.setMode("ok");
    await resend.waitForMail(email, { timeoutMs: RETRIED_WITHIN_MS });
    expect(await resend.mails(email)).toHaveLength(1);
  });
});

test(
  "a hundred people sign in at once, and health is answered all the while",
  async () => {
    const people = await Promise.all(Array.from({ length: 100 }, () => verifiedUser()));
    const browser = () => new HttpClient(server.url, { site: SITE });
    const hidden = await browser().form("/login", "Sign in");
    let signingIn = true;
    const logins = Promise.all(
      people.map(({ email }) => browser().post("/login", hidden, { email, password: PASSWORD })),
    ).finally(() => {
      signingIn = false;
    });
    const health: number[] = [];
    while (signingIn) {
      health.push((await visitor().ask("/api/health")).status);
      await sleep(HEALTH_EVERY_MS);
    }
    for (const { location } of await logins) expect(location).toBe("/dashboard");
    expect(new Set(health)).toEqual(new Set([200]));
    // If hashing blocked the thread that answers, these requests would wait for all hashes before them.
    expect(health.length).toBeGreaterThan(5);
  },
  A_HUNDRED_WITHIN_MS,
);

test("a page that fails says so where no script runs, and by which number the log tells more", async () => {
  const { token } = await session(await verifiedUser());
  const person = new HttpClient(server.url, { site: SITE, session: token });
  const ask = () => person.ask("/account", { headers: { accept: "text/html" } });
  await db.$executeRawUnsafe('ALTER TABLE "SecurityEvent" RENAME TO "Gone"');
  try {
    const { status, headers, text } = await ask();
    expect(status).toBe(500);
    expect(text).toContain("<h1>Something went wrong on our side</h1>");
    expect(text).toContain('<a href="" class="button">Try again</a>');
    expect(text).not.toMatch(/<script|SecurityEvent/);
    const nonce = /<style nonce="([^"]+)">/.exec(text)?.[1];
    expect(headers.get("content-security-policy")).toContain(`'nonce-${nonce}'`);
    expect(headers.get("cache-control")).toContain("no-store");
    const number = /tell us this number: (\w{8})</.exec(text)?.[1];
    await expect
      .poll(() => server.output().split("\n"))
      .toContainEqual(expect.stringContaining(`"request":"${number}`));
  } finally {
    await db.$executeRawUnsafe('ALTER TABLE "Gone" RENAME TO "SecurityEvent"');
  }
  expect((await ask()).status).toBe(200);
});

test("while another process holds the database the answer is calm, and afterwards all is well", async () => {
  const own = await startServer();
  const ask = () => new HttpClient(own.url).submit("/login", "Sign in", { email: newAddress(), password: PASSWORD });
  const holder = new Database((own.settings.DATABASE_URL ?? "").replace("file:", ""));
  try {
    holder.exec("BEGIN EXCLUSIVE");
    const { status, text } = await ask();
    expect([200, 503]).toContain(status);
    expect(text).not.toMatch(/SQLITE|prisma|node_modules/i);
    holder.exec("ROLLBACK");
    expect((await ask()).text).toContain("Invalid email or password");
  } finally {
    holder.close();
    await own.stop();
  }
});
