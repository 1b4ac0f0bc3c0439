import { describe, expect, test } from "vitest";
import { LIMITS } from "@/lib/auth/model/limits";
import {
  declinePasskeyOffer,
  isPasskeyOffered,
  removePasskey,
  renamePasskey,
} from "@/lib/auth/passkeys/manage-passkeys";
import { proveByPasskey, startPasskeyProof } from "@/lib/auth/passkeys/prove-by-passkey";
import { finishPasskeyRegistration, startPasskeyRegistration } from "@/lib/auth/passkeys/register-passkey";
import { finishPasskeySignIn, startPasskeySignIn } from "@/lib/auth/passkeys/sign-in-by-passkey";
import { insertAuthenticator } from "@/lib/auth/store/authenticators";
import { findOwing } from "@/lib/auth/store/owing-sessions";
import { listPasskeys } from "@/lib/auth/store/passkeys";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { confirmAuthenticator, startAuthenticator } from "@/lib/auth/two-factor/authenticator";
import { db } from "@/lib/db";
import { disconnectAccount } from "@/lib/oauth/link-account";
import type { User } from "@/prisma/client/client";
import { events } from "@/tests/support/events";
import { totpCode } from "@/tests/support/factors";
import { addAccount } from "@/tests/support/kill-people";
import { outboxRows } from "@/tests/support/outbox-rows";
import { answerSignIn, authenticator, passkeyOf, register, won } from "@/tests/support/passkeys";
import { client, newSession, providerUser, session, verifiedUser, withEnv } from "@/tests/support/people";
import { SoftwareAuthenticator } from "@/tests/support/software-authenticator";

const INVALID = { ok: false, error: { code: "passkey_invalid" } };
const LONG_AGO = new Date(Date.now() - 60 * 60_000);

/** The user signed in an hour ago. */
async function staleSession(user: User) {
  const { token, principal } = await session(user);
  await db.session.update({ where: { id: principal.sessionId }, data: { authenticatedAt: LONG_AGO } });
  const stale = await findPrincipal(token);
  if (!stale) throw new Error("The session has ended");
  return stale;
}

async function withApp(user: User): Promise<User> {
  const { id } = await insertAuthenticator({ userId: user.id, label: "App", secret: "JBSWY3DPEHPK3PXP" });
  await db.authenticator.update({ where: { id }, data: { confirmedAt: new Date() } });
  return user;
}

/** A session that was begun by password and owes the second factor. */
async function owingSession(user: User) {
  const owing = await findOwing((await newSession(user)).token);
  if (!owing) throw new Error("Nothing is owed");
  return owing;
}

const eventsOf = async ({ id: userId }: User) =>
  (await db.securityEvent.findMany({ where: { userId } })).map((e) => e.type);
const sessionsOf = ({ id: userId }: User) => db.session.count({ where: { userId } });
const signIn = async (device: SoftwareAuthenticator, user: User, lies = {}) =>
  finishPasskeySignIn(await answerSignIn(device, user, lies), client());

