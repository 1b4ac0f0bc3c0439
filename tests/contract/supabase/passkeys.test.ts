import type { GoTrueClient, VerifyPasskeyAuthenticationParams } from "@supabase/auth-js";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { type ApiServer, startApiServer } from "@/tests/support/api-server";
import { addAuthenticator } from "@/tests/support/factors";
import { providerUser, verifiedUser } from "@/tests/support/people";
import { type Ceremony, SoftwareAuthenticator } from "@/tests/support/software-authenticator";
import { accessToken, claimsOf, newClient as newClientOf, signIn as signInAt } from "./supabase-client";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => void (await server?.stop()));
afterEach(() => void vi.unstubAllGlobals());

const newClient = () => newClientOf(server);
const signIn = (email: string) => signInAt(server, email);
const INVALID = { status: 400, code: "webauthn_verification_failed" };
const NO_CHALLENGE = { status: 400, code: "webauthn_challenge_not_found" };

/** An authenticator's answer, also a false one, in the JSON that the client sends. */
const sent = (answer: object): VerifyPasskeyAuthenticationParams["credential"] => JSON.parse(JSON.stringify(answer));

/** The browser's PublicKeyCredential, as far as the client uses it. */
class Credential {
  constructor(readonly answer: object) {}
  toJSON() {
    return this.answer;
  }
}

/** Makes the client believe that it runs in a browser with this authenticator. */
function inBrowser(device: SoftwareAuthenticator, userHandle: string): void {
  const text = (challenge: ArrayBuffer) => Buffer.from(challenge).toString("base64url");
  type Asked = { publicKey: { challenge: ArrayBuffer } };
  const credentials = {
    create: async ({ publicKey }: Asked) => new Credential(device.create({ challenge: text(publicKey.challenge) })),
    get: async ({ publicKey }: Asked) =>
      new Credential(device.get({ challenge: text(publicKey.challenge), userHandle })),
  };
  vi.stubGlobal("PublicKeyCredential", Credential);
  vi.stubGlobal("window", { PublicKeyCredential: Credential });
  vi.stubGlobal("document", {});
  vi.stubGlobal("navigator", { credentials });
}

/** Registers a passkey of a new authenticator, step by step. */
async function register(auth: GoTrueClient) {
  const device = new SoftwareAuthenticator(server.url);
  const { data: asked, error } = await auth.passkey.startRegistration();
  if (error) throw error;
  const credential = sent(device.create({ challenge: asked.options.challenge }));
  const made = await auth.passkey.verifyRegistration({ challengeId: asked.challenge_id, credential });
  if (made.error) throw made.error;
  return { device, id: made.data.id };
}

/** A new person with a passkey, and a client in the session that made it. */
async function person() {
  const user = await verifiedUser();
  const auth = await signIn(user.email);
  return { user, auth, ...(await register(auth)) };
}

/** Tries to sign in, with an answer that `lies` may make false. */
async function enter(device: SoftwareAuthenticator, userHandle: string, lies: Partial<Ceremony> = {}) {
  const auth = newClient();
  const { data: asked } = await auth.passkey.startAuthentication();
  const credential = sent(device.get({ challenge: asked?.options.challenge ?? "", userHandle, ...lies }));
  const answer = { challengeId: asked?.challenge_id ?? "", credential };
  return { auth, answer, ...(await auth.passkey.verifyAuthentication(answer)) };
}

describe("a passkey", () => {
  test("is made and used by the client's own methods, and is two factors", async () => {
    const user = await verifiedUser();
    const auth = await signIn(user.email);
    const device = new SoftwareAuthenticator(server.url);
    inBrowser(device, user.id);
    const made = await auth.registerPasskey();
    expect(made).toMatchObject({ data: { id: expect.any(String), friendly_name: "Passkey" }, error: null });
    const other = newClient();
    const { data, error } = await other.signInWithPasskey();
    expect(error).toBeNull();
    expect(data).toMatchObject({ user: { id: user.id }, session: { token_type: "bearer" } });
    expect(await claimsOf(other)).toMatchObject({ aud: "authenticated", aal: "aal2", amr: [{ method: "passkey" }] });
    expect((await other.refreshSession()).error).toBeNull();
    vi.unstubAllGlobals();
    const mail = await server.mail.waitForMail(user.email, { subject: "A passkey was added" });
    expect(mail.text).toMatch(/passkey was added/i);
  });

  test("does not ask more of a password than before, and opens an account with an authenticator by itself", async () => {
    const { user } = await person();
    const withPassword = await signIn(user.email);
    expect((await withPassword.mfa.getAuthenticatorAssuranceLevel()).data).toMatchObject({ nextLevel: "aal1" });
    const careful = await person();
    const { device } = careful;
    await addAuthenticator(careful.user);
    const { auth, error } = await enter(device, careful.user.id);
    expect(error).toBeNull();
    expect((await auth.mfa.getAuthenticatorAssuranceLevel()).data?.currentLevel).toBe("aal2");
    // A passkey that did not verify its user is one factor, so the session owes the app's code.
    const key = await enter(device, careful.user.id, { userVerified: false });
    expect(key.error).toBeNull();
    expect(await claimsOf(key.auth)).toMatchObject({
      aud: "factor_owed",
      aal: "aal1",
      amr: [{ method: "mfa/webauthn" }],
    });
  });

  test("is listed, renamed and removed by its owner", async () => {
    const { auth, id, device, user } = await person();
    const second = await signIn(user.email);
    expect((await auth.passkey.list()).data).toMatchObject([{ id, friendly_name: "Passkey" }]);
    expect((await auth.passkey.list()).data?.[0]).not.toHaveProperty("last_used_at");
    await enter(device, user.id);
    expect((await auth.passkey.list()).data?.[0]).toHaveProperty("last_used_at");
    const renamed = await auth.passkey.update({ passkeyId: id, friendlyName: "Work laptop" });
    expect(renamed.data).toMatchObject({ id, friendly_name: "Work laptop" });
    const nameless = await auth.passkey.update({ passkeyId: id, friendlyName: "  " });
    expect(nameless.error).toMatchObject({ status: 400, code: "validation_failed" });
    expect(await auth.passkey.delete({ passkeyId: id })).toEqual({ data: null, error: null });
    expect((await auth.passkey.list()).data).toEqual([]);
    expect((await second.getUser()).error).not.toBeNull();
    expect((await enter(device, user.id)).error).toMatchObject(INVALID);
  });

  test("that is the last way in stays", async () => {
    const user = await providerUser();
    const auth = newClient();
    await auth.signInWithOtp({ email: user.email });
    const mail = await server.mail.waitForMail(user.email);
    await auth.verifyOtp({ type: "email", email: user.email, token: mail.code ?? "" });
    const { id } = await register(auth);
    expect((await auth.passkey.delete({ passkeyId: id })).error).toMatchObject({ status: 409 });
    expect((await auth.passkey.list()).data).toHaveLength(1);
  });
});

