import { beforeEach, expect, test, vi } from "vitest";
import { updateProfileAction } from "@/app/(app)/actions";
import { confirmCodeAction, registerAction } from "@/app/(auth)/actions";
import { ACCOUNT_INPUTS, REGISTRATION_INPUTS } from "@/lib/auth/model/profile";
import { authProvider } from "@/lib/auth-provider/server";
import { db } from "@/lib/db";
import { auth } from "@/lib/web/auth-js";
import { type FormAction, IDLE } from "@/lib/web/form-state";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { type Browser, form, from, newBrowser, redirectOf } from "@/tests/support/browser";
import { BLANK, COLUMNS, FIRST, SECOND, storedFields } from "@/tests/support/fields";
import { newestMail } from "@/tests/support/outbox";
import { PASSWORD, session, verifiedUser } from "@/tests/support/people";

vi.mock("@/lib/auth/model/profile-fields", () => import("@/tests/support/fields-everywhere"));
vi.mock("next/headers", () => import("@/tests/support/browser"));
vi.mock("next/cache", () => ({ refresh: () => {} }));

const post = (browser: Browser, action: FormAction, values: Record<string, string>) =>
  from(browser, () => action(IDLE, form(values)));
const newEmail = () => `${crypto.randomUUID()}@example.com`;

async function signedIn(given: Record<string, string>) {
  const user = await verifiedUser(given);
  const { token } = await session(user);
  const browser = newBrowser({ cookie: `${SESSION_COOKIE()}=${token}` });
  browser.jar.set(SESSION_COOKIE(), token);
  return { user, browser };
}

beforeEach(() => db.rateLimit.deleteMany());

test("the forms ask for each field, under the name of its column", () => {
  expect(REGISTRATION_INPUTS.map(({ name }) => name)).toEqual(COLUMNS);
  expect(ACCOUNT_INPUTS.map(({ name }) => name)).toEqual(COLUMNS);
  for (const input of [...REGISTRATION_INPUTS, ...ACCOUNT_INPUTS])
    expect(input).toMatchObject({ required: true, label: expect.stringMatching(/./) });
});

test("registering brings what was typed to the row", async () => {
  const [email, browser] = [newEmail(), newBrowser()];
  const typed = { email, password: PASSWORD, ...FIRST };
  expect(await redirectOf(post(browser, registerAction, typed))).toBe("/verify-email");
  const { code = "" } = await newestMail(email);
  await redirectOf(post(browser, confirmCodeAction, { code }));
  expect(await storedFields(email)).toEqual(FIRST);
});

test("what is required and blank is refused by its field, and what was typed elsewhere stays", async () => {
  const email = newEmail();
  for (const left of [BLANK, {}]) {
    const state = await post(newBrowser(), registerAction, { email, password: PASSWORD, ...left });
    expect(Object.keys(state.fields ?? {})).toEqual(COLUMNS);
    expect(Object.values(state.fields ?? {})).toEqual(COLUMNS.map(() => expect.stringMatching(/^Enter your /)));
    expect(state.values).toEqual({ email, ...left });
  }
  for (const [column, value] of Object.entries(FIRST)) {
    const state = await post(newBrowser(), registerAction, { ...FIRST, email, password: PASSWORD, [column]: "" });
    expect([state.fields, state.values?.[column]]).toEqual([{ [column]: expect.any(String) }, ""]);
    expect(Object.values(state.values ?? {})).toEqual(
      expect.arrayContaining(Object.values(FIRST).filter((other) => other !== value)),
    );
  }
});

test("/account changes each, shows it at once, and lets none that is required be emptied", async () => {
  const { user, browser } = await signedIn(FIRST);
  expect(await post(browser, updateProfileAction, { ...SECOND, image: "" })).toMatchObject({ status: "success" });
  expect(await storedFields(user.email)).toEqual(SECOND);
  const refused = await post(browser, updateProfileAction, { ...BLANK, image: "" });
  expect(Object.keys(refused.fields ?? {})).toEqual(COLUMNS);
  expect(await storedFields(user.email)).toEqual(SECOND);
});

test("the identity has them, and so has the session of Auth.js", async () => {
  const { browser } = await signedIn(FIRST);
  expect(await from(browser, () => authProvider.getIdentity())).toMatchObject(FIRST);
  expect((await from(browser, () => auth()))?.user).toMatchObject(FIRST);
});