describe("a passkey is registered", () => {
  test("and signs its person in, who is told of it", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    const begun = won(await signIn(device, user));
    expect(begun.owedFactor).toBeNull();
    const principal = await findPrincipal(begun.token);
    expect(principal).toMatchObject({ userId: user.id, proofs: ["passkey"] });
    expect(principal?.twoFactorAt).toBeInstanceOf(Date);
    expect(await eventsOf(user)).toEqual(expect.arrayContaining(["factor.passkey-added", "sign_in.succeeded"]));
    const told = (await outboxRows()).filter(({ to }) => to === user.email);
    expect(told.map(({ template }) => template)).toContain("factor-changed");
    expect((await listPasskeys(user.id))[0]?.lastUsedAt).toBeInstanceOf(Date);
  });

  test("under the name of its authenticator, or what its person calls it", async () => {
    const user = await verifiedUser();
    const known = await passkeyOf(user, { aaguid: "d548826e-79b4-db40-a3d8-11116f7e8349" });
    const key = await passkeyOf(user, { transports: ["usb", "nfc"] });
    const other = await passkeyOf(user, { transports: ["internal", "nonsense"] });
    expect([known.label, key.label, other.label]).toEqual(["Bitwarden", "Security key", "Passkey"]);
    expect((await db.passkey.findUniqueOrThrow({ where: { id: other.id } })).transports).toBe("internal");
    const { principal } = await session(user);
    const { ceremonyId, options } = won(await startPasskeyRegistration(principal, client()));
    const response = authenticator().create({ challenge: options.challenge });
    const named = await finishPasskeyRegistration(principal, { ceremonyId, response, label: " My  phone " }, client());
    expect(won(named).label).toBe("My phone");
  });

  test("only once: the browser is told which there are", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user, { transports: ["internal", "hybrid"] });
    const { principal } = await session(user);
    const { options } = won(await startPasskeyRegistration(principal, client()));
    expect(options.excludeCredentials).toEqual([
      { id: device.id, transports: ["internal", "hybrid"], type: "public-key" },
    ]);
    expect(options.authenticatorSelection).toMatchObject({ residentKey: "required", userVerification: "preferred" });
    expect(options.user.id).toBe(Buffer.from(user.id).toString("base64url"));
    expect(await register(principal, device)).toMatchObject(INVALID);
    expect(await listPasskeys(user.id)).toHaveLength(1);
  });

  test("not for another person than the one who has its credential", async () => {
    const alice = await verifiedUser();
    const { device } = await passkeyOf(alice);
    const mallory = await verifiedUser();
    const copy = new SoftwareAuthenticator(device.origin, device.id);
    expect(await register((await session(mallory)).principal, copy)).toMatchObject(INVALID);
    expect(won(await signIn(device, alice)).user.id).toBe(alice.id);
  });

  test("not in a session whose person did not show lately who they are", async () => {
    const user = await verifiedUser();
    const fresh = (await session(user)).principal;
    const { ceremonyId, options } = won(await startPasskeyRegistration(fresh, client()));
    const stale = await staleSession(user);
    const refused = { ok: false, error: { code: "reauthentication_required" } };
    expect(await startPasskeyRegistration(stale, client())).toMatchObject(refused);
    const response = authenticator().create({ challenge: options.challenge });
    const sameSession = { ...fresh, authenticatedAt: LONG_AGO };
    expect(await finishPasskeyRegistration(sameSession, { ceremonyId, response }, client())).toMatchObject(refused);
    expect(await listPasskeys(user.id)).toEqual([]);
  });

  test("not in a session that owes a second factor", async () => {
    const user = await withApp(await verifiedUser());
    const owing = await owingSession(user);
    const refused = { ok: false, error: { code: "second_factor_required" } };
    expect(await startPasskeyRegistration(owing, client())).toMatchObject(refused);
    const input = { ceremonyId: "", response: {} };
    expect(await finishPasskeyRegistration(owing, input, client())).toMatchObject(refused);
  });

  test.each([true, false])(
    "in a session that owes the setup of one, which then begins (verified: %s)",
    async (userVerified) => {
      await withEnv({ AUTH_REQUIRE_SECOND_FACTOR: "all" }, async () => {
        const user = await verifiedUser();
        const owing = await owingSession(user);
        expect(owing.owed).toBe("setup");
        const made = won(await register(owing, authenticator(), { userVerified }));
        const principal = await findPrincipal(made.session?.token ?? "");
        expect(principal).toMatchObject({
          userId: user.id,
          proofs: ["password", userVerified ? "passkey" : "security-key"],
        });
        expect(principal?.twoFactorAt).toBeInstanceOf(Date);
      });
    },
  );

  test("and ends the sessions that were to set up a first factor: a thief may have begun them with the password", async () => {
    await withEnv({ AUTH_REQUIRE_SECOND_FACTOR: "all" }, async () => {
      const user = await verifiedUser();
      const [own, thief] = [await owingSession(user), await owingSession(user)];
      const begun = won(await startAuthenticator(thief));
      won(await register(own, authenticator()));
      const code = totpCode(begun.secret);
      const refused = { ok: false, error: { code: "unauthenticated" } };
      expect(await confirmAuthenticator(thief, { id: begun.id, code }, client())).toMatchObject(refused);
      expect(await register(thief, authenticator())).toMatchObject(refused);
      expect((await listPasskeys(user.id)).length).toBe(1);
      expect((await owingSession(user)).owed).toBe("second-factor");
    });
  });

  test("not in a session that was ended in the meantime", async () => {
    const user = await verifiedUser();
    const { principal } = await session(user);
    const { ceremonyId, options } = won(await startPasskeyRegistration(principal, client()));
    await db.session.delete({ where: { id: principal.sessionId } });
    const response = authenticator().create({ challenge: options.challenge });
    const refused = { ok: false, error: { code: "unauthenticated" } };
    expect(await finishPasskeyRegistration(principal, { ceremonyId, response }, client())).toMatchObject(refused);
  });

  test.each([
    ["another RP id", { rpId: "evil.example" }],
    ["another origin", { origin: "https://evil.example" }],
    ["a wrong challenge", { challenge: Buffer.alloc(32).toString("base64url") }],
    ["an algorithm that nobody asked for", { alg: -47 }],
    ["a huge attestation", { padding: 500_000 }],
    ["an attestation with a statement", { padding: 10 }],
    ["nobody present", { userPresent: false }],
    ["the type of a sign-in", { type: "webauthn.get" }],
  ])("not by an answer with %s", async (_, lies) => {
    const user = await verifiedUser();
    expect(await register((await session(user)).principal, authenticator(), lies)).toMatchObject(INVALID);
    expect(await listPasskeys(user.id)).toEqual([]);
  });

  test("not with a maker's certificate, in which addresses to be looked up may stand: it is not even read", async () => {
    const user = await verifiedUser();
    const certificate = Buffer.from("https://evil.example/revoked.crl");
    expect(await register((await session(user)).principal, authenticator(), { certificate })).toMatchObject(INVALID);
    expect(events("passkey.refused").at(-1)?.outcome).toBe("A certificate that nobody asked for");
  });

  test("not by the answer to a challenge of another session, nor twice by one answer", async () => {
    const user = await verifiedUser();
    const [one, other] = [(await session(user)).principal, (await session(user)).principal];
    const { ceremonyId, options } = won(await startPasskeyRegistration(one, client()));
    const input = { ceremonyId, response: authenticator().create({ challenge: options.challenge }) };
    expect(await finishPasskeyRegistration(other, input, client())).toMatchObject(INVALID);
    expect((await finishPasskeyRegistration(one, input, client())).ok).toBe(true);
    expect(await finishPasskeyRegistration(one, input, client())).toMatchObject(INVALID);
    const second = { ceremonyId, response: authenticator().create({ challenge: options.challenge }) };
    expect(await finishPasskeyRegistration(one, second, client())).toMatchObject(INVALID);
    expect(await listPasskeys(user.id)).toHaveLength(1);
  });
});

