import { randomUUID } from "node:crypto";
import type { GoTrueClient } from "@supabase/auth-js";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { issueVerification } from "@/lib/auth/store/verifications";
import { db } from "@/lib/db";
import { supabaseApi } from "@/lib/dialects/supabase";
import { env } from "@/lib/env";
import { newestMail } from "@/tests/support/outbox";
import { disabledUser, other, PASSWORD, verifiedUser } from "@/tests/support/people";
import { follow, localClient, pkceClient, SHOP, SITE, send } from "./supabase-client";

beforeAll(() => void Object.assign(env(), { APP_URL: SITE, API_REDIRECT_URLS: [SHOP] }));
beforeEach(async () => void (await db.rateLimit.deleteMany()));

const newEmail = () => `${randomUUID().slice(0, 8)}@example.com`;
const EXPIRED = { status: 403, code: "otp_expired" };
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");
const codeTo = async (email: string, subject?: RegExp) => (await newestMail(email, subject)).code ?? "";
const linkTo = async (email: string, subject?: RegExp) => (await newestMail(email, subject)).url ?? "";
const post = (path: string, body: object) =>
  send(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** A person signed in with the password, and their client. */
async function person(auth: GoTrueClient = localClient()) {
  const user = await verifiedUser();
  const { data, error } = await auth.signInWithPassword({ email: user.email, password: PASSWORD });
  if (error) throw error;
  return { user, auth, token: data.session.access_token };
}

/** A client that sends this access token with each call, as a server does for its person. */
const speakingFor = (token: string) => localClient({ headers: { authorization: `Bearer ${token}` } });

describe("a recovery by code", () => {
  test("signs its owner in once, and lets them set a password", async () => {
    const { email, id } = await verifiedUser();
    expect((await localClient().resetPasswordForEmail(email)).error).toBeNull();
    const code = await codeTo(email, /reset/i);
    const auth = localClient();
    const junk = await auth.verifyOtp({ type: "recovery", email, token: wrong(code) });
    expect(junk.error).toMatchObject(EXPIRED);
    const { data, error } = await auth.verifyOtp({ type: "recovery", email, token: code });
    expect([error, data.user?.id]).toEqual([null, id]);
    expect((await auth.updateUser({ password: other() })).error).toBeNull();
    expect((await localClient().verifyOtp({ type: "recovery", email, token: code })).error).toMatchObject(EXPIRED);
  });

  test("spends the link of the same mail, is over after ten minutes, and is for one address", async () => {
    const [alice, mallory] = [await verifiedUser(), await verifiedUser()];
    for (const { email } of [alice, mallory]) await localClient().resetPasswordForEmail(email, { redirectTo: SHOP });
    const code = await codeTo(mallory.email, /reset/i);
    const foreign = await localClient().verifyOtp({ type: "recovery", email: alice.email, token: code });
    expect(foreign.error).toMatchObject(EXPIRED);
    expect((await localClient().verifyOtp({ type: "recovery", email: mallory.email, token: code })).error).toBeNull();
    const token_hash = (await newestMail(mallory.email, /reset/i)).token;
    expect((await localClient().verifyOtp({ type: "recovery", token_hash })).error).toMatchObject(EXPIRED);

    const late = await codeTo(alice.email, /reset/i);
    await db.verification.updateMany({
      where: { email: alice.email },
      data: { createdAt: new Date(Date.now() - 11 * 60_000) },
    });
    const over = await localClient().verifyOtp({ type: "recovery", email: alice.email, token: late });
    expect(over.error).toMatchObject(EXPIRED);
  });

  test("of a disabled or unknown address gives nothing, by any code", async () => {
    const disabled = await disabledUser();
    for (const [userId, email] of [
      [disabled.id, disabled.email],
      [undefined, newEmail()],
    ] as const) {
      const { code } = await issueVerification({ purpose: "reset", userId, email, withCode: true });
      const said = await localClient().verifyOtp({ type: "recovery", email, token: code ?? "" });
      expect(said.error).toMatchObject(EXPIRED);
    }
    expect(await db.session.count({ where: { userId: disabled.id } })).toBe(0);
  });

  test("is stopped in guessing, over all clients and kinds of codes", async () => {
    const { email } = await verifiedUser();
    await localClient().resetPasswordForEmail(email);
    const code = await codeTo(email, /reset/i);
    for (let n = 0; n < 11; n++) await localClient().verifyOtp({ type: "recovery", email, token: wrong(code) });
    const right = await localClient().verifyOtp({ type: "recovery", email, token: code });
    expect(right.error).toMatchObject({ status: 429, code: "over_request_rate_limit" });
  });
});

describe("a change of address", () => {
  /** A person who has asked for another address. */
  async function asked(auth?: GoTrueClient) {
    const [email, them] = [newEmail(), await person(auth)];
    const { data, error } = await them.auth.updateUser({ email }, { emailRedirectTo: SHOP });
    expect([error, data.user?.new_email]).toEqual([null, email]);
    return { ...them, email };
  }
  const addressOf = async (id: string) => (await db.user.findUniqueOrThrow({ where: { id } })).email;

  test("is confirmed by the mailed code in a session of the person who asked, which goes on", async () => {
    const { user, email, token } = await asked();
    const code = await codeTo(email);
    const auth = speakingFor(token);
    expect((await auth.verifyOtp({ type: "email_change", email, token: wrong(code) })).error).toMatchObject(EXPIRED);
    const { data, error } = await auth.verifyOtp({ type: "email_change", email, token: code });
    expect([error, data.user?.id, data.user?.email]).toEqual([null, user.id, email]);
    expect((await auth.verifyOtp({ type: "email_change", email, token: code })).error).toMatchObject(EXPIRED);
  });

  test("is not confirmed by the code alone, nor in another person's session", async () => {
    const { user, email } = await asked();
    const [code, mallory] = [await codeTo(email), await person()];
    const alone = await localClient().verifyOtp({ type: "email_change", email, token: code });
    expect(alone.error).toMatchObject({ status: 401, code: "reauthentication_needed" });
    const taken = await speakingFor(mallory.token).verifyOtp({ type: "email_change", email, token: code });
    expect(taken.error).toMatchObject(EXPIRED);
    expect(await addressOf(user.id)).toBe(user.email);
  });

  test("takes the code for the address that it went to only, and for ten minutes", async () => {
    const { user, email, token } = await asked();
    const code = await codeTo(email);
    const confirm = (address: string) =>
      speakingFor(token).verifyOtp({ type: "email_change", email: address, token: code });
    expect((await confirm(newEmail())).error).toMatchObject(EXPIRED);
    const createdAt = new Date(Date.now() - 11 * 60_000);
    await db.verification.updateMany({ where: { email, purpose: "change-email" }, data: { createdAt } });
    expect((await confirm(email)).error).toMatchObject(EXPIRED);
    expect(await addressOf(user.id)).toBe(user.email);
  });

  test("needs the button also where opening is enough for other links", async () => {
    const { user, email } = await asked();
    const link = await linkTo(email);
    const opened = await supabaseApi({ openingConfirms: true }).GET(new Request(link));
    expect(opened.headers.get("location")).toMatch(/\/verify-email\?/);
    expect(await addressOf(user.id)).toBe(user.email);
  });

  test("is confirmed by the button behind the link, which leads on to the client's page, signed in", async () => {
    const { user, email } = await asked();
    const link = await linkTo(email);
    for (let n = 0; n < 2; n++) await send(link);
    expect(await addressOf(user.id)).toBe(user.email);
    const target = await follow(link);
    expect(target.href).toMatch(/^https:\/\/shop\.example\.com\/callback#access_token=/);
    expect(target.hash).toContain("type=email_change");
    expect(await addressOf(user.id)).toBe(email);
    expect(await db.session.count({ where: { userId: user.id } })).toBe(1);
    // The link that undoes the change, in the old mailbox, leads to our own page.
    expect(new URL(await linkTo(user.email, /about to change/)).pathname).toBe("/verify-email");

    const auth = pkceClient();
    const again = await asked(auth);
    const code = (await follow(await linkTo(again.email))).searchParams.get("code") ?? "";
    expect((await auth.exchangeCodeForSession(code)).data.user).toMatchObject({
      id: again.user.id,
      email: again.email,
    });
  });

  test("is mailed again to the new address when the present one is named, and the mail before is dead", async () => {
    const { user, email, token } = await asked();
    const former = await codeTo(email);
    await db.rateLimit.deleteMany();
    expect((await localClient().resend({ type: "email_change", email: user.email })).error).toBeNull();
    const code = await codeTo(email);
    const confirm = (given: string) => speakingFor(token).verifyOtp({ type: "email_change", email, token: given });
    if (former !== code) expect((await confirm(former)).error).toMatchObject(EXPIRED);
    expect((await confirm(code)).error).toBeNull();
  });
});

describe("where no mail goes out", () => {
  const ASKED: [string, (email: string) => object][] = [
    ["recover", (email) => ({ email })],
    ["otp", (email) => ({ email })],
    ["magiclink", (email) => ({ email })],
    ["resend", (email) => ({ type: "signup", email })],
    ["resend", (email) => ({ type: "email_change", email })],
    ["signup", (email) => ({ email, password: PASSWORD })],
  ];

  test.each(ASKED)("%s says so, with the wait, and the same for every address", async (path, body) => {
    const pending = await person();
    await pending.auth.updateUser({ email: newEmail() });
    await db.rateLimit.deleteMany();
    const known = [(await verifiedUser()).email, (await disabledUser()).email, pending.user.email];
    for (const email of [...known, newEmail()]) {
      await db.rateLimit.deleteMany();
      expect((await post(path, body(email))).status).toBe(200);
      const answer = await post(path, body(email));
      expect([answer.status, answer.headers.get("x-sb-error-code")]).toEqual([429, "over_email_send_rate_limit"]);
      expect(answer.headers.get("retry-after")).toMatch(/^(60|59|58|57)$/);
      expect((await answer.json()).msg).toMatch(
        /^For security purposes, you can only request this after \d\d seconds\.$/,
      );
    }
  });

  test("a change of address and a nonce say so too", async () => {
    const { auth } = await person();
    const email = newEmail();
    expect((await auth.updateUser({ email })).error).toBeNull();
    expect((await auth.updateUser({ email })).error).toMatchObject({ status: 429, code: "over_email_send_rate_limit" });
    expect((await auth.reauthenticate()).error).toBeNull();
    expect((await auth.reauthenticate()).error).toMatchObject({ status: 429, code: "over_email_send_rate_limit" });
  });

  test("a kind of mail that there is none of is refused by name", async () => {
    const resend = (type: string) => localClient().resend({ type: type as "signup", email: newEmail() });
    expect((await resend("recovery")).error?.message).toMatch(/Missing one of these types/);
    expect((await localClient().resend({ type: "sms", phone: "+1" })).error).toMatchObject({
      code: "phone_provider_disabled",
    });
  });
});
