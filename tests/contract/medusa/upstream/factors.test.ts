import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { totpCode, wrongCode } from "@/tests/support/factors";
import { claimsIn, startMedusaServer } from "./medusa-server";

// Cases of Medusa's own suite, by file and number. lib/dialects/medusa/UPSTREAM.md lists them all.
let medusa: Awaited<ReturnType<typeof startMedusaServer>>;
beforeAll(async () => {
  medusa = await startMedusaServer();
});
afterAll(() => medusa?.server.stop());

type Setup = { mfa_factor: { id: string; status: string }; secret: string };

/** Sets up an authenticator app, which spends the code of this half minute. */
async function setUp(token: string): Promise<{ factorId: string; secret: string }> {
  const setup = await medusa.post("/auth/mfa/factors", { provider: "totp", label: "Authenticator app" }, token);
  expect(setup).toMatchObject({
    status: 200,
    body: { mfa_factor: { provider: "totp", status: "pending" }, secret: expect.any(String) },
  });
  expect(setup.body.otpauth_url).toMatch(/^otpauth:\/\/totp\//);
  const { mfa_factor: factor, secret } = setup.body as unknown as Setup;
  const verified = await medusa.post(`/auth/mfa/factors/${factor.id}/verify`, { code: totpCode(secret) }, token);
  expect(verified).toMatchObject({ status: 200, body: { mfa_factor: { status: "enabled" } } });
  return { factorId: factor.id, secret };
}

/** An admin with two-step sign-in, still signed in by the session that set it up. */
async function twoStepAdmin() {
  const admin = await medusa.newAdmin();
  return { ...admin, ...(await setUp(admin.token)) };
}

type Challenge = { id: string; auth_identity_id: string; methods: string[] };

async function beginSignIn(email: string) {
  const { status, body } = await medusa.login(email);
  expect([status, body.mfa_required]).toEqual([200, true]);
  return { challenge: body.mfa_challenge as unknown as Challenge, token: String(body.token) };
}

const prove = (challengeId: string, code: string, token: string) =>
  medusa.post(`/auth/mfa/challenges/${challengeId}/verify`, { method: "totp", code }, token);

async function signIn({ email, secret }: { email: string; secret: string }): Promise<string> {
  const { challenge, token } = await beginSignIn(email);
  const proved = await prove(challenge.id, totpCode(secret, 1), token);
  expect(proved.status).toBe(200);
  return String(proved.body.token);
}

const listed = async (token: string) => (await medusa.call("GET", "/auth/mfa/factors", { token })).body.mfa_factors;
const newCodes = (token: string) => medusa.post("/auth/mfa/recovery-codes", { count: 10 }, token);

describe("two-step sign-in", () => {
  test("mfa 1: an app is set up, and listed", async () => {
    const { token, factorId } = await twoStepAdmin();
    expect(await listed(token)).toMatchObject([{ id: factorId, provider: "totp", status: "enabled" }]);
  });

  test("mfa 2: is asked for, by a token that stands for nobody", async () => {
    const { email, user } = await twoStepAdmin();
    const { challenge, token } = await beginSignIn(email);
    expect(challenge).toMatchObject({ auth_identity_id: user.id, attempts: 0 });
    expect(challenge.methods).toContain("totp");
    expect(claimsIn(token).actor_id).toBe("");
  });

  test("mfa 3: a code of the app signs in", async () => {
    const { email, user, secret } = await twoStepAdmin();
    expect(claimsIn(await signIn({ email, secret }))).toMatchObject({
      actor_id: expect.stringMatching(/^user_/),
      actor_type: "user",
      auth_identity_id: user.id,
      auth_provider: "emailpass",
    });
  });

  test("mfa 4: a wrong code does not", async () => {
    const { email, secret } = await twoStepAdmin();
    const { challenge, token } = await beginSignIn(email);
    expect((await prove(challenge.id, wrongCode(secret), token)).status).toBe(400);
  });
});

describe("the token of a sign-in that owes a factor", () => {
  test("mfa-authorization 2: makes no recovery codes", async () => {
    const { email, user } = await twoStepAdmin();
    const kept = () => db.recoveryCode.findMany({ where: { userId: user.id }, orderBy: { id: "asc" } });
    const before = await kept();
    expect(before).toHaveLength(10);
    expect((await newCodes((await beginSignIn(email)).token)).status).toBe(401);
    expect(await kept()).toEqual(before);
  });

  test("mfa-authorization 3: lists no factors", async () => {
    const { email } = await twoStepAdmin();
    const { token } = await beginSignIn(email);
    expect((await medusa.call("GET", "/auth/mfa/factors", { token })).status).toBe(401);
  });

  test("mfa-authorization 4: sets no other app up", async () => {
    const { email, user } = await twoStepAdmin();
    const { token } = await beginSignIn(email);
    const refused = await medusa.post("/auth/mfa/factors", { provider: "totp", label: "Another" }, token);
    expect(refused.status).toBe(401);
    expect(await db.authenticator.count({ where: { userId: user.id } })).toBe(1);
  });

  test("mfa-authorization 5: removes no factor", async () => {
    const { email, factorId } = await twoStepAdmin();
    const { token } = await beginSignIn(email);
    expect((await medusa.call("DELETE", `/auth/mfa/factors/${factorId}`, { token, body: {} })).status).toBe(401);
    await beginSignIn(email);
  });

  test("mfa-authorization 6: is refreshed to another of its kind", async () => {
    const { email } = await twoStepAdmin();
    const { token } = await beginSignIn(email);
    const { status, body } = await medusa.post("/auth/token/refresh", {}, token);
    expect([status, body.mfa_required]).toEqual([200, true]);
    expect(claimsIn(body.token).mfa_challenge_completed_at).toBeNull();
    expect((await newCodes(String(body.token))).status).toBe(401);
  });
});

test("mfa-authorization 7: another person's token answers no challenge, and does not spend it", async () => {
  const { email, secret } = await twoStepAdmin();
  const stranger = await medusa.newAdmin();
  const { challenge, token } = await beginSignIn(email);
  const code = totpCode(secret, 1);
  expect((await prove(challenge.id, code, stranger.token)).status).toBe(404);
  expect((await prove(challenge.id, code, token)).status).toBe(200);
});

describe("the token of a sign-in by two factors", () => {
  test("mfa-authorization 8: lists factors, makes recovery codes and removes a factor", async () => {
    const admin = await twoStepAdmin();
    const token = await signIn(admin);
    expect(await listed(token)).toMatchObject([{ id: admin.factorId, status: "enabled" }]);
    const codes = await newCodes(token);
    expect([codes.status, (codes.body.recovery_codes as unknown as string[]).length]).toEqual([200, 10]);
    const removed = await medusa.call("DELETE", `/auth/mfa/factors/${admin.factorId}`, { token, body: {} });
    expect(removed).toMatchObject({ status: 200, body: { mfa_factor: { status: "disabled" } } });
  });

  test("mfa-authorization 9: says when, also once it is refreshed", async () => {
    const token = await signIn(await twoStepAdmin());
    const at = claimsIn(token).mfa_challenge_completed_at;
    expect(at).toEqual(expect.any(String));
    const refreshed = (await medusa.post("/auth/token/refresh", {}, token)).body.token;
    expect(claimsIn(refreshed).mfa_challenge_completed_at).toBe(at);
    expect((await newCodes(String(refreshed))).status).toBe(200);
  });

  test("mfa-authorization 10: makes recovery codes also for an identity that is no actor", async () => {
    const { email, token } = await medusa.register();
    expect(claimsIn(token).actor_id).toBe("");
    const { secret } = await setUp(token);
    const complete = await signIn({ email, secret });
    expect(claimsIn(complete).actor_id).toBe("");
    const codes = await newCodes(complete);
    expect([codes.status, (codes.body.recovery_codes as unknown as string[]).length]).toEqual([200, 10]);
  });
});
