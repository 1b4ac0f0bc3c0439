import type MedusaSdk from "@medusajs/js-sdk";
import { decodeJwt } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { type ApiServer, SHOP_CALLBACK, startApiServer } from "@/tests/support/api-server";
import { addAuthenticator, totpCode, twoStepUser, wrongCode } from "@/tests/support/factors";
import { FaultProvider } from "@/tests/support/fault-provider";
import { cookiesOf } from "@/tests/support/http-client";
import { PASSWORD, verifiedUser } from "@/tests/support/people";
import { Medusa, sdkOf } from "./sdk";

let server: ApiServer;
let provider: FaultProvider;

beforeAll(async () => {
  provider = await new FaultProvider().open();
  server = await startApiServer({
    ...provider.settings,
  });
});
afterAll(async () => {
  await server?.stop();
  await provider?.close();
});

const newSdk = () => sdkOf(server.url);

/** A customer with two-step sign-in. */
async function twoStepCustomer() {
  const person = await twoStepUser();
  const actor = { id: `cus_${person.user.id}`, type: "customer", data: { first_name: "Alice" } };
  await db.actor.create({ data: { ...actor, userId: person.user.id } });
  return { ...person, customerId: actor.id };
}

/** The answer to the sign-in of a person who owes a factor. */
async function signIn(sdk: MedusaSdk, email: string) {
  const answer = await sdk.auth.login("customer", "emailpass", { email, password: PASSWORD });
  if (typeof answer === "string" || !("mfa_required" in answer)) throw new Error("No factor was asked for");
  return answer;
}

