import { decodeJwt } from "jose";
import { afterEach, describe, expect, test, vi } from "vitest";
import { refreshAlsoOwing, refreshSession, startRefreshing } from "@/lib/auth/refresh-session";
import { findOwingById } from "@/lib/auth/store/owing-sessions";
import { proveByAuthenticator } from "@/lib/auth/two-factor/second-step";
import { db } from "@/lib/db";
import { supabase } from "@/lib/dialects/supabase";
import { stepsPass, totpCode } from "@/tests/support/factors";
import { client, newSession, PASSWORD, verifiedUser, withEnv } from "@/tests/support/people";

const SITE = "https://app.example.com";

afterEach(() => void vi.useRealTimers());

type Tokens = { access_token: string; refresh_token: string };

async function call(
  method: "GET" | "POST" | "DELETE",
  path: string,
  { body, token }: { body?: object; token?: string } = {},
) {
  const headers = new Headers({ "content-type": "application/json" });
  if (token) headers.set("authorization", `Bearer ${token}`);
  const request = new Request(`${SITE}/auth/v1/${path}`, { method, headers, body: body && JSON.stringify(body) });
  const response = await supabase[method](request);
  return { status: response.status, body: await response.json() };
}

async function signIn(email: string): Promise<Tokens> {
  return (await call("POST", "token?grant_type=password", { body: { email, password: PASSWORD } })).body;
}

async function setUp(token: string, { code }: { code?: (secret: string) => string } = {}) {
  const { body: factor } = await call("POST", "factors", { token, body: { factor_type: "totp" } });
  const { body: challenge } = await call("POST", `factors/${factor.id}/challenge`, { token });
  const given = { challenge_id: challenge.id, code: (code ?? totpCode)(factor.totp.secret) };
  const verified = await call("POST", `factors/${factor.id}/verify`, { token, body: given });
  return { factorId: String(factor.id), secret: String(factor.totp.secret), verified };
}

/** A person with an authenticator, and an API session that owes its code, with the first refresh token. */
async function owingSession(actorType?: string) {
  const user = await verifiedUser();
  const { secret } = await setUp((await signIn(user.email)).access_token);
  await stepsPass(user.id);
  const session = await newSession(user, { kind: "api", actorType });
  return { user, secret, session, refreshToken: await startRefreshing(session) };
}

describe("where everybody must have a second factor", () => {
  test("a person without one may set one up in the session that owes it, and nothing else", async () => {
    const user = await verifiedUser();
    const { access_token: token } = await withEnv({ AUTH_REQUIRE_SECOND_FACTOR: "all" }, () => signIn(user.email));
    expect(decodeJwt(token)).toMatchObject({ aud: "factor_owed", aal: "aal1" });
    await withEnv({ AUTH_REQUIRE_SECOND_FACTOR: "all" }, async () => {
      expect((await call("GET", "reauthenticate", { token })).body).toMatchObject({ error_code: "insufficient_aal" });
      const { verified, factorId } = await setUp(token);
      expect(verified.status).toBe(200);
      expect(decodeJwt(verified.body.access_token)).toMatchObject({ aud: "authenticated", aal: "aal2" });
      const signedIn = { token: verified.body.access_token };
      expect((await call("GET", "user", signedIn)).body.app_metadata).toBeDefined();
      const removed = await call("DELETE", `factors/${factorId}`, signedIn);
      expect(removed).toMatchObject({ status: 409, body: { error_code: "last_factor" } });
    });
  });
});

describe("the refresh token of a session that owes a factor", () => {
  test("is no token for contracts that do not prove factors", async () => {
    const { refreshToken } = await owingSession();
    expect(await refreshSession({ refreshToken }, client())).toMatchObject({ error: { code: "unauthenticated" } });
    expect(await refreshAlsoOwing({ refreshToken }, client())).toMatchObject({ ok: true });
  });

  test("is not exchanged for another app", async () => {
    const { refreshToken } = await owingSession("customer");
    expect(await refreshAlsoOwing({ refreshToken }, client())).toMatchObject({ error: { code: "refresh_unknown" } });
    const asApp = await refreshAlsoOwing({ refreshToken, actorType: "customer" }, client());
    expect(asApp.ok).toBe(true);
  });

  test("is dead from the moment the factor is proved, not from when the next one is handed out", async () => {
    const { session, secret, refreshToken } = await owingSession();
    const owing = await findOwingById(session.sessionId);
    if (!owing) throw new Error("The session owes nothing");
    expect((await proveByAuthenticator(owing, { code: totpCode(secret) }, client())).ok).toBe(true);
    expect(await refreshAlsoOwing({ refreshToken }, client())).toMatchObject({ error: { code: "refresh_unknown" } });
  });
});

describe("a challenge", () => {
  /** A second session of a person with an authenticator. */
  async function second() {
    const user = await verifiedUser();
    const { factorId, secret } = await setUp((await signIn(user.email)).access_token);
    await stepsPass(user.id);
    return { factorId, secret, token: (await signIn(user.email)).access_token };
  }

  test("must be there, and of ours", async () => {
    const { factorId, secret, token } = await second();
    for (const challenge_id of [undefined, null, 1, "", "x", factorId]) {
      const body = { challenge_id, code: totpCode(secret) };
      const answer = await call("POST", `factors/${factorId}/verify`, { token, body });
      expect(answer).toMatchObject({ status: 422, body: { error_code: "mfa_challenge_expired" } });
    }
  });

  test("lives for five minutes, as it says", async () => {
    const { factorId, secret, token } = await second();
    const { body: challenge } = await call("POST", `factors/${factorId}/challenge`, { token });
    const verifyAt = async (seconds: number) => {
      vi.useFakeTimers({ toFake: ["Date"], now: (challenge.expires_at + seconds) * 1000 });
      const body = { challenge_id: challenge.id, code: totpCode(secret) };
      return (await call("POST", `factors/${factorId}/verify`, { token, body })).status;
    };
    expect(challenge.expires_at).toBeLessThanOrEqual(Date.now() / 1000 + 300);
    expect([await verifyAt(0), await verifyAt(-1)]).toEqual([422, 200]);
  });
});

test("an authenticator set up here comes with no recovery codes that nobody was told", async () => {
  const user = await verifiedUser();
  const { verified } = await setUp((await signIn(user.email)).access_token);
  expect(verified.status).toBe(200);
  expect(await db.recoveryCode.count({ where: { userId: user.id } })).toBe(0);
});
