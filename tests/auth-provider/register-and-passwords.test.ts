import { beforeEach, describe, expect, test, vi } from "vitest";
import { authProvider } from "@/lib/auth-provider/server";
import { db } from "@/lib/db";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { type Browser, from, newBrowser } from "@/tests/support/browser";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import { other, PASSWORD, verifiedUser, withEnv } from "@/tests/support/people";

vi.mock("next/headers", () => import("@/tests/support/browser"));

let browser: Browser;
const on = <T>(work: () => Promise<T>) => from(browser, work);
const login = (params: object) => on(() => authProvider.login(params));
const signedIn = async () => (await on(() => authProvider.check())).authenticated;
const cookie = () => browser.jar.get(SESSION_COOKIE());

/** A browser in which this person is signed in. */
async function signIn() {
  const user = await verifiedUser();
  await login({ email: user.email, password: PASSWORD });
  return user;
}

beforeEach(async () => {
  browser = newBrowser();
  await emptyOutbox();
  await db.rateLimit.deleteMany();
});

describe("register", () => {
  test("answers alike for a new and a taken address, and leads to the code", async () => {
    const alice = await verifiedUser();
    const answers = [];
    const cookies = [];
    for (const email of ["fresh@example.com", alice.email]) {
      browser = newBrowser();
      answers.push(await on(() => authProvider.register({ email, password: PASSWORD, name: "A", to: "/account" })));
      cookies.push(browser.received.map(({ name, options }) => [name, options]));
    }
    expect(answers[0]).toEqual({ success: true, redirectTo: "/verify-email" });
    expect([answers[1], cookies[1]]).toEqual([answers[0], cookies[0]]);
  });

  test("says that an address is taken where no proof is asked for", async () => {
    const { email } = await verifiedUser();
    const at = (params: object) =>
      withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: false }, () => on(() => authProvider.register(params)));
    expect(await at({ email, password: PASSWORD })).toMatchObject({
      success: false,
      error: { name: "Register Error", message: "User already exists" },
    });
    expect(await at({ email: "first@example.com", password: PASSWORD, redirectPath: "/welcome" })).toEqual({
      success: true,
      redirectTo: "/welcome",
    });
    expect(await signedIn()).toBe(true);
  });

  test("takes no role, id or proof from who registers", async () => {
    const email = "mallory@example.com";
    const extra = { role: "ADMIN", isAdmin: true, emailVerified: "2020-01-01", id: "mine", createdAt: 1, image: "x" };
    const deep = { password_hash: "x", tokenVersion: 9, accounts: { create: {} }, sessions: { create: {} } };
    await withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: false }, () =>
      on(() => authProvider.register({ email, password: PASSWORD, ...extra, ...deep })),
    );
    const row = await db.user.findUniqueOrThrow({ where: { email }, include: { accounts: true, sessions: true } });
    expect(row).toMatchObject({ role: "user", emailVerified: null, image: null, accounts: [] });
    expect([row.id === "mine", row.sessions.length]).toEqual([false, 1]);
  });

  test("makes one account of three spellings, and each of them signs in", async () => {
    const spellings = ["Una@Example.com", "una@example.com", "UNA@EXAMPLE.COM "];
    await withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: false }, async () => {
      for (const email of spellings) await on(() => authProvider.register({ email, password: PASSWORD }));
    });
    expect(await db.user.findMany({ where: { email: { contains: "una@" } } })).toMatchObject([
      { email: "una@example.com" },
    ]);
    await db.user.updateMany({ where: { email: "una@example.com" }, data: { emailVerified: new Date() } });
    for (const email of spellings) expect(await login({ email, password: PASSWORD })).toMatchObject({ success: true });
  });

  test("mails one person, under a fixed subject, whatever the name holds", async () => {
    const name = "bob\r\nBcc: victim@x.test";
    await on(() => authProvider.register({ email: "named@example.com", password: PASSWORD, name }));
    expect(await outbox()).toMatchObject([{ to: "named@example.com", subject: "Confirm your email address" }]);
    expect(JSON.stringify((await outbox())[0]?.props)).not.toContain("victim");
  });
});