describe("js-sdk of a person with two-step sign-in", () => {
  test("is asked for the factor, and is nobody until it is proved", async () => {
    const { user, secret, customerId } = await twoStepCustomer();
    const sdk = newSdk();
    const { mfa_challenge: challenge, token } = await signIn(sdk, user.email);
    expect(challenge).toMatchObject({
      auth_identity_id: user.id,
      auth_provider: "emailpass",
      methods: ["totp", "recovery_code"],
      attempts: 0,
      max_attempts: 10,
      completed_at: null,
    });
    expect(new Date(challenge.expires_at).getTime()).toBeGreaterThan(Date.now());
    expect(decodeJwt(token)).toMatchObject({
      actor_id: "",
      mfa_enabled: true,
      mfa_challenge_completed_at: null,
      app_metadata: {},
      user_metadata: {},
    });
    const refused = { status: 401, message: "MFA verification is required to complete this request" };
    await expect(sdk.store.customer.retrieve()).rejects.toMatchObject(refused);
    await expect(sdk.store.customer.create({ email: user.email })).rejects.toMatchObject(refused);
    await expect(sdk.auth.mfa.list()).rejects.toMatchObject(refused);
    await expect(sdk.auth.mfa.generateRecoveryCodes()).rejects.toMatchObject(refused);

    const complete = await sdk.auth.mfa.verifyChallenge(challenge.id, { method: "totp", code: totpCode(secret) });
    expect(decodeJwt(complete)).toMatchObject({
      actor_id: customerId,
      mfa_enabled: true,
      mfa_challenge_completed_at: expect.stringMatching(/^\d{4}-/),
    });
    expect((await sdk.store.customer.retrieve()).customer.id).toBe(customerId);
    const refreshed = (await sdk.auth.refresh()).token;
    expect(decodeJwt(refreshed)).toMatchObject({ actor_id: customerId, mfa_enabled: true });
  });

  test("signs in by a recovery code, once", async () => {
    const { user, recoveryCodes } = await twoStepCustomer();
    const proof = { method: "recovery_code", code: recoveryCodes[0] ?? "" };
    const [first, second] = [newSdk(), newSdk()];
    const { mfa_challenge: challenge } = await signIn(first, user.email);
    await first.auth.mfa.verifyChallenge(challenge.id, proof);
    expect((await first.store.customer.retrieve()).customer.email).toBe(user.email);
    const again = await signIn(second, user.email);
    await expect(second.auth.mfa.verifyChallenge(again.mfa_challenge.id, proof)).rejects.toMatchObject({
      status: 400,
      message: "Invalid MFA challenge code",
    });
  });

  // joelbutcher/socialstream#358, Paymenter/Paymenter#1151: a sign-in by a provider did not ask for the factor.
  test("is asked for it after a third party's sign-in too", async () => {
    const { user, secret } = await twoStepCustomer();
    const account = { type: "oidc", provider: "oidc", providerAccountId: crypto.randomUUID() };
    await db.account.create({ data: { ...account, userId: user.id } });
    provider.behave({ sub: account.providerAccountId, email: user.email, email_verified: true });
    const sdk = newSdk();
    const left = await sdk.auth.login("customer", "oidc", { callback_url: SHOP_CALLBACK });
    if (typeof left === "string" || !("location" in left)) throw new Error("Nowhere to go");
    const answer = await sdk.auth.callback("customer", "oidc", provider.agree(left.location));
    if (typeof answer === "string" || !("mfa_required" in answer)) throw new Error("No factor was asked for");
    await expect(sdk.store.customer.retrieve()).rejects.toMatchObject({ status: 401 });
    const { id } = answer.mfa_challenge;
    const token = await sdk.auth.mfa.verifyChallenge(id, { method: "totp", code: totpCode(secret) });
    expect(decodeJwt(token)).toMatchObject({ auth_provider: "oidc", actor_type: "customer" });
    expect((await sdk.store.customer.retrieve()).customer.email).toBe(user.email);
  });

  test("gets no actor by refreshing, and no other challenge answered", async () => {
    const [alice, mallory] = [await twoStepCustomer(), await twoStepCustomer()];
    const [hers, his] = [newSdk(), newSdk()];
    const { mfa_challenge: challenge } = await signIn(hers, alice.user.email);
    await signIn(his, mallory.user.email);
    const refreshed = await his.auth.refresh();
    expect(refreshed).toMatchObject({ mfa_required: true });
    expect(decodeJwt(refreshed.token).actor_id).toBe("");
    const foreign = his.auth.mfa.verifyChallenge(challenge.id, { method: "totp", code: totpCode(mallory.secret) });
    await expect(foreign).rejects.toMatchObject({ status: 404 });
    expect(await db.session.count({ where: { userId: alice.user.id, owedFactor: null } })).toBe(0);
  });

  test("is refused a wrong code, a used one, another person's, and a method that there is not", async () => {
    const [{ user, secret }, mallory] = [await twoStepCustomer(), await twoStepCustomer()];
    const sdk = newSdk();
    const { mfa_challenge: challenge } = await signIn(sdk, user.email);
    const verify = (code: string, method = "totp") => sdk.auth.mfa.verifyChallenge(challenge.id, { method, code });
    const wrong = { status: 400, message: "Invalid MFA challenge code" };
    await expect(verify(wrongCode(secret))).rejects.toMatchObject(wrong);
    await expect(verify(totpCode(mallory.secret))).rejects.toMatchObject(wrong);
    await expect(verify(mallory.recoveryCodes[0] ?? "", "recovery_code")).rejects.toMatchObject(wrong);
    await expect(verify(totpCode(secret), "sms")).rejects.toMatchObject({
      status: 400,
      message: 'MFA challenge does not support method "sms"',
    });
    const code = totpCode(secret);
    await verify(code);
    await expect(verify(totpCode(secret, 1))).rejects.toMatchObject({
      status: 400,
      message: "MFA challenge has already been completed",
    });
    const again = newSdk();
    const { id } = (await signIn(again, user.email)).mfa_challenge;
    await expect(again.auth.mfa.verifyChallenge(id, { method: "totp", code })).rejects.toMatchObject(wrong);
  });

  // eugenioenko/autentico#360: each sign-in made a new challenge, which allowed new guesses.
  test("cannot guess over many sessions", async () => {
    const { user, secret } = await twoStepCustomer();
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) {
      const sdk = newSdk();
      const { id } = (await signIn(sdk, user.email)).mfa_challenge;
      const guessed = sdk.auth.mfa.verifyChallenge(id, { method: "totp", code: wrongCode(secret) });
      statuses.push(await guessed.then(() => 200).catch(({ status }) => status));
    }
    expect(statuses).toEqual([...Array(10).fill(400), 429, 429]);
    const sdk = newSdk();
    const { id } = (await signIn(sdk, user.email)).mfa_challenge;
    const right = sdk.auth.mfa.verifyChallenge(id, { method: "totp", code: totpCode(secret) });
    await expect(right).rejects.toMatchObject({ status: 429 });
    const told = await server.mail.waitForMail(user.email, { subject: "Your password may be known" });
    expect(told.text).toMatch(/wrong/i);
  });
});

