import { createHash, randomUUID } from "node:crypto";
import type { GoTrueClient } from "@supabase/auth-js";
import { beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { addAuthenticator } from "@/tests/support/factors";
import { newestMail } from "@/tests/support/outbox";
import { PASSWORD, verifiedUser } from "@/tests/support/people";
import { refusalsIn } from "@/tests/support/refusals";
import { follow, localClient, pkceClient, SHOP, SITE, send } from "./supabase-client";

beforeAll(() => void Object.assign(env(), { APP_URL: SITE, API_REDIRECT_URLS: [SHOP] }));

const newEmail = () => `${randomUUID().slice(0, 8)}@example.com`;
const VERIFIER = "v".repeat(50);
const s256 = (verifier: string) => createHash("sha256").update(verifier).digest("base64url");
const PKCE = { code_challenge: s256(VERIFIER), code_challenge_method: "s256" };

const post = (path: string, body: object) =>
  send(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
const exchange = (auth_code: string, code_verifier = VERIFIER) =>
  post("token?grant_type=pkce", { auth_code, code_verifier });

/** The link in the newest mail to an address. */
const mailedLink = async (email: string) => (await newestMail(email)).url ?? "";

/** Asks for a recovery link with this body, and follows it. @returns the address that it leads to, and the code in it */
async function recovery(body: object = PKCE) {
  const { email, id } = await verifiedUser();
  expect((await post(`recover?redirect_to=${SHOP}?page=1`, { email, ...body })).status).toBe(200);
  const target = await follow(await mailedLink(email));
  return { email, id, target, code: target.searchParams.get("code") ?? "" };
}

/** Follows the mailed link and exchanges its code, in the client that asked. */
async function arrive(auth: GoTrueClient, email: string) {
  const target = await follow(await mailedLink(email));
  expect(target.hash).toBe("");
  return auth.exchangeCodeForSession(target.searchParams.get("code") ?? "");
}

describe("a client that asks for a code", () => {
  test("gets one with a sign-up, and exchanges it for a session", async () => {
    const [auth, email] = [pkceClient(), newEmail()];
    await auth.signUp({ email, password: PASSWORD, options: { emailRedirectTo: SHOP } });
    const { data, error } = await arrive(auth, email);
    expect(error).toBeNull();
    expect(data.user?.email).toBe(email);
    expect((await auth.refreshSession()).error).toBeNull();
    expect((await auth.getUser()).data.user?.email).toBe(email);
  });

  test("gets one with a link to sign in", async () => {
    const [auth, { email, id }] = [pkceClient(), await verifiedUser()];
    await auth.signInWithOtp({ email, options: { emailRedirectTo: SHOP } });
    expect((await arrive(auth, email)).data.user?.id).toBe(id);
  });

  test("gets one with a recovery, and is told that a password is to be set", async () => {
    const [auth, { email }] = [pkceClient(), await verifiedUser()];
    const events: string[] = [];
    auth.onAuthStateChange((event) => void events.push(event));
    await auth.resetPasswordForEmail(email, { redirectTo: SHOP });
    expect((await arrive(auth, email)).error).toBeNull();
    expect(events).toContain("PASSWORD_RECOVERY");
    expect((await auth.updateUser({ password: "granite-otter-7-lantern" })).error).toBeNull();
  });

  test("and another that asked for tokens get what they asked for, each by its own mail", async () => {
    const { target } = await recovery({});
    expect(target.search).toBe("?page=1");
    expect(new URLSearchParams(target.hash.slice(1)).get("access_token")).toBeTruthy();
    expect((await recovery()).target.href).toMatch(/^https:\/\/shop\.example\.com\/callback\?page=1&code=[\w-]{43}$/);
  });

  test("hears of a dead link in the query, where it looks, and in the fragment", async () => {
    const { email } = await verifiedUser();
    await post(`recover?redirect_to=${SHOP}`, { email, ...PKCE });
    const link = await mailedLink(email);
    await follow(link);
    const again = new URL((await send(link)).headers.get("location") ?? "");
    expect(again.searchParams.get("error_code")).toBe("otp_expired");
    expect(again.hash).toContain("error=access_denied&error_code=otp_expired");
  });

  test("who owes a second factor gets a session that owes it", async () => {
    const [auth, user] = [pkceClient(), await verifiedUser()];
    await addAuthenticator(user);
    await auth.signInWithOtp({ email: user.email, options: { emailRedirectTo: SHOP } });
    expect((await arrive(auth, user.email)).error).toBeNull();
    expect((await auth.mfa.getAuthenticatorAssuranceLevel()).data).toMatchObject({
      currentLevel: "aal1",
      nextLevel: "aal2",
    });
    expect((await auth.updateUser({ data: { a: 1 } })).error).toMatchObject({ code: "insufficient_aal" });
  });
});

describe("a code", () => {
  test("works once, also of two exchanges at once, and gives one session", async () => {
    const { id, code } = await recovery();
    const answers = await Promise.all([exchange(code), exchange(code), exchange(code)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    expect(await db.session.count({ where: { userId: id } })).toBe(1);
    expect(await db.refreshToken.count({ where: { session: { userId: id } } })).toBe(1);
    expect(await (await exchange(code)).json()).toMatchObject({
      error_code: "flow_state_not_found",
      msg: "invalid flow state, no valid flow state found",
    });
    expect(await refusalsIn(() => exchange(code))).toEqual(["token_invalid"]);
  });

  test("is worth nothing without the verifier, and is spent with a wrong one", async () => {
    const { id, code } = await recovery();
    const wrong = await exchange(code, "w".repeat(50));
    expect([wrong.status, await wrong.json()]).toMatchObject([
      400,
      { error_code: "bad_code_verifier", msg: "code challenge does not match previously saved code verifier" },
    ]);
    expect((await exchange(code)).status).toBe(404);
    expect(await db.session.count({ where: { userId: id } })).toBe(0);
    // The challenge, which is no secret, does not pass for the verifier.
    expect((await exchange((await recovery()).code, PKCE.code_challenge)).status).toBe(400);
  });

  test("takes a plain challenge too, which no mail shows", async () => {
    const plain = { code_challenge: VERIFIER, code_challenge_method: "plain" };
    const { email, code } = await recovery(plain);
    expect(await mailedLink(email)).not.toContain(VERIFIER);
    expect((await exchange(code)).status).toBe(200);
    expect((await exchange((await recovery(plain)).code, s256(VERIFIER))).status).toBe(400);
  });

  test("is over after five minutes, and with the session that it stands for", async () => {
    const [late, ended, disabled] = [await recovery(), await recovery(), await recovery()];
    const { expires, createdAt } = await db.verification.findFirstOrThrow({
      where: { purpose: "handle" },
      orderBy: { createdAt: "desc" },
    });
    expect(expires.getTime() - createdAt.getTime()).toBe(5 * 60_000);
    await db.session.deleteMany({ where: { userId: ended.id } });
    await db.user.update({ where: { id: disabled.id }, data: { disabledAt: new Date() } });
    for (const { code } of [ended, disabled]) expect((await exchange(code)).status).toBe(404);
    await db.verification.updateMany({ where: { purpose: "handle" }, data: { expires: new Date() } });
    expect((await exchange(late.code)).status).toBe(404);
  });

  test("is no other secret of ours, and no other is one", async () => {
    const { email } = await verifiedUser();
    await post(`recover?redirect_to=${SHOP}`, { email, ...PKCE });
    const token = new URL(await mailedLink(email)).searchParams.get("token") ?? "";
    expect((await exchange(token)).status).toBe(404);
    const { code } = await recovery();
    for (const type of ["recovery", "signup", "magiclink", "email"])
      expect((await post("verify", { type, token_hash: code })).status, type).toBe(403);
    expect((await exchange(code)).status).toBe(200);
  });

  test("cannot be guessed at any speed, and many wrong ones are too many", async () => {
    const headers = { "content-type": "application/json", "x-forwarded-for": "203.0.113.77" };
    const body = JSON.stringify({ auth_code: "none", code_verifier: VERIFIER });
    const statuses: number[] = [];
    for (let n = 0; n < 25; n++)
      statuses.push((await send("token?grant_type=pkce", { method: "POST", headers, body })).status);
    expect(statuses.at(-1)).toBe(429);
  });
});

test("half a challenge, and what is none, are refused with what is wrong", async () => {
  const { email } = await verifiedUser();
  const bad: [object, RegExp][] = [
    [{ code_challenge: PKCE.code_challenge }, /requires code_challenge_method and code_challenge/],
    [{ code_challenge_method: "s256" }, /requires code_challenge_method and code_challenge/],
    [{ code_challenge: 1, code_challenge_method: ["s256"] }, /requires code_challenge_method and code_challenge/],
    [{ ...PKCE, code_challenge: "short" }, /between 43 and 128/],
    [{ ...PKCE, code_challenge: `${"ö".repeat(50)}` }, /between 43 and 128/],
    [{ ...PKCE, code_challenge_method: "s512" }, /s256 or plain/],
  ];
  for (const [challenge, said] of bad)
    for (const path of ["signup", "otp", "recover"]) {
      const answer = await post(path, { email, password: PASSWORD, ...challenge });
      expect([answer.status, (await answer.json()).msg]).toEqual([400, expect.stringMatching(said)]);
    }
  for (const missing of [{}, { auth_code: "x" }, { code_verifier: VERIFIER }, { auth_code: 1, code_verifier: 2 }])
    expect((await post("token?grant_type=pkce", missing)).status).toBe(400);
  expect((await localClient().exchangeCodeForSession("none")).error).toMatchObject({ status: 400 });
});
