import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findPrincipal } from "@/lib/auth/sessions";
import { authProvider } from "@/lib/auth-provider/server";
import { db } from "@/lib/db";
import { DEVICE_COOKIE, FLOW_COOKIE, SESSION_COOKIE } from "@/lib/http/cookies";
import { log } from "@/lib/log";
import { type Browser, from, newBrowser } from "@/tests/support/browser";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import { other, PASSWORD, person, session, withEnv } from "@/tests/support/people";

vi.mock("next/headers", () => import("@/tests/support/browser"));

let browser: Browser;
const on = <T>(work: () => Promise<T>) => from(browser, work);
const login = (params: object) => on(() => authProvider.login(params));
const signedIn = async () => (await on(() => authProvider.check())).authenticated;
const cookie = () => browser.jar.get(SESSION_COOKIE());

/** A browser in which this person is signed in. */
async function signIn(given: Parameters<typeof person>[0] = {}) {
  const user = await person(given);
  await login({ email: user.email, password: PASSWORD });
  return user;
}

beforeEach(async () => {
  browser = newBrowser();
  await emptyOutbox();
  await db.rateLimit.deleteMany();
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("login", () => {
  test("with the right password signs this browser in and says where to go (R-01)", async () => {
    const alice = await person();
    expect(await login({ email: ` ${alice.email.toUpperCase()} `, password: PASSWORD })).toEqual({
      success: true,
      redirectTo: "/dashboard",
    });
    expect(await signedIn()).toBe(true);
  });

  test("with a wrong one answers with the words of the contract", async () => {
    const { email } = await person();
    expect(await login({ email, password: "wrong" })).toEqual({
      success: false,
      error: { name: "Login Error", message: "Invalid email or password" },
      code: "invalid_credentials",
      fields: undefined,
      retryAfter: undefined,
    });
    expect(browser.received).toEqual([]);
  });

  test.each([
    [{ redirectPath: "/custom-path" }, "/custom-path"],
    [{ to: "/show/posts/5" }, "/show/posts/5"],
    [{ to: "/show/posts/5", redirectPath: "/custom-path" }, "/show/posts/5"],
    [{ to: "https://evil.tld" }, "/dashboard"],
    [{ redirectPath: "//evil.tld", to: ["/x"] }, "/dashboard"],
  ])("goes where it is told, on this site (R-03, R-04, R-31): %j", async (wish, redirectTo) => {
    const { email } = await person();
    expect(await login({ email, password: PASSWORD, ...wish, foo: "extra", providerName: 1 })).toMatchObject({
      redirectTo,
    });
  });

  test("of somebody unproved goes to the page for the code, whatever was wished, and remembers the wish", async () => {
    const { email } = await person({ emailVerified: null });
    const answer = await login({ email, password: PASSWORD, redirectPath: "/account?tab=a" });
    expect(answer).toEqual({ success: true, redirectTo: "/verify-email" });
    expect([await signedIn(), browser.jar.has(FLOW_COOKIE()), cookie()]).toEqual([false, true, undefined]);
    expect(await db.verification.findFirst({ where: { email } })).toMatchObject({ payload: { to: "/account?tab=a" } });
  });

  test("gives a new token and ends the session that the browser had, planted or another's (SESS-01, SESS-02, SESS-30)", async () => {
    const [alice, bob] = [await person(), await person()];
    const planted = await session(alice);
    browser.jar.set(SESSION_COOKIE(), planted.token);
    await login({ email: bob.email, password: PASSWORD });
    const first = cookie() ?? "";
    expect(first).not.toBe(planted.token);
    expect(await findPrincipal(planted.token)).toBeNull();
    expect(await on(() => authProvider.getIdentity())).toMatchObject({ id: bob.id });
    await login({ email: bob.email, password: PASSWORD });
    expect(await findPrincipal(first)).toBeNull();
    expect(await db.session.count({ where: { userId: bob.id } })).toBe(1);
  });

  test("sets cookies that scripts and other sites do not get (SESS-13)", async () => {
    const { email } = await person();
    await login({ email, password: PASSWORD, remember: "on" });
    const written = browser.received.filter(({ value }) => value);
    expect(written.map(({ name }) => name)).toEqual([SESSION_COOKIE(), DEVICE_COOKIE()]);
    for (const { name, value, options } of browser.received) {
      expect(name).toMatch(/^__Host-/);
      expect(options).toMatchObject({ secure: true, httpOnly: true, sameSite: "lax", path: "/" });
      expect(options).not.toHaveProperty("domain");
      expect(name.length + value.length).toBeLessThan(4000);
    }
    const days = ((written[0]?.options.expires?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(30, 2);
  });

  test("without remember sets a cookie that ends with the browser", async () => {
    await signIn();
    expect(browser.received[0]?.options).not.toHaveProperty("expires");
    expect(browser.received[0]?.options).not.toHaveProperty("maxAge");
  });

  test("refused for too many tries says when to come back (BRUTE-01)", async () => {
    const { email } = await person();
    for (let n = 0; n < 10; n++) await login({ email, password: "wrong" });
    const answer = await login({ email, password: PASSWORD });
    expect(answer).toMatchObject({ success: false, code: "too_many_attempts", retryAfter: expect.any(Number) });
    expect(answer.error?.message).toMatch(/Try again in/);
  });
});

describe("logout", () => {
  test("ends the session and its cookie, and may be repeated (SESS-04, R-10)", async () => {
    await signIn();
    const token = cookie() ?? "";
    expect(await on(() => authProvider.logout())).toEqual({ success: true, redirectTo: "/login" });
    expect([await findPrincipal(token), cookie()]).toEqual([null, undefined]);
    expect(await on(() => authProvider.logout({ redirectPath: "/custom-path" }))).toMatchObject({
      redirectTo: "/custom-path",
    });
    expect(await on(() => authProvider.logout({ redirectPath: "//evil.tld" }))).toMatchObject({ redirectTo: "/login" });
  });
});

describe("check, getIdentity and getPermissions", () => {
  const signedOut = {
    authenticated: false,
    logout: true,
    redirectTo: "/login",
    error: { name: "Unauthenticated", message: "User is not authenticated" },
  };

  test("answer who is signed in (R-26, R-28)", async () => {
    const alice = await signIn({ name: "Alice", image: "https://example.com/a.png", role: "admin" });
    expect(await on(() => authProvider.check())).toEqual({ authenticated: true });
    expect(await on(() => authProvider.getPermissions())).toEqual(["admin"]);
    expect(await on(() => authProvider.getIdentity())).toEqual({
      ...{ id: alice.id, name: "Alice", email: alice.email },
      ...{ avatar: "https://example.com/a.png", roles: ["admin"] },
    });
  });

  test("answer that nobody is, without a cookie, with a worthless one and with one that has expired (R-27, M-09)", async () => {
    const { token, principal } = await session(await person());
    await db.session.update({ where: { id: principal.sessionId }, data: { expires: new Date() } });
    for (const value of [undefined, "x", crypto.randomUUID(), token, "\ud800", "'; --"]) {
      if (value) browser.jar.set(SESSION_COOKIE(), value);
      expect(await on(() => authProvider.check())).toEqual(signedOut);
      expect(await on(() => authProvider.getIdentity())).toBeNull();
      expect(await on(() => authProvider.getPermissions())).toBeNull();
    }
  });

  test("show somebody without a name by the first part of the address", async () => {
    const alice = await signIn();
    expect(await on(() => authProvider.getIdentity())).toMatchObject({ name: alice.email.split("@")[0], avatar: null });
  });
});

describe("register", () => {
  test("answers alike for a new and a taken address, and leads to the code (R-14, ENUM-06)", async () => {
    const alice = await person();
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

  test("says that an address is taken where no proof is asked for (R-15)", async () => {
    const { email } = await person();
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

  test("takes no role, id or proof from who registers (I-01)", async () => {
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
});

describe("forgotPassword", () => {
  test("answers alike for everybody, and mails who has an account (R-16, ENUM-08)", async () => {
    const { email } = await person();
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

  test("puts APP_URL and nothing of the request into the link (TOK-12, TOK-14)", async () => {
    const { email } = await person();
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
    expect(JSON.stringify(mail.body.props)).not.toContain("evil");
  });
});

describe("updatePassword", () => {
  async function mailedToken(email: string): Promise<string> {
    await on(() => authProvider.forgotPassword({ email }));
    return (await newestMail(email, /Reset/)).token;
  }

  test("with a mailed token sets the password, by refine's names or ours (R-18, TOK-19)", async () => {
    const alice = await person();
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

  test("with a used, unknown or malformed token says so in the words of the contract (R-20, TOK-04)", async () => {
    const alice = await person();
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
      fields: { confirmPassword: "Passwords do not match" },
    });
  });

  test("without a token changes that of who is signed in, under a new cookie (SESS-03)", async () => {
    const alice = await signIn();
    const before = cookie();
    const params = { currentPassword: PASSWORD, newPassword: other(3), confirmPassword: other(3) };
    expect(await on(() => authProvider.updatePassword(params))).toEqual({ success: true });
    expect([cookie() === before, await signedIn()]).toEqual([false, true]);
    expect(await login({ email: alice.email, password: other(3) })).toMatchObject({ success: true });
  });

  test.each([undefined, null, "", [], {}, "wrong"])(
    "changes nothing with currentPassword %j (PWD-16)",
    async (given) => {
      const alice = await signIn();
      const answer = await on(() => authProvider.updatePassword({ currentPassword: given, newPassword: other(4) }));
      expect(answer).toMatchObject({ success: false, fields: { currentPassword: expect.any(String) } });
      expect(await login({ email: alice.email, password: other(4) })).toMatchObject({ success: false });
    },
  );

  test("changes nothing for who is not signed in", async () => {
    const params = { currentPassword: PASSWORD, newPassword: other(5) };
    expect(await on(() => authProvider.updatePassword(params))).toMatchObject({ code: "unauthenticated" });
  });
});

describe("onError", () => {
  const ended = { logout: true, redirectTo: "/login", error: expect.objectContaining({ message: expect.any(String) }) };

  test.each([
    [{ status: 401 }, ended],
    [{ statusCode: 403 }, ended],
    [{ response: { status: 401 } }, ended],
    [{ response: { statusCode: 403 } }, ended],
    [Object.assign(new Error("x"), { status: "401" }), ended],
    [{ status: 500 }, {}],
    [{ statusCode: 404, response: { status: 401 } }, {}],
    [{ response: { status: 503 } }, {}],
    [new Error("x"), {}],
    [{ response: null }, {}],
    ["401", {}],
    [401, {}],
    [null, {}],
    [undefined, {}],
  ])("of %j (R-11, R-12)", async (error, expected) => {
    expect(await authProvider.onError(error)).toEqual(expected);
  });
});

describe("without a database", () => {
  const TABLES = ["User", "Session", "RateLimit", "Verification", "Credential"];
  const rename = async (from: string, to: string) => {
    // Identifiers cannot be parameters.
    for (const name of TABLES) await db.$executeRawUnsafe(`ALTER TABLE "${from}${name}" RENAME TO "${to}${name}"`);
  };

  test("every method resolves, calmly, and nobody is signed out (F-05)", async () => {
    const alice = await signIn();
    const token = cookie();
    const logged = vi.spyOn(log, "error").mockImplementation(() => {});
    await rename("", "Gone");
    const params = { email: alice.email, password: PASSWORD, name: "A" };
    const answers = [await login(params), await on(() => authProvider.register(params))];
    answers.push(await on(() => authProvider.updatePassword({ token: "x".repeat(43), newPassword: PASSWORD })));
    answers.push(await on(() => authProvider.updatePassword({ currentPassword: PASSWORD, newPassword: other(6) })));
    answers.push(await on(() => authProvider.forgotPassword(params)), await on(() => authProvider.logout()));
    const check = await on(() => authProvider.check());
    const who = [await on(() => authProvider.getIdentity()), await on(() => authProvider.getPermissions())];
    await rename("Gone", "");

    for (const answer of answers) {
      expect(answer).toMatchObject({ success: false, code: "unavailable" });
      expect(answer.error?.message).toMatch(/try again/);
      expect(JSON.stringify(answer)).not.toMatch(/SQLITE|no such table|prisma/i);
    }
    expect(check).toEqual({
      authenticated: false,
      error: { name: "Unavailable", message: answers[0]?.error?.message },
    });
    expect(who).toEqual([null, null]);
    expect(logged).toHaveBeenCalled();
    expect([cookie(), await signedIn()]).toEqual([token, true]);
  });
});