describe("a sign-in by passkey is refused", () => {
  test.each([
    ["of another RP id", { rpId: "evil.example" }],
    ["of another origin", { origin: "https://evil.example" }],
    ["of a subdomain", { origin: "https://evil.localhost" }],
    ["with a wrong challenge", { challenge: Buffer.alloc(32).toString("base64url") }],
    ["that names another user", { userHandle: "00000000-0000-4000-8000-000000000000" }],
    ["that names no user", { userHandle: null }],
    ["with nobody present", { userPresent: false }],
    ["with the type of a registration", { type: "webauthn.create" }],
  ])("%s", async (_, lies) => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    const before = await sessionsOf(user);
    expect(await signIn(device, user, lies)).toMatchObject(INVALID);
    expect(await sessionsOf(user)).toBe(before);
    expect((await signIn(device, user)).ok).toBe(true);
  });

  test("when another key signed it", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    const forged = new SoftwareAuthenticator(device.origin, device.id);
    expect(await signIn(forged, user)).toMatchObject(INVALID);
  });

  test("when it is replayed", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    const answer = await answerSignIn(device, user);
    expect((await finishPasskeySignIn(answer, client())).ok).toBe(true);
    expect(await finishPasskeySignIn(answer, client())).toMatchObject(INVALID);
    const { ceremonyId } = await answerSignIn(device, user);
    expect(await finishPasskeySignIn({ ...answer, ceremonyId }, client())).toMatchObject(INVALID);
  });

  test("but for one of twenty at once with the same answer", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    const before = await sessionsOf(user);
    const answer = await answerSignIn(device, user);
    const results = await Promise.all(Array.from({ length: 20 }, () => finishPasskeySignIn(answer, client())));
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await sessionsOf(user)).toBe(before + 1);
  });

  test("when its ceremony is over, or was begun for something else", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    const late = await answerSignIn(device, user);
    await db.verification.update({ where: { id: late.ceremonyId }, data: { expires: LONG_AGO } });
    expect(await finishPasskeySignIn(late, client())).toMatchObject(INVALID);
    const { principal } = await session(user);
    const others = [
      won(await startPasskeyProof(principal, client())),
      won(await startPasskeyRegistration(principal, client())),
    ];
    for (const { ceremonyId, options } of others) {
      const response = device.get({ challenge: options.challenge, userHandle: user.id });
      expect(await finishPasskeySignIn({ ceremonyId, response }, client())).toMatchObject(INVALID);
    }
  });

  test("alike when the passkey was removed and when there never was one", async () => {
    const user = await verifiedUser();
    const { device, id } = await passkeyOf(user);
    won(await removePasskey((await session(user)).principal, { id, providers: [] }, client()));
    const removed = await signIn(device, user);
    expect(removed).toMatchObject({ ...INVALID, error: { fields: { passkey: "unknown" } } });
    expect(await signIn(authenticator(), user)).toEqual(removed);
  });

  test("when its counter did not grow, of which the owner is told", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user, { counter: 5 });
    won(await signIn(device, user, { counter: 7 }));
    const before = await sessionsOf(user);
    for (const counter of [7, 6, 0]) expect(await signIn(device, user, { counter })).toMatchObject(INVALID);
    expect(await sessionsOf(user)).toBe(before);
    expect((await eventsOf(user)).filter((type) => type === "factor.passkey-copied")).toHaveLength(3);
    expect((await signIn(device, user, { counter: 8 })).ok).toBe(true);
  });

  test("without telling of a copy when its signature is not right", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user, { counter: 5 });
    await signIn(new SoftwareAuthenticator(device.origin, device.id), user, { counter: 1 });
    expect(await eventsOf(user)).not.toContain("factor.passkey-copied");
  });

  test("for a disabled user, and for one whose address was never proved", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    await db.user.update({ where: { id: user.id }, data: { disabledAt: new Date() } });
    expect(await signIn(device, user)).toMatchObject({ ok: false, error: { code: "user_disabled" } });
    await db.user.update({ where: { id: user.id }, data: { disabledAt: null, emailVerified: null } });
    await withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: true }, async () => {
      expect(await signIn(device, user)).toMatchObject({ ok: false, error: { code: "email_unverified" } });
    });
  });

  test.each<[string, unknown]>([
    ["nothing", null],
    ["a number", 7],
    ["text", "{}"],
    ["a list", []],
    ["an empty object", {}],
    ["numbers for text", { id: 1, rawId: 1, type: "public-key", response: {} }],
    ["an answer without a response", { id: "a", rawId: "a", type: "public-key", response: null }],
    ["a huge id", { id: "a".repeat(100_000), rawId: "a", type: "public-key", response: {} }],
  ])("and answers when it is %s", async (_, response) => {
    const { ceremonyId } = won(await startPasskeySignIn(client()));
    expect(await finishPasskeySignIn({ ceremonyId, response }, client())).toMatchObject(INVALID);
    expect(await finishPasskeySignIn({ ceremonyId: "'; --", response }, client())).toMatchObject(INVALID);
    const { principal } = await session(await verifiedUser());
    const started = won(await startPasskeyRegistration(principal, client()));
    const input = { ceremonyId: started.ceremonyId, response };
    expect(await finishPasskeyRegistration(principal, input, client())).toMatchObject(INVALID);
  });

  test.each(["clientDataJSON", "authenticatorData", "signature"])("and answers for garbage as %s", async (part) => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    for (const garbage of ["", "AAAA", "!!", "e30", "bnVsbA", "A".repeat(8_001), { toString: 1 }]) {
      const { ceremonyId, response } = await answerSignIn(device, user);
      const hostile = { ...response, response: { ...response.response, [part]: garbage } };
      expect(await finishPasskeySignIn({ ceremonyId, response: hostile }, client())).toMatchObject(INVALID);
    }
  });

  test("past the limit of its source; the browser's own list has another", async () => {
    const from = client();
    for (let count = 0; count < LIMITS.passkeyPerSource.points; count++) await startPasskeySignIn(from);
    expect(await startPasskeySignIn(from)).toMatchObject({ ok: false, error: { code: "too_many_attempts" } });
    expect((await startPasskeySignIn(from, { autofill: true })).ok).toBe(true);
  });
});