describe("forgotPassword", () => {
  test("answers alike for everybody, and mails who has an account", async () => {
    const { email } = await verifiedUser();
    const answers = [];
    for (const to of [email, "ghost@nowhere.test"])
      answers.push(await on(() => authProvider.forgotPassword({ email: to })));
    expect(answers[0]).toMatchObject({
      success: true,
      redirectTo: "/login",
      successNotification: { message: "Check your inbox" },
    });
    expect(answers[1]).toEqual(answers[0]);
    expect((await outbox()).map(({ to }) => to)).toEqual([email]);
  });

  test("puts APP_URL and nothing of the request into the link", async () => {
    const { email } = await verifiedUser();
    const evil = {
      host: "evil.tld",
      "x-forwarded-host": "evil.tld",
      forwarded: "host=evil.tld",
      origin: "https://evil.tld",
    };
    browser = newBrowser({
      ...evil,
      "x-forwarded-proto": "http",
      "x-original-url": "/evil",
      referer: "https://evil.tld",
    });
    const fields = {
      redirectTo: "//evil.tld",
      callbackUrl: "https://evil.tld",
      baseUrl: "https://evil.tld",
      url: "//evil.tld",
    };
    await on(() => authProvider.forgotPassword({ email, to: "//evil.tld", ...fields }));
    const mail = await newestMail(email);
    expect(mail.url).toMatch(/^https:\/\/app\.example\.com\/reset-password\?token=[\w-]{43}$/);
    expect(JSON.stringify(mail.props)).not.toContain("evil");
  });
});

describe("updatePassword", () => {
  async function mailedToken(email: string): Promise<string> {
    await on(() => authProvider.forgotPassword({ email }));
    return (await newestMail(email, /Reset/)).token;
  }

  test("with a mailed token sets the password, by refine's names or ours", async () => {
    const alice = await verifiedUser();
    const token = await mailedToken(alice.email);
    const query = { to: "/x", currentPage: undefined, pageSize: undefined };
    const answer = await on(() =>
      authProvider.updatePassword({ ...query, token, password: other(1), confirmPassword: other(1) }),
    );
    expect(answer).toEqual({ success: true, redirectTo: "/login?message=reset" });
    expect([cookie(), await signedIn()]).toEqual([undefined, false]);
    expect(await login({ email: alice.email, password: PASSWORD })).toMatchObject({ success: false });
    expect(await login({ email: alice.email, password: other(1) })).toMatchObject({ success: true });
  });

  test("with a used, unknown or malformed token says so in the words of the contract", async () => {
    const alice = await verifiedUser();
    const token = await mailedToken(alice.email);
    const update = (given: unknown) => on(() => authProvider.updatePassword({ token: given, newPassword: other(2) }));
    expect(await update(token)).toMatchObject({ success: true });
    for (const given of [token, "x", "", null, [], { not: "" }, 5, "a".repeat(1_000_000), `${token}\n`, "\0", "\ud800"])
      expect(await update(given)).toMatchObject({
        success: false,
        error: { name: "Update Password Error", message: "Invalid or expired link" },
      });
  });

  test("refuses two different passwords before anything else", async () => {
    const params = { token: "x", password: other(1), confirmPassword: other(2) };
    expect(await on(() => authProvider.updatePassword(params))).toMatchObject({
      error: { message: "Passwords do not match" },
      fields: { confirmPassword: "The passwords do not match. Type them again." },
    });
  });

  test("without a token changes that of who is signed in, under a new cookie", async () => {
    const alice = await signIn();
    const before = cookie();
    const params = { currentPassword: PASSWORD, newPassword: other(3), confirmPassword: other(3) };
    expect(await on(() => authProvider.updatePassword(params))).toEqual({ success: true });
    expect([cookie() === before, await signedIn()]).toEqual([false, true]);
    expect(await login({ email: alice.email, password: other(3) })).toMatchObject({ success: true });
  });

  test.each([undefined, null, "", [], {}, "wrong"])("changes nothing with currentPassword %j", async (given) => {
    const alice = await signIn();
    const answer = await on(() => authProvider.updatePassword({ currentPassword: given, newPassword: other(4) }));
    expect(answer).toMatchObject({ success: false, fields: { currentPassword: expect.any(String) } });
    expect(await login({ email: alice.email, password: other(4) })).toMatchObject({ success: false });
  });

  test("changes nothing for who is not signed in", async () => {
    const params = { currentPassword: PASSWORD, newPassword: other(5) };
    expect(await on(() => authProvider.updatePassword(params))).toMatchObject({ code: "unauthenticated" });
  });
});
