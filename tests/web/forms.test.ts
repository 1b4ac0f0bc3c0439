import { beforeEach, describe, expect, test, vi } from "vitest";
import * as authActions from "@/app/(auth)/actions";
import { markDevice } from "@/lib/auth/model/devices";
import { knownDevice } from "@/lib/auth/steps/known-device";
import { authProvider } from "@/lib/auth-provider/server";
import { db } from "@/lib/db";
import { startBrowserSession } from "@/lib/web/browser-session";
import { type FormAction, IDLE } from "@/lib/web/form-state";
import { describeToken, pendingVerification } from "@/lib/web/registration-cookie";
import { DEVICE_COOKIE, REGISTRATION_COOKIE } from "@/lib/wire/cookies";
import { type Browser, form, from, newBrowser, redirectOf } from "@/tests/support/browser";
import { emptyOutbox, newestMail } from "@/tests/support/outbox";
import { client, newSession, other, PASSWORD, verifiedUser } from "@/tests/support/people";

vi.mock("next/headers", () => import("@/tests/support/browser"));
vi.mock("next/cache", () => ({ refresh: () => {} }));

const post = (browser: Browser, action: FormAction, values: Record<string, string> = {}) =>
  from(browser, () => action(IDLE, form(values)));
const leads = (browser: Browser, action: FormAction, values: Record<string, string> = {}) =>
  redirectOf(post(browser, action, values));

const isIn = async (browser: Browser) => (await from(browser, () => authProvider.check())).authenticated;

beforeEach(async () => {
  await emptyOutbox();
  await db.rateLimit.deleteMany();
});

describe("a form that is refused", () => {
  test("keeps what was typed, but no password, and names the field", async () => {
    const state = await post(newBrowser(), authActions.loginAction, { email: "alice@", password: "x", to: "/account" });
    expect(state).toMatchObject({
      status: "error",
      code: "invalid_input",
      message: "Enter an email address like name@example.com.",
      fields: { email: "Enter an email address like name@example.com." },
      values: { email: "alice@", to: "/account" },
    });
    expect(JSON.stringify(state?.values)).not.toContain('"x"');
  });

  test("with two fields at fault asks for both", async () => {
    const state = await post(newBrowser(), authActions.registerAction, { email: "", password: "", name: "A" });
    expect(state).toMatchObject({ message: "Please check the marked fields.", values: { name: "A" } });
    expect(Object.keys(state?.fields ?? {}).sort()).toEqual(["email", "password"]);
  });
});

describe("from registering to signing out", () => {
  test("the visitor lands where they wanted to go", async () => {
    const browser = newBrowser();
    const email = "way@example.com";
    const values = { email, password: PASSWORD, name: "Way", to: "/account?tab=b" };
    expect(await leads(browser, authActions.registerAction, values)).toBe("/verify-email");
    expect(await from(browser, pendingVerification)).toMatchObject({ email, resendInSeconds: expect.any(Number) });
    const { code = "", token } = await newestMail(email);
    expect(await from(browser, () => describeToken(token))).toMatchObject({
      purpose: "register",
      needsPassword: false,
    });
    expect(await leads(browser, authActions.confirmCodeAction, { code })).toBe("/account?tab=b");
    expect([await isIn(browser), browser.jar.has(REGISTRATION_COOKIE())]).toEqual([true, false]);
    expect(await leads(browser, authActions.logoutAction)).toBe("/login?message=signed-out");
    expect(await isIn(browser)).toBe(false);
  });

  test("a hostile wish ends on this site after the code as well", async () => {
    const browser = newBrowser();
    const email = "hostile@example.com";
    await leads(browser, authActions.registerAction, { email, password: PASSWORD, to: "//evil.tld" });
    const { code = "" } = await newestMail(email);
    expect(await leads(browser, authActions.confirmCodeAction, { code })).toBe("/dashboard");
  });

  test("the mailed link asks for the password in another browser, and opens nothing when looked at", async () => {
    const [browser, second] = [newBrowser(), newBrowser()];
    const email = "link@example.com";
    await leads(browser, authActions.registerAction, { email, password: PASSWORD });
    const { token } = await newestMail(email);
    for (let look = 0; look < 3; look++)
      expect(await from(second, () => describeToken(token))).toMatchObject({ email, needsPassword: true });
    expect(await post(second, authActions.confirmLinkAction, { token, password: "wrong" })).toMatchObject({
      code: "wrong_password",
    });
    expect(await leads(second, authActions.confirmLinkAction, { token, password: PASSWORD })).toBe("/dashboard");
    expect([await isIn(second), await isIn(browser)]).toEqual([true, false]);
  });

  test("a forged or foreign flow cookie names nothing", async () => {
    const browser = newBrowser();
    await leads(browser, authActions.registerAction, { email: "flow@example.com", password: PASSWORD });
    const [id] = (browser.jar.get(REGISTRATION_COOKIE()) ?? "").split("~");
    for (const value of [id, `${id}~`, `${id}~${"a".repeat(43)}`, ".", "x.y.z", ""]) {
      const forged = newBrowser();
      forged.jar.set(REGISTRATION_COOKIE(), value ?? "");
      expect(await from(forged, pendingVerification)).toBeNull();
      expect(await post(forged, authActions.confirmCodeAction, { code: "123456" })).toMatchObject({
        code: "code_expired",
      });
      expect(await post(forged, authActions.resendCodeAction)).toMatchObject({ code: "code_expired" });
    }
  });

  test("a reset leads to the sign-in page and signs nobody in", async () => {
    const { email } = await verifiedUser();
    const browser = newBrowser();
    const asked = await post(browser, authActions.forgotPasswordAction, { email });
    expect(asked).toMatchObject({
      status: "success",
      message: expect.stringContaining("If that address has an account"),
    });
    const { token } = await newestMail(email, /Reset/);
    const values = { token, newPassword: other(1), confirmPassword: other(1) };
    expect(await leads(browser, authActions.resetPasswordAction, values)).toBe("/login?message=reset");
    expect(await post(browser, authActions.resetPasswordAction, values)).toMatchObject({
      message: "This link no longer works. Ask for a new one.",
    });
    expect(await isIn(browser)).toBe(false);
  });

  test.each([true, false])("a reset leaves its browser as known as it was: %s", async (wasKnown) => {
    const user = await verifiedUser();
    const { id, email } = user;
    const browser = newBrowser();
    if (wasKnown) browser.jar.set(DEVICE_COOKIE(), markDevice(null, user));
    await post(browser, authActions.forgotPasswordAction, { email });
    const { token } = await newestMail(email, /Reset/);
    await leads(browser, authActions.resetPasswordAction, { token, newPassword: other(1), confirmPassword: other(1) });
    const device = browser.jar.get(DEVICE_COOKIE());
    expect((await knownDevice({ ...client(), device }, id)) !== null).toBe(wasKnown);
  });

  test("a browser stays a stranger whose sign-in is answered only after the owner has reset the password", async () => {
    const [user, browser] = [await verifiedUser(), newBrowser()];
    const thief = await newSession(user);
    await post(newBrowser(), authActions.forgotPasswordAction, { email: user.email });
    const { token } = await newestMail(user.email, /Reset/);
    const values = { token, newPassword: other(1), confirmPassword: other(1) };
    await leads(newBrowser(), authActions.resetPasswordAction, values);
    await from(browser, () => startBrowserSession(thief, "/dashboard"));
    expect(await knownDevice({ ...client(), device: browser.jar.get(DEVICE_COOKIE()) }, user.id)).toBeNull();
  });
});
