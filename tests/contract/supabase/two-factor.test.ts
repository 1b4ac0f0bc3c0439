import { randomUUID } from "node:crypto";
import type { AuthChangeEvent } from "@supabase/auth-js";
import { encode } from "uqr";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { type ApiServer, startApiServer } from "@/tests/support/api-server";
import { stepsPass, totpCode, wrongCode } from "@/tests/support/factors";
import { other, verifiedUser } from "@/tests/support/people";
import { accessToken, claimsOf, newClient as newClientOf, signIn as signInAt } from "./supabase-client";
import { enroll, twoStepPerson as twoStepPersonOf } from "./two-factor-client";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => void (await server?.stop()));

const newClient = () => newClientOf(server);
const signIn = (email: string) => signInAt(server, email);

/** A client of a new person, signed in a moment ago. */
async function person() {
  const user = await verifiedUser();
  return { user, auth: await signIn(user.email) };
}

/** A person with an authenticator, in the session that set it up; and a second session, which owes the factor. */
async function twoStepPerson() {
  const person = await twoStepPersonOf(server);
  return { ...person, owing: await signIn(person.user.email) };
}

const INSUFFICIENT = { status: 403, code: "insufficient_aal" };
const NOT_FOUND = { status: 404, code: "mfa_factor_not_found" };
const WRONG = { status: 422, code: "mfa_verification_failed" };
const USED = { status: 422, code: "mfa_challenge_expired" };

describe("enrolling", () => {
  test("answers with a QR code, a secret and an address, and counts for nothing yet", async () => {
    const { auth, user } = await person();
    const { data } = await enroll(auth, "My phone");
    expect(data).toMatchObject({ type: "totp", friendly_name: "My phone" });
    expect(data.totp.uri).toContain(`secret=${data.totp.secret}`);
    expect(data.totp.uri).toContain(encodeURIComponent(user.email));
    const [, svg] = data.totp.qr_code.split("data:image/svg+xml;utf-8,");
    expect(svg).toMatch(/^<svg xmlns=/);
    // A `data:` address ends at a “#”.
    expect(svg).not.toContain("#");
    const dark = encode(data.totp.uri).data.flat().filter(Boolean).length;
    expect(svg?.match(/M\d+,\d+h/g)).toHaveLength(dark);
    const factors = await auth.mfa.listFactors();
    expect(factors.data).toMatchObject({ all: [{ id: data.id, status: "unverified" }], totp: [] });
    expect((await claimsOf(await signIn(user.email))).aud).toBe("authenticated");
  });

  test("ends with a right code: aal2 under new tokens, the other sessions ended, the owner told", async () => {
    const { auth, user } = await person();
    const [elsewhere, before] = [await signIn(user.email), await auth.getSession()];
    const events: AuthChangeEvent[] = [];
    auth.onAuthStateChange((event) => void events.push(event));
    const { factorId, secret } = await enroll(auth);
    const challenge = await auth.mfa.challenge({ factorId });
    expect(challenge.data).toMatchObject({ type: "totp", expires_at: expect.any(Number) });
    const challengeId = challenge.data?.id ?? "";
    const wrong = await auth.mfa.verify({ factorId, challengeId, code: wrongCode(secret) });
    expect(wrong.error).toMatchObject(WRONG);
    const { data, error } = await auth.mfa.verify({ factorId, challengeId, code: totpCode(secret) });
    expect(error).toBeNull();
    expect(data?.user.factors).toMatchObject([{ id: factorId, factor_type: "totp", status: "verified" }]);
    expect(events).toContain("MFA_CHALLENGE_VERIFIED");
    expect(await claimsOf(auth)).toMatchObject({ aud: "authenticated", role: "authenticated", aal: "aal2" });
    const level = await auth.mfa.getAuthenticatorAssuranceLevel();
    expect(level.data).toMatchObject({
      currentLevel: "aal2",
      nextLevel: "aal2",
      currentAuthenticationMethods: [{ method: "totp" }, { method: "password" }],
    });
    expect((await elsewhere.getUser()).error).not.toBeNull();
    const old = before.data.session?.refresh_token ?? "";
    expect((await newClient().refreshSession({ refresh_token: old })).error).not.toBeNull();
    expect((await auth.refreshSession()).error).toBeNull();
    expect(await claimsOf(auth)).toMatchObject({ aal: "aal2" });
    const mail = await server.mail.waitForMail(user.email, { subject: "Two-step sign-in is on" });
    expect(mail.text).toMatch(/authenticator app was set up/i);
  });

  test("takes what there is: no phone, no key, no second factor of one name", async () => {
    const { auth } = await twoStepPerson();
    const phone = await auth.mfa.enroll({ factorType: "phone", phone: "+13334445555" });
    expect(phone.error).toMatchObject({ status: 422, code: "mfa_phone_enroll_not_enabled" });
    const key = await auth.mfa.enroll({ factorType: "webauthn", friendlyName: "Key" });
    expect(key.error).toMatchObject({ status: 422, code: "mfa_webauthn_enroll_not_enabled" });
    const same = await auth.mfa.enroll({ factorType: "totp", friendlyName: "Phone" });
    expect(same.error).toMatchObject({ status: 422, code: "mfa_factor_name_conflict" });
    const headers = { authorization: `Bearer ${await accessToken(auth)}` };
    for (const body of [{}, { factor_type: "sms" }, { factor_type: 1 }, { factor_type: "totp", friendly_name: [] }])
      expect((await server.call("POST", "/auth/v1/factors", { headers, body })).status).toBe(400);
  });

  test("is refused in a session that is not fresh", async () => {
    const { auth, user } = await person();
    const { factorId, secret } = await enroll(auth);
    const challenge = await auth.mfa.challenge({ factorId });
    await db.session.updateMany({ where: { userId: user.id }, data: { authenticatedAt: new Date(0) } });
    const stale = { status: 401, code: "reauthentication_needed" };
    expect((await auth.mfa.enroll({ factorType: "totp" })).error).toMatchObject(stale);
    const code = totpCode(secret);
    const late = await auth.mfa.verify({ factorId, challengeId: challenge.data?.id ?? "", code });
    expect(late.error).toMatchObject(stale);
    expect(await db.authenticator.count({ where: { userId: user.id, confirmedAt: { not: null } } })).toBe(0);
  });
});

