import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { connectAccountAction, disconnectAccountAction } from "@/app/(app)/actions";
import { finishProviderAction, loginAction, startProviderAction } from "@/app/(auth)/actions";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { IDLE } from "@/lib/web/form-state";
import { redirectPostedAnswer } from "@/lib/web/posted-answer";
import { type Browser, form, from, newBrowser, redirectOf } from "@/tests/support/browser";
import { resetDatabase } from "@/tests/support/database";
import { CLIENT, FaultProvider } from "@/tests/support/fault-provider";
import { emptyOutbox, outbox } from "@/tests/support/outbox";
import { PASSWORD, session, verifiedUser } from "@/tests/support/people";

vi.mock("next/headers", () => import("@/tests/support/browser"));
vi.mock("next/cache", () => ({ refresh: () => {} }));

const SITE = "http://localhost:3000";
const ALICE = { sub: "alice-1", email: "alice@example.com", email_verified: true, name: "Alice Example" };
const provider = new FaultProvider();

beforeAll(async () => {
  await provider.open();
  env().APP_URL = SITE;
  env().providers = { OIDC: { ...CLIENT, issuer: provider.issuer } };
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.behave(ALICE);
  await resetDatabase();
  await emptyOutbox();
});

/** Presses the button; the person agrees. What the provider then sends along. */
async function leave(browser: Browser, press = startProviderAction, to = "/reports") {
  const state = await from(browser, () => press(IDLE, form({ provider: "oidc", to })));
  if (!state.leaveTo) throw new Error(state.message);
  return provider.agree(state.leaveTo);
}

const comeBack = (browser: Browser, answer: Record<string, string>) =>
  redirectOf(from(browser, () => finishProviderAction(IDLE, form({ provider: "oidc", ...answer }))));

const who = async (browser: Browser) => {
  const principal = await findPrincipal(browser.jar.get("authjs.session-token") ?? "");
  return principal?.email ?? null;
};

async function signedIn(browser: Browser, user: Awaited<ReturnType<typeof verifiedUser>>, minutesAgo = 0) {
  const { token, principal } = await session(user);
  const authenticatedAt = new Date(Date.now() - minutesAgo * 60_000);
  await db.session.update({ where: { id: principal.sessionId }, data: { authenticatedAt } });
  browser.jar.set("authjs.session-token", token);
}

const signInByPassword = (browser: Browser, email: string) =>
  redirectOf(from(browser, () => loginAction(IDLE, form({ email, password: PASSWORD }))));

describe("signing in", () => {
  test("ends where the visitor wanted to go, with a session and no flow cookie left", async () => {
    const browser = newBrowser();
    const answer = await leave(browser);
    expect(browser.received.find(({ name }) => name === "auth.oauth")?.options).toMatchObject({
      httpOnly: true,
      sameSite: "lax",
      path: "/",
      maxAge: 15 * 60,
    });
    expect(await comeBack(browser, answer)).toBe("/reports");
    expect(await who(browser)).toBe(ALICE.email);
    expect(browser.jar.has("auth.oauth")).toBe(false);
    expect(await db.user.findFirst()).toMatchObject({ name: ALICE.name });
  });

  test.each(["https://evil.example.com/", "//evil.example.com", "/login", "javascript:alert(1)"])(
    "does not end at %s",
    async (to) => {
      const browser = newBrowser();
      expect(await comeBack(browser, await leave(browser, startProviderAction, to))).toBe("/dashboard");
    },
  );

  test("in another browser than it began in is refused, there and with a forged cookie", async () => {
    const [mine, other] = [newBrowser(), newBrowser()];
    const answer = await leave(mine);
    expect(await comeBack(other, answer)).toBe("/callback/oidc?problem=provider_state&to=%2Freports");
    const [ids] = (mine.jar.get("auth.oauth") ?? "").split("~");
    for (const forged of [ids, `${ids}~`, `${ids}~forged`]) {
      other.jar.set("auth.oauth", forged ?? "");
      expect(await comeBack(other, answer)).toContain("problem=provider_state");
    }
    expect(await db.session.count()).toBe(0);
    expect(await comeBack(mine, answer)).toBe("/reports");
  });

  test("from two tabs works in both", async () => {
    const browser = newBrowser();
    const [first, second] = [await leave(browser), await leave(browser, startProviderAction, "/second")];
    expect(await comeBack(browser, first)).toBe("/reports");
    expect(await comeBack(browser, second)).toBe("/second");
    expect(await db.session.count()).toBe(1);
  });

  test("a second time by the same address is refused, and the first session stays", async () => {
    const browser = newBrowser();
    const answer = await leave(browser);
    await comeBack(browser, answer);
    expect(await comeBack(browser, answer)).toBe("/callback/oidc?problem=provider_state");
    expect(await who(browser)).toBe(ALICE.email);
    expect(await db.session.count()).toBe(1);
  });

  test("that is cancelled, or brings no email, says so and makes nobody", async () => {
    const browser = newBrowser();
    const { state = "" } = await leave(browser);
    const denied = await comeBack(browser, { state, error: "access_denied", error_description: "<b>no</b>" });
    expect(denied).toBe("/callback/oidc?problem=provider_denied&to=%2Freports");
    provider.person = { sub: "x" };
    expect(await comeBack(browser, await leave(browser))).toContain("problem=provider_email");
    expect([await db.user.count(), browser.jar.size]).toEqual([0, 0]);
  });

  test("at a provider that is away, or is none, is told where it began", async () => {
    provider.faults = { discovery: { status: 500 } };
    const press = (name: string) => from(newBrowser(), () => startProviderAction(IDLE, form({ provider: name })));
    expect(await press("oidc")).toMatchObject({ status: "error", code: "provider_failed" });
    expect(await press("google")).toMatchObject({ status: "error", code: "provider_unknown" });
    expect(await press("\0")).toMatchObject({ status: "error", code: "provider_unknown" });
  });

  test("too often is slowed down", async () => {
    const codes: (string | undefined)[] = [];
    for (let i = 0; i < 61; i++) {
      const browser = newBrowser();
      codes.push((await from(browser, () => startProviderAction(IDLE, form({ provider: "oidc" })))).code);
    }
    expect(codes.filter(Boolean)).toEqual(["too_many_attempts"]);
  });
});