describe("an attacker", () => {
  test("gets in with no answer that is not right, and breaks nothing with it", async () => {
    const { device, user } = await person();
    const mallory = await person();
    const lies: Partial<Ceremony>[] = [
      { challenge: "x".repeat(43) },
      { origin: "https://evil.example" },
      { rpId: "evil.example" },
      { userHandle: mallory.user.id },
      { userHandle: null },
      { type: "webauthn.create" },
      { userPresent: false },
    ];
    for (const lie of lies)
      expect((await enter(device, user.id, lie)).error, JSON.stringify(lie)).toMatchObject(INVALID);
    expect((await enter(new SoftwareAuthenticator(server.url, device.id), user.id)).error).toMatchObject(INVALID);
    const { auth, answer, error } = await enter(device, user.id);
    expect(error).toBeNull();
    expect((await auth.passkey.verifyAuthentication(answer)).error).toMatchObject(NO_CHALLENGE);
    expect((await newClient().passkey.verifyAuthentication(answer)).error).toMatchObject(NO_CHALLENGE);
  });

  test("sends what is no answer, and is told so", async () => {
    const { auth } = await person();
    const headers = { authorization: `Bearer ${await accessToken(auth)}` };
    const [making, using] = [await auth.passkey.startRegistration(), await auth.passkey.startAuthentication()];
    const challenges = [
      ["registration", making.data?.challenge_id],
      ["authentication", using.data?.challenge_id],
    ];
    for (const [path, challenge_id] of challenges)
      for (const credential of [null, 1, "x", [], {}, { id: 1 }, { id: "x", response: {} }, "x".repeat(90_000)]) {
        const body = { challenge_id, credential };
        const answer = await server.call("POST", `/auth/v1/passkeys/${path}/verify`, { headers, body });
        expect([answer.status, answer.body.error_code]).toEqual([400, "webauthn_verification_failed"]);
      }
    expect((await server.call("POST", "/auth/v1/passkeys/registration/verify", { headers, body: {} })).status).toBe(
      400,
    );
  });

  test("registers none in an old session, in one that owes a factor, or for another person", async () => {
    const { user, auth } = await person();
    const asked = await auth.passkey.startRegistration();
    const device = new SoftwareAuthenticator(server.url);
    const credential = sent(device.create({ challenge: asked.data?.options.challenge ?? "" }));
    const answer = { challengeId: asked.data?.challenge_id ?? "", credential };
    const thief = await signIn(user.email);
    const mallory = await signIn((await verifiedUser()).email);
    for (const other of [thief, mallory])
      expect((await other.passkey.verifyRegistration(answer)).error).toMatchObject(NO_CHALLENGE);
    await db.session.updateMany({ where: { userId: user.id }, data: { authenticatedAt: new Date(0) } });
    const stale = { status: 401, code: "reauthentication_needed" };
    expect((await auth.passkey.startRegistration()).error).toMatchObject(stale);
    expect((await auth.passkey.verifyRegistration(answer)).error).toMatchObject(stale);
    expect(
      (await auth.passkey.delete({ passkeyId: String((await auth.passkey.list()).data?.[0]?.id) })).error,
    ).toMatchObject(stale);
    expect(await db.passkey.count({ where: { userId: user.id } })).toBe(1);

    const careful = await person();
    const { id } = careful;
    await addAuthenticator(careful.user);
    const owing = await signIn(careful.user.email);
    const answers = [
      await owing.passkey.startRegistration(),
      await owing.passkey.list(),
      await owing.passkey.update({ passkeyId: id, friendlyName: "Mine" }),
      await owing.passkey.delete({ passkeyId: id }),
    ];
    for (const { error } of answers) expect(error).toMatchObject({ status: 403, code: "insufficient_aal" });
  });

  test("finds no passkey of another person's under its id", async () => {
    const [alice, mallory] = [await person(), await person()];
    const none = { status: 404, code: "webauthn_credential_not_found" };
    const renamed = await mallory.auth.passkey.update({ passkeyId: alice.id, friendlyName: "Mine" });
    expect(renamed.error).toMatchObject(none);
    expect((await mallory.auth.passkey.delete({ passkeyId: alice.id })).error).toMatchObject(none);
    expect((await alice.auth.passkey.list()).data).toMatchObject([{ id: alice.id, friendly_name: "Passkey" }]);
  });
});