describe("a sign-in with one factor of two", () => {
  test("gives a session that tells what is owed, and the second factor makes it whole", async () => {
    const { owing, user, factorId, secret } = await twoStepPerson();
    const level = await owing.mfa.getAuthenticatorAssuranceLevel();
    expect(level.data).toMatchObject({ currentLevel: "aal1", nextLevel: "aal2" });
    const { data } = await owing.getUser();
    expect(data.user).toMatchObject({
      id: user.id,
      email: user.email,
      factors: [{ id: factorId, status: "verified" }],
    });
    expect(data.user).toMatchObject({ user_metadata: {}, app_metadata: {} });
    expect((await owing.mfa.listFactors()).data?.totp).toHaveLength(1);

    const verified = await owing.mfa.challengeAndVerify({ factorId, code: totpCode(secret) });
    expect(verified.error).toBeNull();
    expect((await owing.getUser()).data.user).toMatchObject({
      role: "authenticated",
      app_metadata: { provider: "email" },
    });
    expect((await owing.updateUser({ data: { theme: "dark" } })).error).toBeNull();
    expect((await owing.updateUser({ password: other() })).error).toBeNull();
  });

  test("lets its session change nothing and end nothing but itself", async () => {
    const { owing, auth, user, factorId } = await twoStepPerson();
    const before = await db.user.findUniqueOrThrow({ where: { id: user.id }, include: { credential: true } });
    const answers = [
      await owing.updateUser({ data: { mine: true } }),
      await owing.updateUser({ password: other() }),
      await owing.updateUser({ email: `${randomUUID().slice(0, 8)}@example.com` }),
      await owing.mfa.enroll({ factorType: "totp", friendlyName: "Thief" }),
      await owing.mfa.unenroll({ factorId }),
      await owing.mfa.recoveryCodes.generate(),
      await owing.mfa.recoveryCodes.regenerate(),
    ];
    for (const { error } of answers) expect(error).toMatchObject(INSUFFICIENT);
    const headers = { authorization: `Bearer ${await accessToken(owing)}` };
    const others = await server.call("POST", "/auth/v1/logout?scope=others", { headers });
    expect(others).toMatchObject({ status: 403, body: { error_code: "insufficient_aal" } });
    expect(await db.user.findUnique({ where: { id: user.id }, include: { credential: true } })).toEqual(before);
    expect(await db.authenticator.count({ where: { userId: user.id } })).toBe(1);
    expect(await db.verification.count({ where: { userId: user.id } })).toBe(0);

    expect((await owing.signOut({ scope: "global" })).error).toBeNull();
    expect((await server.call("GET", "/auth/v1/user", { headers })).status).toBe(403);
    expect((await auth.getUser()).error).toBeNull();
  });

  test("gives a token for nobody else: other audience, other role, and no route of ours takes it", async () => {
    const { owing } = await twoStepPerson();
    const claims = await claimsOf(owing);
    expect(claims).toMatchObject({ aud: "factor_owed", role: "anon", aal: "aal1", amr: [{ method: "password" }] });
    expect(claims).not.toHaveProperty("email");
    const headers = { authorization: `Bearer ${await accessToken(owing)}` };
    expect((await server.call("GET", "/api/me", { headers })).status).toBe(401);
  });

  test("is lifted by no refresh, and lives no longer by it", async () => {
    const { owing, user } = await twoStepPerson();
    const { session_id: id } = await claimsOf(owing);
    const { expires } = await db.session.findUniqueOrThrow({ where: { id: String(id) } });
    for (let n = 0; n < 3; n++) {
      const { data, error } = await owing.refreshSession();
      expect(error).toBeNull();
      expect(data.user).toMatchObject({ id: user.id, user_metadata: {}, app_metadata: {} });
      expect(await claimsOf(owing)).toMatchObject({ aud: "factor_owed", aal: "aal1" });
    }
    expect((await owing.updateUser({ data: { mine: true } })).error).toMatchObject(INSUFFICIENT);
    expect(await db.session.findUnique({ where: { id: String(id) } })).toMatchObject({ expires });
    await db.session.update({ where: { id: String(id) }, data: { expires: new Date() } });
    expect((await owing.refreshSession()).error).toMatchObject({ status: 400, code: "session_expired" });
  });

  test("leaves tokens that are worth nothing once the factor is proved", async () => {
    const { owing, factorId, secret } = await twoStepPerson();
    const { data } = await owing.getSession();
    const headers = { authorization: `Bearer ${data.session?.access_token}` };
    await owing.mfa.challengeAndVerify({ factorId, code: totpCode(secret) });
    // After “session_not_found” the client would delete the new session.
    expect(await server.call("GET", "/auth/v1/user", { headers })).toMatchObject({
      status: 403,
      body: { error_code: "bad_jwt" },
    });
    const refreshed = await newClient().refreshSession({ refresh_token: data.session?.refresh_token ?? "" });
    expect(refreshed.error).toMatchObject({ status: 400, code: "refresh_token_not_found" });
    expect((await owing.getUser()).error).toBeNull();
  });

  test("is what a recovery link gives too: the new password waits for the second factor", async () => {
    const { user, factorId, secret } = await twoStepPerson();
    const auth = newClient();
    await auth.resetPasswordForEmail(user.email);
    const mail = await server.mail.waitForMail(user.email, { subject: /reset/i });
    const link = new URL(mail.links.find((href) => href.includes("token=")) ?? "");
    const token_hash = link.searchParams.get("token") ?? "";
    expect((await auth.verifyOtp({ type: "recovery", token_hash })).error).toBeNull();
    expect(await claimsOf(auth)).toMatchObject({ aud: "factor_owed", amr: [{ method: "magiclink" }] });
    expect((await auth.updateUser({ password: other() })).error).toMatchObject(INSUFFICIENT);
    await auth.mfa.challengeAndVerify({ factorId, code: totpCode(secret) });
    expect((await auth.updateUser({ password: other() })).error).toBeNull();
  });
});

