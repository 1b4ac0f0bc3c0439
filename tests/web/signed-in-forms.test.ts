import { beforeEach, describe, expect, test, vi } from "vitest";
import * as appActions from "@/app/(app)/actions";
import * as authActions from "@/app/(auth)/actions";
import * as adminActions from "@/app/admin/actions";
import { knownDevice } from "@/lib/auth/steps/known-device";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { authProvider } from "@/lib/auth-provider/server";
import { db } from "@/lib/db";
import { type FormAction, IDLE, PERSON_FIELD } from "@/lib/web/form-state";
import { DEVICE_COOKIE, SESSION_COOKIE } from "@/lib/wire/cookies";
import { type Browser, form, from, newBrowser, redirectOf } from "@/tests/support/browser";
import { emptyOutbox, newestMail } from "@/tests/support/outbox";
import { client, other, PASSWORD, session, storedHash, verifiedUser } from "@/tests/support/people";

vi.mock("next/headers", () => import("@/tests/support/browser"));
vi.mock("next/cache", () => ({ refresh: () => {} }));

const post = (browser: Browser, action: FormAction, values: Record<string, string> = {}) =>
  from(browser, () => action(IDLE, form(values)));
const leads = (browser: Browser, action: FormAction, values: Record<string, string> = {}) =>
  redirectOf(post(browser, action, values));

/** A browser in which this person is signed in. */
async function signedIn(given: Parameters<typeof verifiedUser>[0] = {}) {
  const user = await verifiedUser(given);
  const browser = newBrowser();
  const { token, principal } = await session(user);
  browser.jar.set(SESSION_COOKIE(), token);
  return { user, browser, token, principal };
}

const isIn = async (browser: Browser) => (await from(browser, () => authProvider.check())).authenticated;

const isKnown = async (browser: Browser, { id }: { id: string }) =>
  (await knownDevice({ ...client(), device: browser.jar.get(DEVICE_COOKIE()) }, id)) !== null;

beforeEach(async () => {
  await emptyOutbox();
  await db.rateLimit.deleteMany();
});