describe("a passkey that did not verify its user", () => {
  test("signs in where one factor is asked for", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    const begun = won(await signIn(device, user, { userVerified: false }));
    expect(await findPrincipal(begun.token)).toMatchObject({ proofs: ["security-key"], twoFactorAt: null });
  });

  test("is one factor: a person of two-step sign-in still owes the other, and no second use pays it", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    await withApp(user);
    const begun = won(await signIn(device, user, { userVerified: false }));
    expect(begun.owedFactor).toBe("second-factor");
    expect(await findPrincipal(begun.token)).toBeNull();
    const owing = await findOwing(begun.token);
    if (!owing) throw new Error("Nothing is owed");
    const { ceremonyId, options } = won(await startPasskeyProof(owing, client()));
    const response = device.get({ challenge: options.challenge, userVerified: false });
    expect(await proveByPasskey(owing, { ceremonyId, response }, client())).toMatchObject(INVALID);
    expect((await findOwing(begun.token))?.owed).toBe("second-factor");
  });

  test("comes second after a password", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    const owing = await owingSession(await withApp(user));
    const { ceremonyId, options } = won(await startPasskeyProof(owing, client()));
    const response = device.get({ challenge: options.challenge, userVerified: false });
    const proved = won(await proveByPasskey(owing, { ceremonyId, response, remember: true }, client()));
    expect(await findPrincipal(proved.session.token)).toMatchObject({ proofs: ["password", "security-key"] });
    expect(proved.remembered?.token).toBeTruthy();
  });
});