describe("a challenge", () => {
  test("is answered once", async () => {
    const { owing, user, factorId, secret } = await twoStepPerson();
    const [first, second] = [await owing.mfa.challenge({ factorId }), await owing.mfa.challenge({ factorId })];
    const challengeId = first.data?.id ?? "";
    const verify = (challengeId: string) => owing.mfa.verify({ factorId, challengeId, code: totpCode(secret) });
    expect((await verify(challengeId)).error).toBeNull();
    await stepsPass(user.id);
    expect((await verify(challengeId)).error).toMatchObject(USED);
    expect((await verify(second.data?.id ?? "")).error).toMatchObject(USED);
    expect((await verify((await owing.mfa.challenge({ factorId })).data?.id ?? "")).error).toBeNull();
  });

  test("is for one factor in one session", async () => {
    const { owing, auth, user, factorId, secret } = await twoStepPerson();
    const second = await enroll(auth, "Tablet");
    await auth.mfa.challengeAndVerify({ factorId: second.factorId, code: totpCode(second.secret) });
    await stepsPass(user.id);
    const again = await signIn(user.email);
    const challengeId = (await again.mfa.challenge({ factorId })).data?.id ?? "";
    const code = totpCode(secret);
    expect((await owing.mfa.verify({ factorId, challengeId, code })).error).toMatchObject(USED);
    const elsewhere = await again.mfa.verify({
      factorId: second.factorId,
      challengeId,
      code: totpCode(second.secret),
    });
    expect(elsewhere.error).toMatchObject(USED);
    for (const forged of ["", "x", randomUUID(), "x".repeat(5_000)])
      expect((await again.mfa.verify({ factorId, challengeId: forged, code })).error).toMatchObject(USED);
    // A challenge takes only a code of its own factor.
    const mixed = await again.mfa.verify({ factorId, challengeId, code: totpCode(second.secret) });
    expect(mixed.error).toMatchObject(WRONG);
    expect((await again.mfa.verify({ factorId, challengeId, code })).error).toBeNull();
  });
});

