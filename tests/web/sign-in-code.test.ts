import { beforeEach, describe, expect, test, vi } from "vitest";
import * as authActions from "@/app/(auth)/actions";
import { authProvider } from "@/lib/auth-provider/server";
import { db } from "@/lib/db";
import { currentClient } from "@/lib/web/current-client";
import { type FormAction, IDLE } from "@/lib/web/form-state";
import { describeToken } from "@/lib/web/registration-cookie";
import { describeLink, pendingSignIn } from "@/lib/web/sign-in-code";
import { buttonPage, wasPressed } from "@/lib/wire/button-page";
import { SIGN_IN_COOKIE } from "@/lib/wire/cookies";
import { type Browser, form, from, newBrowser, redirectOf } from "@/tests/support/browser";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import { verifiedUser } from "@/tests/support/people";

vi.mock("next/headers", () => import("@/tests/support/browser"));
vi.mock("next/cache", () => ({ refresh: () => {} }));

const post = (browser: Browser, action: FormAction, values: Record<string, string> = {}) =>
  from(browser, () => action(IDLE, form(values)));
const leads = (browser: Browser, action: FormAction, values: Record<string, string> = {}) =>
  redirectOf(post(browser, action, values));
const pending = (browser: Browser) => from(browser, async () => pendingSignIn(await currentClient()));
const isIn = async (browser: Browser) => (await from(browser, () => authProvider.check())).authenticated;

/** A browser that has asked for a code. */
async function asking(email: string, more: Record<string, string> = {}): Promise<Browser> {
  const browser = newBrowser();
  expect(await leads(browser, authActions.askForCodeAction, { email, ...more })).toBe("/sign-in-code");
  return browser;
}

beforeEach(async () => {
  vi.useRealTimers();
  await emptyOutbox();
  await db.rateLimit.deleteMany();
});

describe("a code that a browser asked for", () => {
  test("signs that browser in, as pasted, and takes it where its visitor wished to go", async () => {
    const { email } = await verifiedUser();
    const browser = await asking(email, { to: "/account?tab=b", remember: "on" });
    expect(await pending(browser)).toMatchObject({ email, to: "/account?tab=b", resendInSeconds: expect.any(Number) });
    const { code = "" } = await newestMail(email);
    const pasted = ` ${code.slice(0, 3)} ${code.slice(3)}`;
    expect(await leads(browser, authActions.signInCodeAction, { code: pasted })).toBe("/account?tab=b");
    expect([await isIn(browser), browser.jar.has(SIGN_IN_COOKIE())]).toEqual([true, false]);
  });

  test("is worth nothing in a browser that did not ask, or says that it did", async () => {
    const { email } = await verifiedUser();
    const browser = await asking(email);
    const { code = "" } = await newestMail(email);
    const [id] = (browser.jar.get(SIGN_IN_COOKIE()) ?? "").split("~");
    for (const value of ["", "~", id, `${id}~`, `${id}~${"a".repeat(43)}`]) {
      const thief = newBrowser();
      thief.jar.set(SIGN_IN_COOKIE(), value ?? "");
      expect(await pending(thief)).toBeNull();
      expect(await post(thief, authActions.signInCodeAction, { code })).toMatchObject({ code: "code_expired" });
      expect(await leads(thief, authActions.anotherCodeAction)).toBe("/sign-in-code/address?message=expired");
    }
  });

  test("is asked for a minute later once more, and sooner the wait is told, whatever the address", async () => {
    const { email } = await verifiedUser();
    const answers: unknown[] = [];
    for (const address of [email, "ghost@nowhere.test"]) {
      const browser = await asking(address);
      expect(await post(browser, authActions.anotherCodeAction)).toMatchObject({
        code: "too_many_attempts",
        retryAfter: expect.any(Number),
      });
      await db.rateLimit.deleteMany();
      answers.push(await post(browser, authActions.anotherCodeAction));
      expect(await pending(browser)).toMatchObject({ email: address });
    }
    expect(answers[0]).toMatchObject({ status: "success" });
    expect(answers[1]).toEqual(answers[0]);
    expect(await outbox(email)).toHaveLength(2);
  });

  test("that has expired is said to have, and asked for anew", async () => {
    const browser = await asking((await verifiedUser()).email);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 11 * 60_000 });
    expect(await pending(browser)).toBe("expired");
    expect(await leads(browser, authActions.anotherCodeAction)).toBe("/sign-in-code/address?message=expired");
    expect(await post(browser, authActions.signInCodeAction, { code: "123456" })).toMatchObject({
      code: "code_expired",
    });
  });

  test("takes a hostile wish nowhere", async () => {
    const { email } = await verifiedUser();
    const browser = await asking(email, { to: "//evil.tld" });
    const { code = "" } = await newestMail(email);
    expect(await leads(browser, authActions.signInCodeAction, { code })).toBe("/dashboard");
  });

  test("leads a person with two-step sign-in to the second step, signed in nowhere yet", async () => {
    const { id: userId, email } = await verifiedUser();
    const app = { label: "Phone", secret: "sealed", confirmedAt: new Date() };
    await db.authenticator.create({ data: { ...app, userId } });
    const browser = await asking(email, { to: "/account" });
    const { code = "" } = await newestMail(email);
    expect(await leads(browser, authActions.signInCodeAction, { code })).toBe("/two-factor?to=%2Faccount");
    expect(await isIn(browser)).toBe(false);
  });
});

