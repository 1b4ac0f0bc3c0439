import { beforeEach, describe, expect, test, vi } from "vitest";
import { beginPasskeySignInAction, endPasskeySignInAction } from "@/app/(auth)/passkeys/actions";
import * as holderActions from "@/app/(auth)/passkeys/holder-actions";
import { findOwing } from "@/lib/auth/store/owing-sessions";
import { listPasskeys } from "@/lib/auth/store/passkeys";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { type FormAction, IDLE } from "@/lib/web/form-state";
import { CEREMONY_COOKIE, SESSION_COOKIE } from "@/lib/wire/cookies";
import type { User } from "@/prisma/client/client";
import { type Browser, form, from, newBrowser, redirectOf } from "@/tests/support/browser";
import { addAuthenticator } from "@/tests/support/factors";
import { authenticator, passkeyOf } from "@/tests/support/passkeys";
import { newSession, session, verifiedUser, withEnv } from "@/tests/support/people";
import type { SoftwareAuthenticator } from "@/tests/support/software-authenticator";

vi.mock("next/headers", () => import("@/tests/support/browser"));
vi.mock("next/cache", () => ({ refresh: () => {} }));

const post = (browser: Browser, action: FormAction, values: Record<string, string> = {}) =>
  from(browser, () => action(IDLE, form(values)));
const leads = (browser: Browser, action: FormAction, values: Record<string, string> = {}) =>
  redirectOf(post(browser, action, values));

beforeEach(async () => {
  await db.rateLimit.deleteMany();
});

/** What the page is given to ask the browser with. */
async function begin(browser: Browser, action: FormAction) {
  const { ceremony } = await post(browser, action);
  if (!ceremony) throw new Error("No ceremony began");
  return { ceremonyId: ceremony.ceremonyId, challenge: ceremony.options.challenge };
}

/** The answer of the authenticator to a sign-in that this browser began. */
async function answer(browser: Browser, device: SoftwareAuthenticator, user: User, action = beginPasskeySignInAction) {
  const { ceremonyId, challenge } = await begin(browser, action);
  return { ceremonyId, response: JSON.stringify(device.get({ challenge, userHandle: user.id })) };
}

async function signedIn(user: User): Promise<Browser> {
  const browser = newBrowser();
  browser.jar.set(SESSION_COOKIE(), (await session(user)).token);
  return browser;
}

const holds = async (browser: Browser) => findPrincipal(browser.jar.get(SESSION_COOKIE()) ?? "");

describe("a sign-in by passkey", () => {
  test("leads where the person wanted to go, and nowhere else", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    for (const [to, where] of [
      ["/account", "/account"],
      ["https://evil.example/", "/dashboard"],
    ]) {
      const browser = newBrowser();
      const answered = await answer(browser, device, user);
      expect(await leads(browser, endPasskeySignInAction, { ...answered, to: to ?? "" })).toBe(where);
      expect((await holds(browser))?.userId).toBe(user.id);
    }
  });

  test("is not ended by another browser than the one that began it", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    const [victim, thief] = [newBrowser(), newBrowser()];
    const answered = await answer(victim, device, user);
    const invalid = { status: "error", code: "passkey_invalid" };
    expect(await post(thief, endPasskeySignInAction, answered)).toMatchObject(invalid);
    await begin(thief, beginPasskeySignInAction);
    expect(await post(thief, endPasskeySignInAction, answered)).toMatchObject(invalid);
    thief.jar.set(CEREMONY_COOKIE(), `${answered.ceremonyId}~forged`);
    expect(await post(thief, endPasskeySignInAction, answered)).toMatchObject(invalid);
    expect(await leads(victim, endPasskeySignInAction, answered)).toBe("/dashboard");
  });

  test("works in two tabs of one browser", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    const browser = newBrowser();
    const first = await answer(browser, device, user);
    await answer(browser, device, user);
    expect(await leads(browser, endPasskeySignInAction, first)).toBe("/dashboard");
  });

  test("leads to the second step when the passkey did not verify its user", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    await addAuthenticator(user);
    const browser = newBrowser();
    const { ceremonyId, challenge } = await begin(browser, beginPasskeySignInAction);
    const response = JSON.stringify(device.get({ challenge, userHandle: user.id, userVerified: false }));
    expect(await leads(browser, endPasskeySignInAction, { ceremonyId, response })).toBe("/two-factor");
    expect(await holds(browser)).toBeNull();
  });

  test.each(["", "{", "null", "[]", '"text"', "7", "x".repeat(500_000), `{"id":"${"a".repeat(30_000)}"}`])(
    "is refused in words when the answer is nonsense (%#)",
    async (response) => {
      const browser = newBrowser();
      const { ceremonyId } = await begin(browser, beginPasskeySignInAction);
      const refused = { status: "error", code: "passkey_invalid" };
      expect(await post(browser, endPasskeySignInAction, { ceremonyId, response })).toMatchObject(refused);
      expect(await post(browser, endPasskeySignInAction, { response })).toMatchObject(refused);
    },
  );
});