describe("forms of the signed-in", () => {
  const all: [string, FormAction][] = Object.entries(appActions);
  all.push(...Object.entries(adminActions));

  test.each(all)("%s does nothing for a visitor but lead to the sign-in page", async (_, action) => {
    const { user } = await signedIn();
    const before = [await db.user.findMany(), await db.session.findMany(), await storedHash(user.id)];
    const values = { name: "X", email: "x@example.com", currentPassword: PASSWORD, newPassword: other(2) };
    const ids = { userId: user.id, sessionId: crypto.randomUUID(), disabled: "true", provider: "github" };
    expect(await leads(newBrowser(), action, { ...values, ...ids })).toBe("/login?message=session-ended");
    expect([await db.user.findMany(), await db.session.findMany(), await storedHash(user.id)]).toEqual(before);
  });

  test("change the name, and the header's identity with it", async () => {
    const { browser } = await signedIn({ name: "Old" });
    expect(await post(browser, appActions.updateProfileAction, { name: "New" })).toEqual({
      status: "success",
      message: "Saved.",
    });
    expect(await from(browser, () => authProvider.getIdentity())).toMatchObject({ name: "New" });
    const long = "n".repeat(101);
    const refused = await post(browser, appActions.updateProfileAction, { name: long });
    expect(refused).toMatchObject({ fields: { name: expect.any(String) }, values: { name: long } });
  });

  test("change the address through both mailboxes, under a new cookie", async () => {
    const { user, browser, token } = await signedIn();
    const to = "moved-here@example.com";
    const asked = await post(browser, appActions.changeEmailAction, { email: to, currentPassword: PASSWORD });
    expect(asked).toMatchObject({ status: "success", message: expect.stringContaining(to) });
    const confirm = (await newestMail(to)).token;
    expect(await leads(browser, authActions.confirmLinkAction, { token: confirm })).toBe(
      "/account?message=email-changed",
    );
    expect(browser.jar.get(SESSION_COOKIE())).not.toBe(token);
    expect([await findPrincipal(token), await isIn(browser), await isKnown(browser, user)]).toEqual([null, true, true]);
    const undo = (await newestMail(user.email)).token;
    expect(await leads(newBrowser(), authActions.confirmLinkAction, { token: undo })).toBe("/login?message=email-kept");
    expect(await isIn(browser)).toBe(false);
  });

  test.each(all)("%s does nothing from a page of the person who was signed in here before", async (_, action) => {
    const [{ user: alice }, bob] = [await signedIn(), await signedIn({ role: "admin" })];
    const before = [await db.user.findMany(), await db.session.findMany(), await storedHash(bob.user.id)];
    const values = { name: "Alice", email: "new@example.com", currentPassword: PASSWORD, newPassword: other(2) };
    const refused = await post(bob.browser, action, { ...values, userId: alice.id, [PERSON_FIELD]: alice.id });
    expect(refused).toMatchObject({ code: "unauthenticated", message: expect.stringContaining(bob.user.email) });
    expect([await db.user.findMany(), await db.session.findMany(), await storedHash(bob.user.id)]).toEqual(before);
  });

  test("delete nothing while a password is left out, unless there is none and the sign-in is recent", async () => {
    const alice = await signedIn();
    expect(await post(alice.browser, appActions.deleteAccountAction)).toMatchObject({
      code: "wrong_password",
      fields: { currentPassword: "Enter your password." },
    });
    const olga = await signedIn({ password: null });
    const where = { userId: olga.user.id };
    await db.session.updateMany({ where, data: { authenticatedAt: new Date(Date.now() - 11 * 60_000) } });
    expect((await post(olga.browser, appActions.deleteAccountAction)).code).toBe("reauthentication_required");
    await db.session.updateMany({ where, data: { authenticatedAt: new Date() } });
    const slip = await post(olga.browser, appActions.deleteAccountAction, { typedEmail: "" });
    expect(slip.fields?.typedEmail, "no slip of the hand deletes").toBe(`Type ${olga.user.email} to confirm.`);
    const ofOther = await post(olga.browser, appActions.deleteAccountAction, { currentPassword: PASSWORD });
    expect(ofOther.fields, "nor a form that asked another for a password").toHaveProperty("typedEmail");
    const typedEmail = ` ${olga.user.email.toUpperCase()}`;
    const to = await leads(olga.browser, appActions.deleteAccountAction, { typedEmail });
    expect(to).toBe("/login?message=account-deleted");
    const left = await db.user.findMany({ where: { id: { in: [alice.user.id, olga.user.id] } } });
    expect(left.map(({ id }) => id)).toEqual([alice.user.id]);
  });

  test("change the password, and go on under a new cookie, in a browser that stays known", async () => {
    const { user, browser, token } = await signedIn();
    const values = { currentPassword: PASSWORD, newPassword: other(3), confirmPassword: other(3) };
    const wrong = await post(browser, appActions.changePasswordAction, { ...values, confirmPassword: "x" });
    expect(wrong).toMatchObject({
      fields: { confirmPassword: "The passwords do not match. Type them again." },
      values: {},
    });
    expect(await post(browser, appActions.changePasswordAction, values)).toMatchObject({ status: "success" });
    expect([browser.jar.get(SESSION_COOKIE()) === token, await isIn(browser)]).toEqual([false, true]);
    expect(await isKnown(browser, user)).toBe(true);
  });

  test("end sessions of one's own, never of others", async () => {
    const [alice, bob] = [await signedIn(), await signedIn()];
    const phone = await session(alice.user);
    const revoke = (sessionId: string) => post(alice.browser, appActions.revokeSessionAction, { sessionId });
    expect(await revoke(phone.principal.sessionId)).toMatchObject({ status: "success" });
    expect(await findPrincipal(phone.token)).toBeNull();
    for (const id of [bob.principal.sessionId, "zzzz", "-1", "0", "9223372036854775808", "%00", "a".repeat(10_000)])
      expect(await revoke(id)).toMatchObject({ status: "error", message: "There is nothing here." });
    expect(await isIn(bob.browser)).toBe(true);
    await session(alice.user);
    expect(await post(alice.browser, appActions.revokeOtherSessionsAction)).toMatchObject({ status: "success" });
    expect(await db.session.count({ where: { userId: alice.user.id } })).toBe(1);
    const own = { sessionId: alice.principal.sessionId };
    expect(await leads(alice.browser, appActions.revokeSessionAction, own)).toBe("/login?message=signed-out");
    expect(await isIn(alice.browser)).toBe(false);
  });

  test("delete the account after the password", async () => {
    const { user, browser } = await signedIn();
    const wrong = await post(browser, appActions.deleteAccountAction, { currentPassword: "wrong" });
    expect(wrong).toMatchObject({ code: "wrong_password", fields: { currentPassword: expect.any(String) } });
    const to = await leads(browser, appActions.deleteAccountAction, { currentPassword: PASSWORD });
    expect([to, browser.jar.has(SESSION_COOKIE())]).toEqual(["/login?message=account-deleted", false]);
    expect(await db.user.count({ where: { id: user.id } })).toBe(0);
  });

  test("of admins are refused to others", async () => {
    const [root, alice] = [await signedIn({ role: "admin" }), await signedIn()];
    const disable = { userId: alice.user.id, disabled: "true" };
    expect(
      await post(alice.browser, adminActions.setUserDisabledAction, { ...disable, userId: root.user.id }),
    ).toMatchObject({
      code: "forbidden",
    });
    expect(await post(alice.browser, adminActions.revokeUserSessionsAction, { userId: root.user.id })).toMatchObject({
      code: "forbidden",
    });
    expect(await post(root.browser, adminActions.setUserDisabledAction, disable)).toMatchObject({ status: "success" });
    expect(await leads(alice.browser, appActions.updateProfileAction, { name: "x" })).toBe(
      "/login?message=session-ended",
    );
    expect(await isIn(root.browser)).toBe(true);
  });
});