describe("the second step and the fresh proof", () => {
  test("are not paid by another person's passkey, nor in another session", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    await withApp(user);
    const mallory = await verifiedUser();
    const { device: hers } = await passkeyOf(mallory);
    const owing = await owingSession(user);
    const { ceremonyId, options } = won(await startPasskeyProof(owing, client()));
    expect(options.allowCredentials?.map(({ id }) => id)).toEqual([device.id]);
    const stranger = hers.get({ challenge: options.challenge, userHandle: mallory.id });
    expect(await proveByPasskey(owing, { ceremonyId, response: stranger }, client())).toMatchObject(INVALID);
    const other = await owingSession(user);
    const response = device.get({ challenge: options.challenge });
    expect(await proveByPasskey(other, { ceremonyId, response }, client())).toMatchObject(INVALID);
    expect((await proveByPasskey(owing, { ceremonyId, response }, client())).ok).toBe(true);
  });

  test("make a stale session fresh again, under a new token", async () => {
    const user = await verifiedUser();
    const { device, id } = await passkeyOf(user);
    const stale = await staleSession(user);
    expect(await removePasskey(stale, { id, providers: [] }, client())).toMatchObject({
      error: { code: "reauthentication_required" },
    });
    const { ceremonyId, options } = won(await startPasskeyProof(stale, client()));
    const response = device.get({ challenge: options.challenge });
    const { session: renewed } = won(await proveByPasskey(stale, { ceremonyId, response }, client()));
    const fresh = await findPrincipal(renewed.token);
    if (!fresh) throw new Error("The session has ended");
    expect((await removePasskey(fresh, { id, providers: [] }, client())).ok).toBe(true);
  });

  test("are not paid by the answer to a challenge for something else", async () => {
    const user = await verifiedUser();
    const { device } = await passkeyOf(user);
    const { principal } = await session(user);
    const { ceremonyId, options } = won(await startPasskeyRegistration(principal, client()));
    const response = device.get({ challenge: options.challenge });
    expect(await proveByPasskey(principal, { ceremonyId, response }, client())).toMatchObject(INVALID);
  });

  test("cannot begin without a passkey", async () => {
    const { principal } = await session(await verifiedUser());
    expect(await startPasskeyProof(principal, client())).toMatchObject({ error: { code: "not_found" } });
  });
});