describe("a thief with the password", () => {
  test("cannot use a code again, over any number of challenges and sessions", async () => {
    const { owing, user, factorId, secret } = await twoStepPerson();
    const code = totpCode(secret);
    expect((await owing.mfa.challengeAndVerify({ factorId, code })).error).toBeNull();
    const thief = await signIn(user.email);
    for (let n = 0; n < 2; n++)
      expect((await thief.mfa.challengeAndVerify({ factorId, code })).error).toMatchObject(WRONG);
    expect((await thief.getUser()).data.user?.role).toBe("anon");
  });

  test("of one code in ten sessions at once gets into one at most", async () => {
    const { user, factorId, secret } = await twoStepPerson();
    const clients = await Promise.all(Array.from({ length: 10 }, () => signIn(user.email)));
    const code = totpCode(secret);
    const answers = await Promise.all(clients.map((auth) => auth.mfa.challengeAndVerify({ factorId, code })));
    expect(answers.filter(({ error }) => error === null)).toHaveLength(1);
  });

  test("is stopped in guessing, whatever sessions and addresses are used", async () => {
    const { user, factorId, secret } = await twoStepPerson();
    const codes: (string | undefined)[] = [];
    for (let n = 0; n < 12; n++) {
      const thief = await signIn(user.email);
      codes.push((await thief.mfa.challengeAndVerify({ factorId, code: wrongCode(secret) })).error?.code);
    }
    expect(codes.slice(0, 10)).toEqual(Array(10).fill("mfa_verification_failed"));
    const limited = { status: 429, code: "over_request_rate_limit" };
    const thief = await signIn(user.email);
    expect((await thief.mfa.challengeAndVerify({ factorId, code: totpCode(secret) })).error).toMatchObject(limited);
    const byCode = await thief.mfa.recoveryCodes.verify({ code: "aaaaaaaaaa" });
    expect(byCode.error).toMatchObject({ status: 429, code: "mfa_recovery_codes_locked" });
  });

  test("finds no factor of another person's under its id", async () => {
    const [alice, mallory] = [await twoStepPerson(), await twoStepPerson()];
    const { factorId, secret } = alice;
    const code = totpCode(secret);
    for (const auth of [mallory.owing, mallory.auth]) {
      expect((await auth.mfa.challenge({ factorId })).error).toMatchObject(NOT_FOUND);
      expect((await auth.mfa.challengeAndVerify({ factorId, code })).error).toMatchObject(NOT_FOUND);
    }
    expect((await mallory.auth.mfa.unenroll({ factorId })).error).toMatchObject(NOT_FOUND);
    const mine = await mallory.owing.mfa.challenge({ factorId: mallory.factorId });
    const stolen = { factorId, challengeId: mine.data?.id ?? "", code };
    expect((await mallory.owing.mfa.verify(stolen)).error).toMatchObject(NOT_FOUND);
    expect((await alice.owing.mfa.challengeAndVerify({ factorId, code })).error).toBeNull();
  });
});

describe("unenrolling", () => {
  test("needs the second factor of a moment ago, ends the other sessions and tells the owner", async () => {
    const { auth, user, factorId, secret, owing } = await twoStepPerson();
    await db.session.updateMany({ where: { userId: user.id }, data: { twoFactorAt: new Date(0) } });
    expect((await auth.mfa.unenroll({ factorId })).error).toMatchObject(INSUFFICIENT);
    expect((await auth.updateUser({ password: other() })).error).toMatchObject(INSUFFICIENT);
    expect((await auth.mfa.challengeAndVerify({ factorId, code: totpCode(secret) })).error).toBeNull();
    expect(await auth.mfa.unenroll({ factorId })).toEqual({ data: { id: factorId }, error: null });
    expect((await auth.mfa.listFactors()).data?.all).toEqual([]);
    expect((await owing.getUser()).error).not.toBeNull();
    const removed = async () =>
      (await server.mail.mails(user.email)).some(({ text }) => /authenticator app was removed/i.test(text));
    await expect.poll(removed, { timeout: 15_000 }).toBe(true);
    expect((await (await signIn(user.email)).updateUser({ data: { a: 1 } })).error).toBeNull();
  });
});

