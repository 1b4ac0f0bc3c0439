import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { authProvider } from "@/lib/auth-provider/server";
import { db } from "@/lib/db";
import { registry } from "@/lib/oauth/registry";
import { DEVICE_COOKIE, OAUTH_COOKIE, REGISTRATION_COOKIE, SESSION_COOKIE } from "@/lib/wire/cookies";
import { type Browser, from, newBrowser } from "@/tests/support/browser";
import { CLUB } from "@/tests/support/club";
import { emptyOutbox, outbox } from "@/tests/support/outbox";
import { PASSWORD, session, unverifiedUser, verifiedUser } from "@/tests/support/people";

vi.mock("next/headers", () => import("@/tests/support/browser"));

let browser: Browser;
const on = <T>(work: () => Promise<T>) => from(browser, work);
const login = (params: object) => on(() => authProvider.login(params));
const signedIn = async () => (await on(() => authProvider.check())).authenticated;
const cookie = () => browser.jar.get(SESSION_COOKIE());

/** A browser in which this person is signed in. */
async function signIn(given: Parameters<typeof verifiedUser>[0] = {}) {
  const user = await verifiedUser(given);
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
  test("with the right password signs this browser in and says where to go", async () => {
    const alice = await verifiedUser();
    expect(await login({ email: ` ${alice.email.toUpperCase()} `, password: PASSWORD })).toEqual({
      success: true,
      redirectTo: "/dashboard",
    });
    expect(await signedIn()).toBe(true);
  });

  test("with a wrong one answers with the words of the contract", async () => {
    const { email } = await verifiedUser();
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
  ])("goes where it is told, on this site: %j", async (wish, redirectTo) => {
    const { email } = await verifiedUser();
    expect(await login({ email, password: PASSWORD, ...wish, foo: "extra", providerName: 1 })).toMatchObject({
      redirectTo,
    });
  });

  test("of somebody unproved goes to the page for the code, whatever was wished, and remembers the wish", async () => {
    const { email } = await unverifiedUser();
    const answer = await login({ email, password: PASSWORD, redirectPath: "/account?tab=a" });
    expect(answer).toEqual({ success: true, redirectTo: "/verify-email" });
    expect([await signedIn(), browser.jar.has(REGISTRATION_COOKIE()), cookie()]).toEqual([false, true, undefined]);
    expect(await db.verification.findFirst({ where: { email } })).toMatchObject({ payload: { to: "/account?tab=a" } });
  });

  test("gives a new token and ends the session that the browser had, planted or another's", async () => {
    const [alice, bob] = [await verifiedUser(), await verifiedUser()];
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

  test("sets cookies that scripts and other sites do not get", async () => {
    const { email } = await verifiedUser();
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

  test("refused for too many tries says when to come back", async () => {
    const { email } = await verifiedUser();
    for (let n = 0; n < 10; n++) await login({ email, password: "wrong" });
    const answer = await login({ email, password: PASSWORD });
    expect(answer).toMatchObject({ success: false, code: "too_many_attempts", retryAfter: expect.any(Number) });
    expect(answer.error?.message).toMatch(/Try again in/);
  });
});

describe("logout", () => {
  test("ends the session and its cookie, and may be repeated", async () => {
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

  test("answer who is signed in", async () => {
    const alice = await signIn({ name: "Alice", image: "https://example.com/a.png", role: "admin" });
    expect(await on(() => authProvider.check())).toEqual({ authenticated: true });
    expect(await on(() => authProvider.getPermissions())).toEqual(["admin"]);
    expect(await on(() => authProvider.getIdentity())).toMatchObject({
      ...{ id: alice.id, name: "Alice", email: alice.email },
      ...{ avatar: "https://example.com/a.png", roles: ["admin"] },
    });
  });

  test("answer that nobody is, without a cookie, with a worthless one and with one that has expired", async () => {
    const { token, principal } = await session(await verifiedUser());
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
    expect(await on(() => authProvider.getIdentity())).toMatchObject({ name: alice.email.split("@")[0] });
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
  ])("of %j", async (error, expected) => {
    expect(await authProvider.onError(error)).toEqual(expected);
  });
});

describe("login at a third party", () => {
  beforeEach(() => {
    registry.add("club", CLUB);
    return () => registry.remove("club");
  });

  test("leads there, and remembers the way back", async () => {
    const { success, redirectTo = "" } = await login({ providerName: "club", to: "/account" });
    expect(success).toBe(true);
    const { origin, searchParams } = new URL(redirectTo);
    expect([origin, searchParams.get("client_id")]).toEqual(["https://club.example", "our-client"]);
    const [visit] = await db.verification.findMany({
      where: { purpose: "oauth" },
      orderBy: { createdAt: "desc" },
      take: 1,
    });
    expect(visit?.payload).toMatchObject({ payload: { to: "/account" } });
    expect(browser.jar.get(OAUTH_COOKIE())).toContain(visit?.id);
  });

  test.each(["nope", "__proto__", "", "x".repeat(1000)])("that there is not (%j) is refused in words", async (name) => {
    const answer = await login({ providerName: name, email: "alice@example.com", password: PASSWORD });
    expect(answer).toMatchObject({ success: false, error: { name: "Login Error", message: expect.any(String) } });
    expect(answer.redirectTo).toBeUndefined();
  });
});

describe("updateIdentity", () => {
  const update = (params: object) => on(() => authProvider.updateIdentity(params));

  test("changes the fields that are given, and getIdentity shows them", async () => {
    await signIn({ name: "Alice" });
    expect(await update({ name: " Alice Liddell ", id: "another", role: "admin" })).toEqual({ success: true });
    const identity = await on(() => authProvider.getIdentity());
    expect(identity?.name).toBe("Alice Liddell");
    expect(await update({})).toEqual({ success: true });
    expect([await on(() => authProvider.getIdentity()), await on(() => authProvider.getPermissions())]).toEqual([
      identity,
      ["user"],
    ]);
  });

  test("asks for another address given the password, and says that its mailbox decides", async () => {
    const { id, email } = await signIn();
    await db.session.updateMany({ where: { userId: id }, data: { authenticatedAt: new Date(0) } });
    await emptyOutbox();
    const wanted = { email: "other@example.com", name: "Alice" };
    expect(await update({ ...wanted, currentPassword: "wrong" })).toMatchObject({
      success: false,
      code: "wrong_password",
    });
    expect((await db.user.findUniqueOrThrow({ where: { id } })).name).not.toBe("Alice");
    expect(await update({ ...wanted, currentPassword: PASSWORD, redirectPath: "/account" })).toMatchObject({
      success: true,
      redirectTo: "/account",
      successNotification: { message: "Check your new inbox" },
    });
    expect(await db.user.findUniqueOrThrow({ where: { id } })).toMatchObject({ email, name: "Alice" });
    expect((await outbox()).map(({ to }) => to).sort()).toEqual([email, "other@example.com"].sort());
  });

  test("names the field that is wrong, and does nothing for a visitor", async () => {
    expect(await update({ name: "Alice" })).toMatchObject({ success: false, code: "unauthenticated" });
    await signIn();
    expect(await update({ name: 5 })).toMatchObject({ success: false, fields: { name: expect.any(String) } });
  });
});