describe("a mailed link", () => {
  test("signs in the browser that presses its button, never the one that asked", async () => {
    const { email } = await verifiedUser();
    const asked = await asking(email);
    const { token } = await newestMail(email);
    const other = newBrowser();
    expect(await from(other, () => describeLink(token))).toMatchObject({ email, begunHere: false });
    expect(await from(asked, () => describeLink(token))).toMatchObject({ begunHere: true });
    expect(await leads(other, authActions.signInLinkAction, { token })).toBe("/dashboard");
    expect([await isIn(other), await isIn(asked)]).toEqual([true, false]);
    expect(await post(asked, authActions.signInLinkAction, { token })).toMatchObject({ code: "token_invalid" });
    expect(await isIn(asked)).toBe(false);
  });

  test("is no link that proves an address, and the other way round", async () => {
    const { email } = await verifiedUser();
    await asking(email);
    const { token } = await newestMail(email);
    const browser = newBrowser();
    expect(await from(browser, () => describeToken(token))).toBeNull();
    expect(await post(browser, authActions.confirmLinkAction, { token })).toMatchObject({ code: "token_invalid" });
    await leads(browser, authActions.registerAction, { email: "new@example.com", password: "plover-hatch-93-quill" });
    const registration = await newestMail("new@example.com");
    expect(await from(browser, () => describeLink(registration.token))).toBeNull();
  });

  test("of an API client leads on to where its contract signs in, once its button was pressed", async () => {
    const { email } = await verifiedUser();
    await asking(email);
    const { token } = await newestMail(email);
    const page = new URL(buttonPage(token, "/api/client?type=magiclink", "/sign-in-code"));
    expect(page.pathname).toBe("/sign-in-code");
    const next = page.searchParams.get("next") ?? "";
    const browser = newBrowser();
    const pressed = await post(browser, authActions.signInLinkAction, { token, next });
    expect(wasPressed(new URL(pressed.leaveTo ?? "http://none"), token)).toBe(true);
    expect(await isIn(browser)).toBe(false);
    const dead = { token: "dead", next };
    expect(await post(browser, authActions.signInLinkAction, dead)).toMatchObject({ code: "token_invalid" });
    await leads(browser, authActions.signInLinkAction, { token });
    expect(await post(browser, authActions.signInLinkAction, { token, next })).toMatchObject({ code: "token_invalid" });
  });
});
