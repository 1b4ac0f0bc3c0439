import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiServer } from "@/tests/support/api-server";
import { PASSWORD } from "@/tests/support/people";
import { newEmail, SOON, signedUp, startUpstreamServer, storedClient } from "./upstream-client";

// The cases of supabase-js, packages/core/auth-js/test, that need other settings of the server, by the file and the line where
// each begins.

let server: ApiServer;
afterAll(async () => void (await server?.stop()));

describe("where people may sign up by an address", () => {
  beforeAll(async () => {
    server = await startUpstreamServer();
  });
  afterAll(async () => void (await server.stop()));

  const PHONE = { phone: "112345678901", password: PASSWORD };

  describe("docker-tests/anonymous-disabled.test.ts", () => {
    test("13: no person signs in without a name", async () => {
      const { data, error } = await storedClient(server).auth.signInAnonymously();
      expect([error?.message, data.session]).toEqual(["Anonymous sign-ins are disabled", null]);
    });
  });

  describe("docker-tests/asymmetric-jwt.test.ts", () => {
    test("14: claims are verified by the published keys", async () => {
      const asked: string[] = [];
      const spying: typeof fetch = (input, init) => {
        asked.push(new URL(String(input)).pathname);
        return fetch(input, init);
      };
      const { auth, email } = await signedUp(server, { fetch: spying });
      const { data, error } = await auth.getClaims();
      expect([error, data?.claims.email]).toEqual([null, email]);
      expect(asked).toEqual(["/auth/v1/signup", "/auth/v1/.well-known/jwks.json"]);
    });

    test("69: a token that another signed is none", async () => {
      const { auth, change } = await signedUp(server);
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const claims = { aud: "authenticated", role: "authenticated", sub: "1234567890", exp: SOON() };
      change({ access_token: `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}.not_a_signature_of_anything` });
      const { data, error } = await auth.getClaims();
      expect(error?.message).toContain("unable to parse or verify signature");
      expect(data).toBeNull();
    });
  });

  describe("docker-tests/phone-otp.test.ts", () => {
    test("42: no code is sent to a phone", async () => {
      const { data, error } = await storedClient(server).auth.signInWithOtp({ phone: PHONE.phone });
      expect([error?.code, data.session, data.user]).toEqual(["phone_provider_disabled", null, null]);
    });

    test("59: no person signs up by a phone", async () => {
      const { data, error } = await storedClient(server).auth.signUp(PHONE);
      expect([error?.code, data.session, data.user]).toEqual(["phone_provider_disabled", null, null]);
    });

    test("86: the code of a phone is wrong", async () => {
      const asked = { phone: PHONE.phone, type: "phone_change", token: "123456" } as const;
      const { error } = await storedClient(server).auth.verifyOtp(asked);
      expect(error?.message).toBe("Token has expired or is invalid");
    });
  });
});

describe("where they may not", () => {
  beforeAll(async () => {
    server = await startUpstreamServer({ AUTH_ALLOW_SIGNUP: "false" });
  });

  describe("docker-tests/signup-disabled.test.ts", () => {
    test("14: no person signs up", async () => {
      const { data, error } = await storedClient(server).auth.signUp({ email: newEmail(), password: PASSWORD });
      expect([error?.message, data.user]).toEqual(["Signups not allowed for this instance", null]);
    });
  });
});