describe("recovery codes", () => {
  test("are made once, told once, and each opens the session once", async () => {
    const { auth, user } = await twoStepPerson();
    expect((await auth.mfa.recoveryCodes.getStatus()).error).toMatchObject(NOT_FOUND);
    const { data } = await auth.mfa.recoveryCodes.generate();
    const [code = ""] = data?.codes ?? [];
    expect(data?.codes).toHaveLength(10);
    expect(code).toMatch(/^[a-z0-9]{10}$/);
    const again = await auth.mfa.recoveryCodes.generate();
    expect(again.error).toMatchObject({ status: 422, code: "mfa_verified_factor_exists" });

    const owing = await signIn(user.email);
    expect((await owing.mfa.listFactors()).data?.recovery_code).toHaveLength(1);
    expect((await owing.mfa.recoveryCodes.getStatus()).data).toMatchObject({ total: 10, remaining: 10 });
    expect((await owing.mfa.recoveryCodes.verify({ code: code.toUpperCase() })).error).toBeNull();
    expect(await claimsOf(owing)).toMatchObject({ aal: "aal2", amr: [{ method: "mfa/recovery_code" }, {}] });
    expect((await owing.mfa.recoveryCodes.getStatus()).data).toMatchObject({ remaining: 9 });
    const thief = await signIn(user.email);
    expect((await thief.mfa.recoveryCodes.verify({ code })).error).toMatchObject(WRONG);

    const fresh = await auth.mfa.recoveryCodes.regenerate();
    expect((await thief.mfa.recoveryCodes.verify({ code: data?.codes[1] ?? "" })).error).toMatchObject(WRONG);
    expect((await thief.mfa.recoveryCodes.verify({ code: fresh.data?.codes[0] ?? "" })).error).toBeNull();
  });

  test("need another factor, and are not remade by a session that is not fresh", async () => {
    const one = await person();
    const alone = await one.auth.mfa.recoveryCodes.generate();
    expect(alone.error).toMatchObject({ status: 422, code: "mfa_recovery_codes_sole_factor" });
    const { auth, user } = await twoStepPerson();
    await db.session.updateMany({ where: { userId: user.id }, data: { twoFactorAt: new Date(0) } });
    expect((await auth.mfa.recoveryCodes.regenerate()).error).toMatchObject(INSUFFICIENT);
  });
});

describe("a mailed proof", () => {
  test("does not do for the authenticator: a code leads to the second step", async () => {
    const { user, factorId, secret } = await twoStepPerson();
    const auth = newClient();
    await auth.signInWithOtp({ email: user.email });
    const { code } = await server.mail.waitForMail(user.email, { subject: /sign in/i });
    expect((await auth.verifyOtp({ type: "email", email: user.email, token: code ?? "" })).error).toBeNull();
    expect(await claimsOf(auth)).toMatchObject({ aud: "factor_owed", aal: "aal1" });
    expect((await auth.updateUser({ data: { mine: true } })).error).toMatchObject({ code: "insufficient_aal" });
    expect((await auth.mfa.challengeAndVerify({ factorId, code: totpCode(secret) })).error).toBeNull();
    expect(await claimsOf(auth)).toMatchObject({ aal: "aal2", amr: [{ method: "totp" }, { method: "otp" }] });
  });

  test("does not do for it either as a nonce before a change", async () => {
    const { user, auth, factorId, secret } = await twoStepPerson();
    await db.session.updateMany({
      where: { userId: user.id },
      data: { authenticatedAt: new Date(0), twoFactorAt: null },
    });
    expect((await auth.reauthenticate()).error).toMatchObject(INSUFFICIENT);
    const guessed = await auth.updateUser({ password: other(), nonce: "123456" });
    expect(guessed.error).toMatchObject(INSUFFICIENT);
    await auth.mfa.challengeAndVerify({ factorId, code: totpCode(secret) });
    expect((await auth.updateUser({ password: other() })).error).toBeNull();
  });
});