describe("the second step by passkey", () => {
  test("gives the browser the session whole, and a device that asks to be remembered its cookie", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    await addAuthenticator(user);
    const browser = newBrowser();
    const { token } = await newSession(user);
    browser.jar.set(SESSION_COOKIE(), token);
    const answered = await answer(browser, device, user, holderActions.beginPasskeyProofAction);
    const to = { to: "/account", remember: "on" };
    expect(await leads(browser, holderActions.endPasskeyProofAction, { ...answered, ...to })).toBe("/account");
    expect(await holds(browser)).toMatchObject({ userId: user.id, proofs: ["password", "passkey"] });
    expect(await db.rememberedDevice.count({ where: { userId: user.id } })).toBe(1);
  });

  test("is not what remembers the device of a person who only shows again who they are", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    const browser = await signedIn(user);
    const answered = await answer(browser, device, user, holderActions.beginPasskeyProofAction);
    await leads(browser, holderActions.endPasskeyProofAction, { ...answered, remember: "on" });
    expect((await holds(browser))?.proofs).toEqual(["password", "passkey"]);
    expect(await db.rememberedDevice.count({ where: { userId: user.id } })).toBe(0);
  });
});

describe("forms about passkeys", () => {
  test.each(Object.entries(holderActions))("%s leads a visitor to the sign-in page", async (_, action) => {
    const { id } = await passkeyOf(await verifiedUser());
    const values = { passkeyId: id, label: "Mine", ceremonyId: crypto.randomUUID(), response: "{}" };
    expect(await leads(newBrowser(), action, values)).toBe("/login?message=session-ended");
    expect((await db.passkey.findUnique({ where: { id } }))?.label).toBe("Passkey");
  });

  test("make one in a session that owes the setup, which is then whole", async () => {
    await withEnv({ AUTH_REQUIRE_SECOND_FACTOR: "all" }, async () => {
      const user = await verifiedUser();
      const browser = newBrowser();
      const { token } = await newSession(user);
      expect((await findOwing(token))?.owed).toBe("setup");
      browser.jar.set(SESSION_COOKIE(), token);
      const { ceremonyId, challenge } = await begin(browser, holderActions.beginPasskeyRegistrationAction);
      const response = JSON.stringify(authenticator().create({ challenge }));
      const end = holderActions.endPasskeyRegistrationAction;
      expect(await leads(browser, end, { ceremonyId, response, to: "/account" })).toBe("/account");
      expect((await holds(browser))?.userId).toBe(user.id);
    });
  });

  test("make, rename and remove one, and say so", async () => {
    const user = await verifiedUser();
    const browser = await signedIn(user);
    const { ceremonyId, challenge } = await begin(browser, holderActions.beginPasskeyRegistrationAction);
    const response = JSON.stringify(authenticator().create({ challenge }));
    const made = await post(browser, holderActions.endPasskeyRegistrationAction, { ceremonyId, response });
    expect(made).toMatchObject({ status: "success", message: expect.stringContaining("ready") });
    const [passkey] = await listPasskeys(user.id);
    const passkeyId = passkey?.id ?? "";
    const nameless = await post(browser, holderActions.renamePasskeyAction, { passkeyId, label: "  " });
    expect(nameless).toMatchObject({ status: "error", fields: { label: "Enter a name." } });
    await post(browser, holderActions.renamePasskeyAction, { passkeyId, label: "Laptop" });
    expect((await listPasskeys(user.id))[0]?.label).toBe("Laptop");
    const removed = await post(browser, holderActions.removePasskeyAction, { passkeyId });
    expect(removed).toMatchObject({ status: "success" });
    expect(await listPasskeys(user.id)).toEqual([]);
  });
});
