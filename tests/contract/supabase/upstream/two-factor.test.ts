import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiServer } from "@/tests/support/api-server";
import { wrongCode } from "@/tests/support/factors";
import { NO_ID, operator, signedUp, startUpstreamServer, storedClient } from "./upstream-client";

// The cases of supabase-js, packages/core/auth-js/test, by the file and the line where each begins.

let server: ApiServer;
beforeAll(async () => {
  server = await startUpstreamServer();
});
afterAll(async () => void (await server?.stop()));

const stranger = () => storedClient(server).auth;
const NEEDS_TOKEN = { status: 401, message: expect.stringContaining("Bearer token") };

/** A person who begins to set up an authenticator app. */
async function enrolling() {
  const person = await signedUp(server);
  const { data, error } = await person.auth.mfa.enroll({ factorType: "totp" });
  if (error) throw error;
  return { ...person, userId: person.session.user.id, factorId: data.id, totp: data.totp };
}

describe("GoTrueClient.test.ts", () => {
  test("1589: an app is set up by a picture", async () => {
    const { totp } = await enrolling();
    expect(totp.qr_code).toContain("<svg");
    expect(totp.uri).toContain(totp.secret);
  });

  test("1599, 1839: a stranger sets up none", async () => {
    const { data, error } = await stranger().mfa.enroll({ factorType: "totp" });
    expect(error).toMatchObject(NEEDS_TOKEN);
    expect(data).toBeNull();
  });

  test("1610: a challenge has an id and an end", async () => {
    const { auth, factorId } = await enrolling();
    const { data, error } = await auth.mfa.challenge({ factorId });
    expect(error).toBeNull();
    expect(data?.id).toEqual(expect.any(String));
    expect(data?.expires_at).toBeGreaterThan(Date.now() / 1000);
  });

  test("1622, 1641: a wrong code proves nothing", async () => {
    const { auth, factorId, totp } = await enrolling();
    const code = wrongCode(totp.secret);
    const { data: challenge } = await auth.mfa.challenge({ factorId });
    const verified = await auth.mfa.verify({ factorId, challengeId: challenge?.id ?? "", code });
    for (const answer of [verified, await auth.mfa.challengeAndVerify({ factorId, code })]) {
      expect(answer.error).toMatchObject({ status: 422, message: "Invalid TOTP code entered" });
      expect(answer.data).toBeNull();
    }
  });

  test("1654: a factor that is taken away is gone", async () => {
    const { auth, factorId } = await enrolling();
    expect((await auth.mfa.unenroll({ factorId })).error).toBeNull();
    expect((await auth.mfa.listFactors()).data).toMatchObject({ all: [], totp: [] });
  });

  test("1672: a client knows how sure it is who is there", async () => {
    const { auth } = await enrolling();
    const { data } = await auth.mfa.getAuthenticatorAssuranceLevel();
    const currentAuthenticationMethods = [{ method: "password", timestamp: expect.any(Number) }];
    expect(data).toEqual({ currentLevel: "aal1", nextLevel: "aal1", currentAuthenticationMethods });
  });

  test("1849, 1858, 1869: a stranger challenges, proves and removes nothing", async () => {
    const { mfa } = stranger();
    const answers = [
      await mfa.challenge({ factorId: NO_ID }),
      await mfa.verify({ factorId: NO_ID, challengeId: NO_ID, code: "123456" }),
      await mfa.unenroll({ factorId: NO_ID }),
    ];
    for (const { data, error } of answers) {
      expect(error).toMatchObject(NEEDS_TOKEN);
      expect(data).toBeNull();
    }
  });

  test("1972, 2008, 2037: nor with a key of their own", async () => {
    const { webauthn } = stranger().mfa;
    const where = { rpId: "localhost", rpOrigins: [server.url] };
    const credential_response = Object.assign(JSON.parse("{}"), { toJSON: () => ({ id: "AA", type: "public-key" }) });
    const answers = [
      await webauthn.enroll({ friendlyName: "Key" }),
      await webauthn.challenge({ factorId: NO_ID, webauthn: where }),
      await webauthn.verify({
        factorId: NO_ID,
        challengeId: NO_ID,
        webauthn: { ...where, type: "create", credential_response },
      }),
    ];
    for (const { data, error } of answers) {
      expect(error).toMatchObject({ message: expect.stringContaining("Bearer token") });
      expect(data).toBeNull();
    }
  });

  test("2023: an unknown key is not challenged", async () => {
    const { auth } = await signedUp(server);
    const asked = { factorId: "invalid-factor-id", webauthn: { rpId: "localhost", rpOrigins: [server.url] } };
    const { data, error } = await auth.mfa.webauthn.challenge(asked);
    expect([error?.message, data]).toEqual(["Factor not found", null]);
  });
});

describe("GoTrueApi.test.ts", () => {
  test("530: an operator lists a person's factors, and takes away a setup under way", async () => {
    const { userId, factorId: id } = await enrolling();
    const { mfa } = operator(server);
    const listed = await mfa.listFactors({ userId });
    expect(JSON.parse(JSON.stringify(listed.data))).toMatchObject({ factors: [{ id, status: "unverified" }] });
    const deleted = await mfa.deleteFactor({ userId, id });
    expect(deleted.error).toBeNull();
    expect(deleted.data).toMatchObject({ data: { id } });
    expect((await mfa.listFactors({ userId })).data?.factors).toEqual([]);
  });

  test("577, 585: there are none of an unknown person", async () => {
    const { mfa } = operator(server);
    const answers = [await mfa.listFactors({ userId: NO_ID }), await mfa.deleteFactor({ userId: NO_ID, id: NO_ID })];
    for (const { data, error } of answers) expect([error?.status, data]).toEqual([404, null]);
  });
});
