import { createRequire } from "node:module";
import type MedusaSdk from "@medusajs/js-sdk";
import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { medusa } from "@/lib/dialects/medusa";
import { env } from "@/lib/env";
import { askApi } from "@/tests/support/ask-api";
import { owingSession, stepsPass, tokensNaming, totpCode, twoStepUser, wrongCode } from "@/tests/support/factors";
import { cookiesOf } from "@/tests/support/http-client";
import { PASSWORD, verifiedUser, withEnv } from "@/tests/support/people";
import { refusalsIn } from "@/tests/support/refusals";

const Medusa: typeof MedusaSdk = createRequire(import.meta.url)("@medusajs/js-sdk").default;

const SITE = "http://localhost:3000";
const SIGN_IN = `${SITE}/login`;
const REQUIRED = { AUTH_REQUIRE_SECOND_FACTOR: "all" } as const;

beforeEach(() => {
  Object.assign(env(), { APP_URL: SITE });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const ask = (path: string, sent: Parameters<typeof askApi>[2] = {}) => askApi(medusa, SITE + path, sent);
const post = (path: string, sent: Parameters<typeof askApi>[2] = {}) => ask(path, { method: "POST", ...sent });
const signIn = async (email: string) =>
  (await post("/auth/customer/emailpass", { body: { email, password: PASSWORD } })).body;

/** The store's client, whose requests go straight to our routes. */
function newSdk(): MedusaSdk {
  vi.stubGlobal("fetch", (input: string | URL, init: RequestInit) => {
    const request = new Request(input, init);
    return medusa[request.method as keyof typeof medusa](request);
  });
  return new Medusa({ baseUrl: SITE, auth: { type: "jwt", jwtTokenStorageMethod: "memory" } });
}

describe("a session that owes a factor", () => {
  // open-mercato/open-mercato#5212: the token from before the factor opened the rest of the API.
  test("is nobody's by any token that names it, of this dialect or another", async () => {
    const { user } = await twoStepUser();
    const owing = await owingSession(user);
    for (const token of await tokensNaming(owing)) {
      for (const path of ["/store/customers/me", "/auth/mfa/factors"])
        expect((await ask(path, { token })).status, path).toBe(401);
      for (const path of ["/store/customers", "/auth/mfa/factors", "/auth/mfa/recovery-codes", "/auth/oidc/user"])
        expect((await post(path, { token, body: {} })).status, path).toBe(401);
      const refreshed = await post("/auth/token/refresh", { token });
      if (refreshed.status !== 200) continue;
      const claims = decodeJwt(refreshed.body.token);
      expect([claims.actor_id, claims.sid]).toEqual(["", undefined]);
    }
    expect(await db.session.count({ where: { userId: user.id, owedFactor: null } })).toBe(0);
  });

  test("that is paid in another browser, where a thief planted it, leaves the thief nothing", async () => {
    const { user, secret } = await twoStepUser();
    const { token, mfa_challenge: challenge } = await signIn(user.email);
    const planted = cookiesOf(await post("/auth/session", { token }));
    const verify = `/auth/mfa/challenges/${challenge.id}/verify`;
    const body = { method: "totp", code: totpCode(secret) };
    const paid = await post(verify, { cookie: planted, body });
    expect(paid.status).toBe(200);
    expect((await post("/auth/token/refresh", { cookie: cookiesOf(paid) })).status).toBe(200);
    for (const thief of [{ token }, { cookie: planted }])
      for (const path of ["/auth/token/refresh", "/auth/session", verify])
        expect((await post(path, { ...thief, body })).status, path).toBe(401);
  });

  // iMerica/dj-rest-auth#728: a user who was disabled between the two steps was signed in.
  test("answers only its own challenge, and only while it lives and its user may sign in", async () => {
    const [alice, mallory] = [await twoStepUser(), await twoStepUser()];
    const [hers, his] = [await signIn(alice.user.email), await signIn(mallory.user.email)];
    const verify = (id: string, token: string, secret: string) =>
      post(`/auth/mfa/challenges/${id}/verify`, { token, body: { method: "totp", code: totpCode(secret) } });
    expect((await verify(hers.mfa_challenge.id, his.token, mallory.secret)).status).toBe(404);
    const past = { expires: new Date(Date.now() - 1_000) };
    await db.session.updateMany({ where: { userId: alice.user.id }, data: past });
    expect((await verify(hers.mfa_challenge.id, hers.token, alice.secret)).status).toBe(401);
    await db.user.update({ where: { id: mallory.user.id }, data: { disabledAt: new Date() } });
    expect((await verify(his.mfa_challenge.id, his.token, mallory.secret)).status).toBe(401);
    const people = { in: [alice.user.id, mallory.user.id] };
    expect(await db.session.count({ where: { userId: people, owedFactor: null } })).toBe(0);
  });

  test("is paid once by one recovery code, of many at the same time", async () => {
    const { user, recoveryCodes } = await twoStepUser();
    const sessions = await Promise.all(Array.from({ length: 5 }, () => signIn(user.email)));
    const body = { method: "recovery_code", code: recoveryCodes[0] };
    const answers = await Promise.all(
      sessions.map(({ token, mfa_challenge: { id } }) => post(`/auth/mfa/challenges/${id}/verify`, { token, body })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
    expect(await db.session.count({ where: { userId: user.id, owedFactor: null } })).toBe(1);
  });
});

test("the only factor stays where one is required, and the cookie that proved it goes on", async () => {
  const { user, id, secret } = await twoStepUser();
  const { token, mfa_challenge: challenge } = await signIn(user.email);
  const cookie = cookiesOf(await post("/auth/session", { token }));
  const body = () => ({ method: "totp", code: totpCode(secret) });
  const signedIn = cookiesOf(await post(`/auth/mfa/challenges/${challenge.id}/verify`, { cookie, body: body() }));
  await stepsPass(user.id);
  const remove = { method: "DELETE" as const, cookie: signedIn, body: body() };
  const refused = await withEnv(REQUIRED, () => ask(`/auth/mfa/factors/${id}`, remove));
  expect(refused).toMatchObject({ status: 400, body: { message: expect.stringContaining("Add another one first") } });
  expect((await post("/auth/token/refresh", { cookie: cookiesOf(refused) })).status).toBe(200);
});

test("a wrong code counts as a refusal", async () => {
  const { user, secret } = await twoStepUser();
  const { token, mfa_challenge: challenge } = await signIn(user.email);
  const body = { method: "totp", code: wrongCode(secret) };
  const wrong = () => post(`/auth/mfa/challenges/${challenge.id}/verify`, { token, body });
  expect(await refusalsIn(wrong)).toEqual(["factor_code_invalid"]);
});

test("nothing that is sent to the routes of the factors makes a 500", async () => {
  const owing = (await signIn((await twoStepUser()).user.email)).token;
  const { token } = await signIn((await verifiedUser()).email);
  const ids = ["x", "%00", "%ED%A0%80", "x".repeat(2_000)];
  const odd = [null, -1, "", "\0", "\ud800", "x".repeat(5_000), { a: ["\0"] }, [], "１２３４５６"];
  const sent = odd.flatMap((value) => [
    ...["label", "issuer", "metadata", "other"].map(
      (name) => ["POST factors", { provider: "totp", [name]: value }] as const,
    ),
    ["POST factors", { provider: value }] as const,
    ["POST recovery-codes", { count: value }] as const,
    ...ids.flatMap((id) => [
      [`POST factors/${id}/verify`, { code: value }] as const,
      [`DELETE factors/${id}`, { method: value, code: value }] as const,
      [`POST challenges/${id}/verify`, { method: "recovery_code", code: value }] as const,
    ]),
  ]);
  for (const [route, body] of sent) {
    const [method = "", path = ""] = route.split(" ");
    const headers = { "content-type": "application/json" };
    for (const bearer of [token, owing]) {
      await db.rateLimit.deleteMany();
      const init = { method, headers: { ...headers, authorization: `Bearer ${bearer}` }, body: JSON.stringify(body) };
      const answer = await medusa[method === "POST" ? "POST" : "DELETE"](new Request(`${SITE}/auth/mfa/${path}`, init));
      expect(answer.status, `${route} ${JSON.stringify(body)}`).toBeLessThan(500);
    }
  }
});

test("a person whose second factor is a passkey is sent to our sign-in page, and keeps no session", () =>
  withEnv(REQUIRED, async () => {
    const user = await verifiedUser();
    const passkey = { credentialId: crypto.randomUUID(), publicKey: Buffer.from("key"), counter: 0 };
    await db.passkey.create({ data: { ...passkey, aaguid: "", label: "Key", userId: user.id } });
    const message = `This account signs in with a second step. Sign in at ${SIGN_IN} instead.`;
    expect(await signIn(user.email)).toEqual({ message });
    expect(await db.session.count({ where: { userId: user.id } })).toBe(0);
  }));

describe("a person who must set a second factor up first", () => {
  test("does so with sdk.auth.mfa, and goes on with the token of that", () =>
    withEnv(REQUIRED, async () => {
      const user = await verifiedUser();
      await db.actor.create({ data: { id: `cus_${user.id}`, type: "customer", data: {}, userId: user.id } });
      const sdk = newSdk();
      const answer = await sdk.auth.login("customer", "emailpass", { email: user.email, password: PASSWORD });
      if (typeof answer === "string" || !("mfa_required" in answer)) throw new Error("No factor was asked for");
      const { id, methods, metadata } = answer.mfa_challenge;
      expect([methods, metadata]).toEqual([[], expect.objectContaining({ setup_required: true, url: SIGN_IN })]);
      const names = { status: 401, message: expect.stringContaining(SIGN_IN) };
      await expect(sdk.auth.mfa.verifyChallenge(id, { method: "totp", code: "123456" })).rejects.toMatchObject(names);
      await expect(sdk.store.customer.retrieve()).rejects.toMatchObject(names);
      await expect(sdk.auth.mfa.generateRecoveryCodes()).rejects.toMatchObject(names);

      const { mfa_factor: factor, secret = "" } = await sdk.auth.mfa.start({ provider: "totp" });
      await expect(sdk.auth.mfa.verify(factor.id, { code: wrongCode(secret) })).rejects.toMatchObject({ status: 400 });
      const verified = await sdk.auth.mfa.verify(factor.id, { code: totpCode(secret) });
      expect(verified).toMatchObject({ token: expect.any(String), recovery_codes: expect.any(Array) });
      await expect(sdk.store.customer.retrieve()).rejects.toMatchObject({ status: 401 });
      if ("token" in verified) sdk.client.setToken(String(verified.token));
      expect((await sdk.store.customer.retrieve()).customer.email).toBe(user.email);
    }));

  test("becomes no customer by registering before", () =>
    withEnv({ ...REQUIRED, AUTH_REQUIRE_EMAIL_VERIFICATION: false }, async () => {
      const [sdk, email] = [newSdk(), `${crypto.randomUUID()}@example.com`];
      await sdk.auth.register("customer", "emailpass", { email, password: PASSWORD });
      const created = sdk.store.customer.create({ email });
      await expect(created).rejects.toMatchObject({ status: 401, message: expect.stringContaining(SIGN_IN) });
      expect(await db.actor.count({ where: { user: { email } } })).toBe(0);
    }));
});