describe("sdk.auth.mfa", () => {
  /** A signed-in customer without a second factor. */
  async function newCustomer() {
    const user = await verifiedUser();
    await db.actor.create({ data: { id: `cus_${user.id}`, type: "customer", data: {}, userId: user.id } });
    const sdk = newSdk();
    await sdk.auth.login("customer", "emailpass", { email: user.email, password: PASSWORD });
    return { user, sdk };
  }
  const age = (userId: string) => {
    const before = new Date(Date.now() - 11 * 60_000);
    return db.session.updateMany({ where: { userId }, data: { authenticatedAt: before, twoFactorAt: before } });
  };

  test("sets an authenticator app up, which ends other sessions and is asked for from then on", async () => {
    const { user, sdk } = await newCustomer();
    const elsewhere = newSdk();
    await elsewhere.auth.login("customer", "emailpass", { email: user.email, password: PASSWORD });
    expect(await sdk.auth.mfa.list()).toEqual({ mfa_factors: [] });
    const {
      mfa_factor: factor,
      secret = "",
      otpauth_url,
    } = await sdk.auth.mfa.start({ provider: "totp", label: "Mine" });
    expect(factor).toMatchObject({ provider: "totp", status: "pending", metadata: { label: "Mine" } });
    expect(otpauth_url).toMatch(/^otpauth:\/\/totp\//);
    await expect(sdk.auth.mfa.verify(factor.id, { code: wrongCode(secret) })).rejects.toMatchObject({
      status: 400,
      message: "Invalid TOTP code",
    });
    const verified = await sdk.auth.mfa.verify(factor.id, { code: totpCode(secret) });
    expect(verified.mfa_factor).toMatchObject({ id: factor.id, status: "enabled" });
    expect(JSON.stringify(await sdk.auth.mfa.list())).not.toContain(secret);
    await expect(elsewhere.store.customer.retrieve()).rejects.toMatchObject({ status: 401 });
    expect(decodeJwt((await sdk.auth.refresh()).token)).toMatchObject({
      mfa_enabled: true,
      mfa_challenge_completed_at: expect.any(String),
    });
    const { recovery_codes: codes } = await sdk.auth.mfa.generateRecoveryCodes();
    expect(codes).toHaveLength(10);
    const later = newSdk();
    const { id } = (await signIn(later, user.email)).mfa_challenge;
    await later.auth.mfa.verifyChallenge(id, { method: "recovery_code", code: codes[9] ?? "" });
  });

  test("changes nothing in a session whose proof is old, until a code proves it again", async () => {
    const { user, sdk } = await newCustomer();
    await age(user.id);
    await expect(sdk.auth.mfa.start({ provider: "totp" })).rejects.toMatchObject({ status: 401 });
    const { id, secret } = await addAuthenticator(user);
    const stale = { status: 401, message: "MFA was verified too long ago to complete this request" };
    await expect(sdk.auth.mfa.start({ provider: "totp" })).rejects.toMatchObject(stale);
    await expect(sdk.auth.mfa.generateRecoveryCodes()).rejects.toMatchObject(stale);
    await expect(sdk.auth.mfa.disable(id)).rejects.toMatchObject(stale);
    await expect(sdk.auth.mfa.disable(id, { method: "totp", code: wrongCode(secret) })).rejects.toMatchObject({
      status: 400,
    });
    expect(await db.authenticator.count({ where: { userId: user.id } })).toBe(1);
    await sdk.auth.mfa.verify(id, { code: totpCode(secret) });
    expect((await sdk.auth.mfa.generateRecoveryCodes()).recovery_codes).toHaveLength(10);
    await age(user.id);
    const disabled = await sdk.auth.mfa.disable(id, { method: "totp", code: totpCode(secret, 1) });
    expect(disabled.mfa_factor).toMatchObject({ id, status: "disabled" });
    expect(await sdk.auth.mfa.list()).toEqual({ mfa_factors: [] });
    expect(typeof (await newSdk().auth.login("customer", "emailpass", { email: user.email, password: PASSWORD }))).toBe(
      "string",
    );
  });

  test("knows no factor of another person", async () => {
    const [{ sdk }, mallory] = [await newCustomer(), await twoStepCustomer()];
    const foreign = { status: 404, message: `MFA factor with id "${mallory.id}" was not found` };
    await expect(sdk.auth.mfa.verify(mallory.id, { code: totpCode(mallory.secret) })).rejects.toMatchObject(foreign);
    await expect(sdk.auth.mfa.disable(mallory.id)).rejects.toMatchObject(foreign);
    await expect(sdk.auth.mfa.generateRecoveryCodes()).rejects.toMatchObject({
      status: 400,
      message: "Recovery codes require an enabled MFA factor",
    });
    await expect(sdk.auth.mfa.start({ provider: "sms" })).rejects.toMatchObject({ status: 400 });
    expect(await db.authenticator.count({ where: { id: mallory.id } })).toBe(1);
  });
});

describe("js-sdk in session mode", () => {
  const realFetch = globalThis.fetch;
  afterEach(() => {
    globalThis.fetch = realFetch;
  });

  test("keeps a session that owes a factor in its cookie, pays it, and signs out before or after", async () => {
    const { user, secret } = await twoStepCustomer();
    let cookie = "";
    // Node has no cookie jar, so `fetch` gets one here. The client itself is unmodified.
    globalThis.fetch = async (input, init) => {
      const headers = new Headers(init?.headers);
      if (cookie) headers.set("cookie", cookie);
      const response = await realFetch(input, { ...init, headers });
      if (response.headers.getSetCookie().length > 0) cookie = cookiesOf(response);
      return response;
    };
    const sdk = new Medusa({ baseUrl: server.url, auth: { type: "session" } });
    await signIn(sdk, user.email);
    await sdk.auth.logout();
    expect(await db.session.count({ where: { userId: user.id } })).toBe(0);
    const { mfa_challenge: challenge } = await signIn(sdk, user.email);
    const owing = cookie;
    await expect(sdk.store.customer.retrieve()).rejects.toMatchObject({ status: 401 });
    await sdk.auth.mfa.verifyChallenge(challenge.id, { method: "totp", code: totpCode(secret) });
    expect((await sdk.store.customer.retrieve()).customer.email).toBe(user.email);
    expect(await db.session.count({ where: { userId: user.id } })).toBe(1);
    const stale = await realFetch(`${server.url}/store/customers/me`, { headers: { cookie: owing } });
    expect(stale.status).toBe(401);
    await sdk.auth.logout();
    expect(await db.session.count({ where: { userId: user.id } })).toBe(0);
  });
});
