import type { GoTrueClient, VerifyPasskeyAuthenticationParams } from "@supabase/auth-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiServer } from "@/tests/support/api-server";
import { SoftwareAuthenticator } from "@/tests/support/software-authenticator";
import { NO_ID, operator, signedUp, startUpstreamServer, storedClient } from "./upstream-client";

// The cases of supabase-js, packages/core/auth-js/test, by the file and the line where each begins.

let server: ApiServer;
beforeAll(async () => {
  server = await startUpstreamServer();
});
afterAll(async () => void (await server?.stop()));

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const GONE = { status: 400, code: "webauthn_challenge_not_found" };
const WRONG = { status: 400, code: "webauthn_verification_failed" };

/** An authenticator's answer in the JSON that the client sends. */
const sent = (answer: object): VerifyPasskeyAuthenticationParams["credential"] => JSON.parse(JSON.stringify(answer));

async function ask(auth: GoTrueClient) {
  const { data, error } = await auth.passkey.startRegistration();
  if (error) throw error;
  return data;
}

async function register(auth: GoTrueClient) {
  const device = new SoftwareAuthenticator(server.url);
  const { challenge_id: challengeId, options } = await ask(auth);
  const credential = sent(device.create({ challenge: options.challenge }));
  const { data, error } = await auth.passkey.verifyRegistration({ challengeId, credential });
  if (error) throw error;
  return { device, made: data };
}

/** A person with a passkey, in the session that made it. */
async function owner() {
  const person = await signedUp(server);
  return { ...person, userId: person.session.user.id, ...(await register(person.auth)) };
}

/** Signs in by a device that names this user. */
async function enter(device: SoftwareAuthenticator, userId: string) {
  const { auth } = storedClient(server);
  const { data: asked } = await auth.passkey.startAuthentication();
  const credential = sent(device.get({ challenge: asked?.options.challenge ?? "", userHandle: userId }));
  const answer = { challengeId: asked?.challenge_id ?? "", credential };
  return { auth, asked, answer, ...(await auth.passkey.verifyAuthentication(answer)) };
}

describe("passkey.e2e.test.ts", () => {
  test("85: a registration asks for a passkey that names its owner by itself", async () => {
    const { challenge_id, expires_at, options } = await ask((await signedUp(server)).auth);
    expect(challenge_id).toMatch(UUID);
    expect(expires_at).toBeGreaterThan(Date.now() / 1000);
    expect(options).toMatchObject({
      rp: { id: "localhost" },
      challenge: expect.any(String),
      user: { id: expect.any(String) },
      authenticatorSelection: { residentKey: "required" },
    });
    expect(options.pubKeyCredParams).toContainEqual({ alg: -7, type: "public-key" });
  });

  test("102: its answer makes the passkey", async () => {
    const { made, auth } = await owner();
    expect(made).toMatchObject({ id: expect.stringMatching(UUID), created_at: expect.any(String) });
    expect((await auth.passkey.delete({ passkeyId: made.id })).error).toBeNull();
  });

  test("124: an answer to no challenge makes none", async () => {
    const { auth } = await signedUp(server);
    const credential = sent(
      new SoftwareAuthenticator(server.url).create({ challenge: (await ask(auth)).options.challenge }),
    );
    const { data, error } = await auth.passkey.verifyRegistration({ challengeId: NO_ID, credential });
    expect(error).toMatchObject(GONE);
    expect(data).toBeNull();
  });

  test("139: a stranger registers none", async () => {
    const { data, error } = await storedClient(server).auth.passkey.startRegistration();
    expect([error?.name, data]).toEqual(["AuthSessionMissingError", null]);
  });

  test("149, 158: a passkey is listed, and has the name that its owner gives it", async () => {
    const { auth, made } = await owner();
    expect((await auth.passkey.list()).data).toMatchObject([{ id: made.id, created_at: expect.any(String) }]);
    const renamed = await auth.passkey.update({ passkeyId: made.id, friendlyName: "Blue key" });
    expect(renamed.data).toMatchObject({ id: made.id, friendly_name: "Blue key" });
    expect((await auth.passkey.list()).data).toMatchObject([{ friendly_name: "Blue key" }]);
  });

  test("173: an unknown one is not renamed", async () => {
    const { auth } = await signedUp(server);
    const { data, error } = await auth.passkey.update({ passkeyId: NO_ID, friendlyName: "None" });
    expect([error?.status, data]).toEqual([404, null]);
  });

  test("186: a passkey signs in, in a session that lasts, and its owner sees that it was used", async () => {
    const { auth: first, device, userId } = await owner();
    const { auth, asked, data, error } = await enter(device, userId);
    expect(error).toBeNull();
    expect(asked?.challenge_id).toMatch(UUID);
    expect(asked?.options.allowCredentials ?? []).toEqual([]);
    expect(data?.user?.id).toBe(userId);
    expect((await auth.getSession()).data.session?.access_token).toBe(data?.session?.access_token);
    expect((await auth.getUser()).data.user?.id).toBe(userId);
    expect((await first.passkey.list()).data?.[0]?.last_used_at).toEqual(expect.any(String));
  });

  test("225: a challenge is answered once", async () => {
    const { device, userId } = await owner();
    const { auth, answer, error } = await enter(device, userId);
    expect(error).toBeNull();
    expect(await auth.passkey.verifyAuthentication(answer)).toMatchObject({ data: null, error: GONE });
  });

  test("247: a device that was never registered signs no one in", async () => {
    const { userId } = await owner();
    expect(await enter(new SoftwareAuthenticator(server.url), userId)).toMatchObject({ data: null, error: WRONG });
  });

  test("275: an operator lists a person's passkeys", async () => {
    const { userId, made } = await owner();
    const { data, error } = await operator(server).passkey.listPasskeys({ userId });
    expect(error).toBeNull();
    expect(data).toMatchObject([{ id: made.id }]);
  });

  test("310: a passkey that is taken away signs no one in", async () => {
    const { auth, device, made, userId } = await owner();
    expect((await auth.passkey.delete({ passkeyId: made.id })).error).toBeNull();
    expect((await auth.passkey.list()).data).toEqual([]);
    expect(await enter(device, userId)).toMatchObject({ data: null, error: WRONG });
  });
});