describe("the owner of passkeys", () => {
  test("renames and removes theirs, and no other person's; other sessions end", async () => {
    const user = await verifiedUser();
    const { id } = await passkeyOf(user);
    const thief = await session(user);
    const { principal } = await session(user);
    const mallory = (await session(await verifiedUser())).principal;
    expect(await renamePasskey(mallory, { id, label: "Mine" })).toMatchObject({ error: { code: "not_found" } });
    const theirs = await removePasskey(mallory, { id, providers: [] }, client());
    expect(theirs).toMatchObject({ error: { code: "not_found" } });
    won(await renamePasskey(principal, { id, label: "Laptop" }));
    expect((await listPasskeys(user.id)).map(({ label }) => label)).toEqual(["Laptop"]);
    won(await removePasskey(principal, { id, providers: [] }, client()));
    expect(await listPasskeys(user.id)).toEqual([]);
    expect(await findPrincipal(thief.token)).toBeNull();
    expect(await eventsOf(user)).toContain("factor.passkey-removed");
  });

  test("keeps the last way in, also when two are taken at once", async () => {
    const user = await providerUser();
    const { device, id } = await passkeyOf(user);
    const second = await passkeyOf(user);
    const { principal } = await session(user);
    const results = await Promise.all([
      removePasskey(principal, { id, providers: [] }, client()),
      removePasskey(principal, { id: second.id, providers: [] }, client()),
    ]);
    expect(results.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(results.find(({ ok }) => !ok)).toMatchObject({ error: { code: "last_sign_in_method" } });
    expect(await listPasskeys(user.id)).toHaveLength(1);
    expect(device).toBeDefined();
  });

  test("may give up a provider for a passkey, and a passkey for a provider that is on", async () => {
    const user = await providerUser();
    const { id } = await passkeyOf(user);
    const accountId = await addAccount(user, user.email);
    const { principal } = await session(user);
    const off = await removePasskey(principal, { id, providers: [] }, client());
    expect(off).toMatchObject({ error: { code: "last_sign_in_method" } });
    expect((await disconnectAccount(principal, { accountId }, client())).ok).toBe(true);
    await addAccount(user, user.email);
    expect((await removePasskey(principal, { id, providers: ["github"] }, client())).ok).toBe(true);
  });

  test("keeps the only second factor where the site requires one, until they have another", async () => {
    const user = await verifiedUser();
    const { id } = await passkeyOf(user);
    const principal = { ...(await session(user)).principal, twoFactorAt: new Date() };
    await withEnv({ AUTH_REQUIRE_SECOND_FACTOR: "all" }, async () => {
      const refused = await removePasskey(principal, { id, providers: [] }, client());
      expect(refused).toMatchObject({ error: { code: "last_factor" } });
      expect(await listPasskeys(user.id)).toHaveLength(1);
      await withApp(user);
      won(await removePasskey(principal, { id, providers: [] }, client()));
    });
  });

  test("is offered one until they make one or say no", async () => {
    const { principal } = await session(await verifiedUser());
    expect(await isPasskeyOffered(principal)).toBe(true);
    await declinePasskeyOffer(principal);
    expect(await isPasskeyOffered(principal)).toBe(false);
    const user = await verifiedUser();
    const maker = await session(user);
    const made = won(await register(maker.principal, authenticator()));
    won(await removePasskey(maker.principal, { id: made.id, providers: [] }, client()));
    expect(await isPasskeyOffered(maker.principal)).toBe(false);
  });
});