describe("an email that has an account", () => {
  test("is linked once its user signs in here, and works from then on", async () => {
    const alice = await verifiedUser({ email: ALICE.email });
    const browser = newBrowser();
    expect(await comeBack(browser, await leave(browser))).toContain("problem=account_exists");
    expect(await who(browser)).toBeNull();
    await signInByPassword(browser, alice.email);
    expect(await db.account.findMany()).toMatchObject([{ userId: alice.id, providerAccountId: ALICE.sub }]);
    expect((await outbox(alice.email)).map(({ subject }) => subject)).toContain("A way to sign in was added");
    const [{ id: sessionId }, event] = [
      await db.session.findFirstOrThrow(),
      await db.securityEvent.findFirst({ where: { type: "account.linked" } }),
    ];
    expect(event).toMatchObject({ sessionId, userAgent: browser.headers.get("user-agent") });
    expect(browser.jar.has("auth.link")).toBe(false);
    const another = newBrowser();
    expect(await comeBack(another, await leave(another))).toBe("/reports");
    expect(await who(another)).toBe(alice.email);
  });

  test("is not linked by another user's sign-in, nor in another browser", async () => {
    const alice = await verifiedUser({ email: ALICE.email });
    const bob = await verifiedUser();
    const browser = newBrowser();
    await comeBack(browser, await leave(browser));
    await signInByPassword(browser, bob.email);
    await signInByPassword(newBrowser(), alice.email);
    expect(await db.account.count()).toBe(0);
    await signInByPassword(browser, alice.email);
    expect(await db.account.count()).toBe(1);
  });
});

describe("connecting", () => {
  test("links the account to who is signed in and keeps the session", async () => {
    const alice = await verifiedUser({ email: "alice@work.example.com" });
    const browser = newBrowser();
    await signedIn(browser, alice);
    expect(await comeBack(browser, await leave(browser, connectAccountAction))).toBe(
      "/account/security?message=connected",
    );
    expect(await db.account.findMany()).toMatchObject([{ userId: alice.id, label: ALICE.email }]);
    expect(await who(browser)).toBe(alice.email);
  });

  test("asks for a recent sign-in, before and after the visit", async () => {
    const alice = await verifiedUser();
    const browser = newBrowser();
    await signedIn(browser, alice, 11);
    const state = await from(browser, () => connectAccountAction(IDLE, form({ provider: "oidc" })));
    expect(state).toMatchObject({ status: "error", code: "reauthentication_required" });
    await signedIn(browser, alice);
    const answer = await leave(browser, connectAccountAction);
    await signedIn(browser, alice, 11);
    expect(await comeBack(browser, answer)).toBe("/callback/oidc?problem=reauthentication_required");
    expect(await db.account.count()).toBe(0);
  });

  test("ends nowhere when somebody else, or nobody, is signed in by then", async () => {
    const browser = newBrowser();
    await signedIn(browser, await verifiedUser());
    const [first, second] = [await leave(browser, connectAccountAction), await leave(browser, connectAccountAction)];
    await signedIn(browser, await verifiedUser());
    expect(await comeBack(browser, first)).toContain("problem=unauthenticated");
    browser.jar.delete("authjs.session-token");
    expect(await comeBack(browser, second)).toContain("problem=unauthenticated");
    expect([await db.account.count(), await db.user.count()]).toEqual([0, 2]);
  });

  test("an account that opens somebody else is refused, and disconnecting the last way too", async () => {
    const bob = newBrowser();
    await comeBack(bob, await leave(bob));
    const alice = newBrowser();
    await signedIn(alice, await verifiedUser());
    expect(await comeBack(alice, await leave(alice, connectAccountAction))).toContain("account_linked_elsewhere");
    const accountId = (await db.account.findFirstOrThrow()).id;
    const press = (browser: Browser) => from(browser, () => disconnectAccountAction(IDLE, form({ accountId })));
    expect(await press(alice)).toMatchObject({ status: "error", code: "not_found" });
    expect(await press(bob)).toMatchObject({ status: "error", code: "last_sign_in_method" });
  });
});

describe("an answer that is posted, as Apple's is,", () => {
  const post = (path: string, body: string, type = "application/x-www-form-urlencoded") =>
    redirectPostedAnswer(new Request(SITE + path, { method: "POST", body, headers: { "content-type": type } }));

  test("becomes a visit that carries our cookies", async () => {
    const visit = await post("/callback/oidc", "code=a&state=b&id_token=c&user=%7B%7D");
    expect(visit?.status).toBe(303);
    expect(visit?.headers.get("location")).toBe(`${SITE}/callback/oidc?code=a&state=b&user=%7B%7D`);
  });

  test("is nothing else than that", async () => {
    expect(await post("/callback/oidc", "code=a", "multipart/form-data; boundary=x")).toBeNull();
    expect(await post("/login", "code=a")).toBeNull();
    expect(await redirectPostedAnswer(new Request(`${SITE}/callback/oidc?code=a`))).toBeNull();
  });
});
