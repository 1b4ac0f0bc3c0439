import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { changePassword } from "@/lib/auth/change-password";
import { login } from "@/lib/auth/login";
import { markDevice } from "@/lib/auth/model/devices";
import type { Result } from "@/lib/auth/model/errors";
import type { Proof } from "@/lib/auth/model/factors";
import type { Principal } from "@/lib/auth/model/principal";
import { proveByPassword } from "@/lib/auth/prove-again";
import { beginSession } from "@/lib/auth/steps/begin-session";
import { claimAccount } from "@/lib/auth/steps/claim-account";
import { confirmStored, insertAuthenticator } from "@/lib/auth/store/authenticators";
import { findOwing, findOwingById } from "@/lib/auth/store/owing-sessions";
import { rememberDevice } from "@/lib/auth/store/remembered-devices";
import { findPrincipal, listSessions } from "@/lib/auth/store/sessions";
import {
  confirmAuthenticator,
  continueAuthenticator,
  removeAuthenticator,
  startAuthenticator,
} from "@/lib/auth/two-factor/authenticator";
import { regenerateRecoveryCodes } from "@/lib/auth/two-factor/recovery-codes";
import { proveByAuthenticator, proveByRecoveryCode } from "@/lib/auth/two-factor/second-step";
import { db } from "@/lib/db";
import { transact } from "@/lib/db/transact";
import type { User } from "@/prisma/client/client";
import { addAuthenticator, owingSession, totpCode, twoStepUser, wrongCode } from "@/tests/support/factors";
import { emptyOutbox, outbox } from "@/tests/support/outbox";
import {
  client,
  links,
  newSession,
  other,
  PASSWORD,
  session,
  unverifiedUser,
  verifiedUser,
  withEnv,
} from "@/tests/support/people";

const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.error.code);
const begin = (user: User, proof: Proof, from = client()) =>
  transact(() => beginSession({ userId: user.id, proof, client: from, isNew: true }));
const kinds = async (user: User) => (await outbox(user.email)).map(({ props }) => Reflect.get(props, "change"));

/** A session whose proofs are older than the ten minutes for which they count. */
function stale(principal: Principal): Principal {
  const old = new Date(Date.now() - 11 * 60_000);
  return { ...principal, authenticatedAt: old, twoFactorAt: principal.twoFactorAt && old };
}

/** A user with two-step sign-in, signed in with both factors. */
async function signedInTwice(given: Parameters<typeof twoStepUser>[0] = {}) {
  const made = await twoStepUser(given);
  const proved = await proveByRecoveryCode(
    await owingSession(made.user),
    { code: made.recoveryCodes[9] ?? "" },
    client(),
  );
  const principal = proved.ok ? await findPrincipal(proved.value.session.token) : null;
  if (!principal) throw new Error("Not signed in");
  return { ...made, principal };
}

/** The clock stands still between two steps, so that none begins while a code is on its way. */
function stopInMidStep(): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Math.floor(Date.now() / 30_000) * 30_000 + 15_000 });
}

beforeEach(emptyOutbox);
afterEach(() => void vi.useRealTimers());

describe("a person with an authenticator app", () => {
  test.each(["password", "email-code", "email-link", "provider", "security-key"] as const)(
    "who shows a %s owes the second factor, and their session stands for nobody",
    async (proof) => {
      const { user } = await twoStepUser();
      const begun = await begin(user, proof);
      expect(begun).toMatchObject({ ok: true, value: { owedFactor: "second-factor" } });
      if (!begun.ok) return;
      expect(await findPrincipal(begun.value.token)).toBeNull();
      expect(await listSessions(user.id)).toEqual([]);
      expect(await findOwing(begun.value.token)).toMatchObject({ userId: user.id, proofs: [proof] });
    },
  );

  test("who shows a passkey that verified them owes nothing", async () => {
    const { user } = await twoStepUser();
    expect(await begin(user, "passkey")).toMatchObject({ ok: true, value: { owedFactor: null } });
  });

  test("signs in with password and code: the session gets another token and begins to live", async () => {
    const { user, secret } = await twoStepUser();
    const signedIn = await login({ email: user.email, password: PASSWORD, remember: true }, client(), links);
    if (!signedIn.ok || signedIn.value.status !== "signed-in") throw new Error("The password was refused");
    const { token } = signedIn.value.session;
    const owing = await findOwing(token);
    const proved = owing && (await proveByAuthenticator(owing, { code: totpCode(secret) }, client()));
    if (!proved?.ok) throw new Error("The code was refused");
    expect(await findOwing(token)).toBeNull();
    expect(await findPrincipal(token)).toBeNull();
    const principal = await findPrincipal(proved.value.session.token);
    expect(principal).toMatchObject({ userId: user.id, proofs: ["password", "totp"], twoFactorAt: expect.any(Date) });
    expect((principal?.expires.getTime() ?? 0) - Date.now()).toBeGreaterThan(6 * 24 * 60 * 60_000);
  });

  test("keeps their sessions, however often a thief of the password begins one", async () => {
    const { principal, user } = await signedInTwice();
    for (let n = 0; n < 101; n += 1) await owingSession(user);
    expect(await listSessions(user.id)).toMatchObject([{ id: principal.sessionId }]);
    expect(await db.session.count({ where: { userId: user.id } })).toBe(101);
  });

  test("keeps the session in which they show it, while a thief of the password begins one from each line of a network", async () => {
    const { user } = await signedInTwice();
    const own = await owingSession(user, client("192.0.2.7"));
    for (let n = 0; n < 101; n += 1) await owingSession(user, client(`2001:db8:7:${n.toString(16)}::1`));
    expect(await findOwingById(own.sessionId)).toEqual(own);
    expect(await db.session.count({ where: { userId: user.id, owedFactor: { not: null } } })).toBe(100);
  });

  test("has the shared secret sealed in the database", async () => {
    const { user, secret } = await twoStepUser();
    expect(JSON.stringify(await db.authenticator.findMany({ where: { userId: user.id } }))).not.toContain(secret);
  });
});

describe("a code of the app", () => {
  test.each([-1, 0, 1])("counts %s steps away", async (steps) => {
    stopInMidStep();
    const { user, secret } = await twoStepUser();
    const code = totpCode(secret, steps);
    expect(codeOf(await proveByAuthenticator(await owingSession(user), { code }, client()))).toBe("ok");
  });

  test.each([-3, 3])("does not count %s steps away", async (steps) => {
    const { user, secret } = await twoStepUser();
    const code = totpCode(secret, steps);
    expect(codeOf(await proveByAuthenticator(await owingSession(user), { code }, client()))).toBe(
      "factor_code_invalid",
    );
  });

  test("works once, and none before it works after it", async () => {
    const { user, secret } = await twoStepUser();
    const enter = async (code: string) =>
      codeOf(await proveByAuthenticator(await owingSession(user), { code }, client()));
    expect(await enter(totpCode(secret))).toBe("ok");
    expect(await enter(totpCode(secret))).toBe("factor_code_invalid");
    expect(await enter(totpCode(secret, -1))).toBe("factor_code_invalid");
    expect(await enter(totpCode(secret, 1))).toBe("ok");
  });

  test("opens one session, however many ask with it at once", async () => {
    const { user, secret } = await twoStepUser();
    const code = totpCode(secret);
    const owing = await Promise.all(Array.from({ length: 8 }, () => owingSession(user)));
    const proved = await Promise.all(owing.map((one) => proveByAuthenticator(one, { code }, client())));
    expect(proved.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await listSessions(user.id)).toHaveLength(1);
  });

  test("of another person's app is wrong", async () => {
    const [{ user }, { secret }] = [await twoStepUser(), await twoStepUser()];
    const code = totpCode(secret);
    expect(codeOf(await proveByAuthenticator(await owingSession(user), { code }, client()))).toBe(
      "factor_code_invalid",
    );
  });

  test("cannot be guessed over any number of sessions and addresses; the owner's own device still can sign in", async () => {
    const { user, secret } = await twoStepUser();
    const wrong = wrongCode(secret);
    const tries = [];
    for (let n = 0; n < 11; n += 1)
      tries.push(codeOf(await proveByAuthenticator(await owingSession(user), { code: wrong }, client())));
    expect(tries).toEqual([...Array.from({ length: 10 }, () => "factor_code_invalid"), "too_many_attempts"]);
    const right = { code: totpCode(secret) };
    expect(codeOf(await proveByAuthenticator(await owingSession(user), right, client()))).toBe("too_many_attempts");
    expect((await kinds(user)).filter((kind) => kind === "second-factor-guessed")).toHaveLength(1);
    const known = { ...client(), device: markDevice(null, user) };
    expect(codeOf(await proveByAuthenticator(await owingSession(user), right, known))).toBe("ok");
  });

  test("and recovery codes share one limit", async () => {
    const { user, secret, recoveryCodes } = await twoStepUser();
    for (let n = 0; n < 10; n += 1)
      await proveByAuthenticator(await owingSession(user), { code: wrongCode(secret) }, client());
    const [code = ""] = recoveryCodes;
    expect(codeOf(await proveByRecoveryCode(await owingSession(user), { code }, client()))).toBe("too_many_attempts");
  });
});

describe("a recovery code", () => {
  test("works once, in any case and without its dash, and its owner is told", async () => {
    const { user, recoveryCodes } = await twoStepUser();
    const code = (recoveryCodes[0] ?? "").toLowerCase().replace("-", " ");
    const enter = async () => codeOf(await proveByRecoveryCode(await owingSession(user), { code }, client()));
    expect([await enter(), await enter()]).toEqual(["ok", "recovery_code_invalid"]);
    expect(await kinds(user)).toContain("recovery-code-used");
    expect(await db.recoveryCode.count({ where: { userId: user.id, usedAt: null } })).toBe(9);
  });

  test("opens one session, however many ask with it at once", async () => {
    const { user, recoveryCodes } = await twoStepUser();
    const [code = ""] = recoveryCodes;
    // From the owner's device: its wrong guesses count by themselves, and these are none.
    const from = () => ({ ...client(), device: markDevice(null, user) });
    const owing = [];
    for (let n = 0; n < 50; n += 1) owing.push(await owingSession(user));
    const proved = await Promise.all(owing.map((one) => proveByRecoveryCode(one, { code }, from())));
    expect(proved.filter(({ ok }) => ok)).toHaveLength(1);
  });

  test("of another person is wrong", async () => {
    const [{ user }, { recoveryCodes }] = [await twoStepUser(), await twoStepUser()];
    const [code = ""] = recoveryCodes;
    expect(codeOf(await proveByRecoveryCode(await owingSession(user), { code }, client()))).toBe(
      "recovery_code_invalid",
    );
  });
});

describe("setting up, removing and making new codes", () => {
  test("brings ten recovery codes, and ends what proved too little", async () => {
    const user = await verifiedUser();
    const before = await session(user);
    const { principal } = await session(user);
    const started = await startAuthenticator(principal);
    if (!started.ok) throw new Error("The setup was refused");
    const { id, secret } = started.value;
    expect(await login({ email: user.email, password: PASSWORD }, client(), links)).toMatchObject({
      value: { session: { owedFactor: null } },
    });
    expect(codeOf(await confirmAuthenticator(principal, { id, code: wrongCode(secret) }, client()))).toBe(
      "factor_code_invalid",
    );
    const confirmed = await confirmAuthenticator(principal, { id, code: totpCode(secret) }, client());
    if (!confirmed.ok) throw new Error("The code was refused");
    expect(confirmed.value.recoveryCodes).toHaveLength(10);
    expect(await findPrincipal(before.token)).toBeNull();
    expect(await findPrincipal(confirmed.value.session.token)).toMatchObject({ proofs: ["password", "totp"] });
    expect(await kinds(user)).toContain("authenticator-added");
    // The code that confirmed the app is used up.
    const owing = await owingSession(user);
    expect(codeOf(await proveByAuthenticator(owing, { code: totpCode(secret) }, client()))).toBe("factor_code_invalid");
  });

  test("shows the secret again to the session that began it, and to no other of the person's", async () => {
    const user = await verifiedUser();
    const [{ principal }, { principal: thief }] = [await session(user), await session(user)];
    const started = await startAuthenticator(principal);
    if (!started.ok) throw new Error("The setup was refused");
    expect(await continueAuthenticator(principal, started.value)).toEqual(started.value);
    expect(await continueAuthenticator(thief, started.value)).toBeNull();
    expect(await continueAuthenticator(principal, { ...started.value, key: "" })).toBeNull();
  });

  test("asks for a proof of the last ten minutes", async () => {
    const user = await verifiedUser();
    const { principal } = await session(user);
    const started = await startAuthenticator(principal);
    if (!started.ok) throw new Error("The setup was refused");
    const { id, secret } = started.value;
    const old = stale(principal);
    expect(codeOf(await startAuthenticator(old))).toBe("reauthentication_required");
    expect(codeOf(await confirmAuthenticator(old, { id, code: totpCode(secret) }, client()))).toBe(
      "reauthentication_required",
    );
    expect(codeOf(await removeAuthenticator(old, { id }, client()))).toBe("reauthentication_required");
  });

  test("asks for the second factor where there is one, and a password that is fresh does not do", async () => {
    const { principal, id, user } = await signedInTwice();
    const passwordOnly = { ...principal, twoFactorAt: null, authenticatedAt: new Date() };
    for (const weak of [stale(principal), passwordOnly]) {
      expect(codeOf(await startAuthenticator(weak))).toBe("second_factor_required");
      expect(codeOf(await removeAuthenticator(weak, { id }, client()))).toBe("second_factor_required");
      expect(codeOf(await regenerateRecoveryCodes(weak, client()))).toBe("second_factor_required");
      const change = { currentPassword: PASSWORD, newPassword: other() };
      expect(codeOf(await changePassword(weak, change, client()))).toBe("second_factor_required");
    }
    expect(await db.recoveryCode.count({ where: { userId: user.id } })).toBe(10);
  });

  test("cannot be done in a session that owes the second factor", async () => {
    const { user } = await twoStepUser();
    expect(codeOf(await startAuthenticator(await owingSession(user)))).toBe("second_factor_required");
  });

  test("of another person's app finds nothing", async () => {
    const { principal } = await signedInTwice();
    const { id } = await twoStepUser();
    expect(codeOf(await removeAuthenticator(principal, { id }, client()))).toBe("not_found");
    expect(codeOf(await confirmAuthenticator(principal, { id, code: "123456" }, client()))).toBe("not_found");
  });

  test("new recovery codes end the old ones", async () => {
    const { principal, user, recoveryCodes } = await signedInTwice();
    const made = await regenerateRecoveryCodes(principal, client());
    if (!made.ok) throw new Error("New codes were refused");
    const enter = async (code = "") => codeOf(await proveByRecoveryCode(await owingSession(user), { code }, client()));
    expect(await enter(recoveryCodes[0])).toBe("recovery_code_invalid");
    expect(await enter(made.value[0])).toBe("ok");
    expect(await kinds(user)).toContain("recovery-codes-replaced");
  });

  test("new recovery codes, which mail a notice each, are made twenty times an hour at most", async () => {
    const { principal } = await signedInTwice();
    await db.rateLimit.deleteMany();
    const codes: string[] = [];
    for (let n = 0; n < 21; n++) codes.push(codeOf(await regenerateRecoveryCodes(principal, client())));
    expect(codes).toEqual([...Array(20).fill("ok"), "too_many_attempts"]);
    const passwords = { currentPassword: PASSWORD, newPassword: other() };
    expect(codeOf(await changePassword(principal, passwords, client())), "a password counts with them").toBe(codes[20]);
  });

  test("removing the last app turns two-step sign-in off, and brings no ended session back", async () => {
    const { principal, user, id } = await signedInTwice();
    const { session: elsewhere } = await begin(user, "passkey").then((begun) => {
      if (!begun.ok) throw new Error("Not signed in");
      return { session: begun.value };
    });
    expect(codeOf(await removeAuthenticator(principal, { id }, client()))).toBe("ok");
    expect(await findPrincipal(elsewhere.token)).toBeNull();
    expect(await begin(user, "password")).toMatchObject({ value: { owedFactor: null } });
    expect(await db.recoveryCode.count({ where: { userId: user.id } })).toBe(0);
    expect(await kinds(user)).toContain("authenticator-removed");
  });
});

test("recovery codes outlive the last app of a person who has a passkey, which they stand in for too", async () => {
  const { principal, user, id } = await signedInTwice();
  const key = { credentialId: crypto.randomUUID(), publicKey: new Uint8Array(), counter: 0, aaguid: "", label: "Key" };
  await db.passkey.create({ data: { userId: user.id, ...key } });
  expect(codeOf(await removeAuthenticator(principal, { id }, client()))).toBe("ok");
  expect(await db.recoveryCode.count({ where: { userId: user.id } })).toBe(10);
});

describe("a device that is remembered", () => {
  test("is not asked for its person, and for no other", async () => {
    const [{ user }, { user: bob }] = [await twoStepUser(), await twoStepUser()];
    const { token: remembered } = await rememberDevice(user.id);
    const from = { ...client(), remembered };
    expect(await begin(user, "password", from)).toMatchObject({ value: { owedFactor: null } });
    expect(await begin(bob, "password", from)).toMatchObject({ value: { owedFactor: "second-factor" } });
  });

  test("proves nothing: what is sensitive still asks for the second factor", async () => {
    const { user } = await twoStepUser();
    const { token: remembered } = await rememberDevice(user.id);
    const begun = await begin(user, "password", { ...client(), remembered });
    const principal = begun.ok ? await findPrincipal(begun.value.token) : null;
    if (!principal) throw new Error("Not signed in");
    expect(codeOf(await regenerateRecoveryCodes(principal, client()))).toBe("second_factor_required");
  });

  test("is asked again once the person signs out everywhere or the password changes", async () => {
    const { user, principal } = await signedInTwice();
    const { token: remembered } = await rememberDevice(user.id);
    const change = { currentPassword: PASSWORD, newPassword: other() };
    expect(codeOf(await changePassword(principal, change, client()))).toBe("ok");
    expect(await begin(user, "password", { ...client(), remembered })).toMatchObject({
      value: { owedFactor: "second-factor" },
    });
  });
});

describe("where a second factor is required", () => {
  test.each([
    ["none", "user", null],
    ["admin", "user", null],
    ["admin", "admin", "setup"],
    ["all", "user", "setup"],
  ] as const)("of %s, a %s without one owes %s", async (required, role, owed) => {
    const user = await verifiedUser({ role });
    await withEnv({ AUTH_REQUIRE_SECOND_FACTOR: required }, async () => {
      expect(await begin(user, "password")).toMatchObject({ value: { owedFactor: owed } });
    });
  });

  test("setting it up at the sign-in pays what is owed", async () => {
    const user = await verifiedUser();
    await withEnv({ AUTH_REQUIRE_SECOND_FACTOR: "all" }, async () => {
      const owing = await owingSession(user);
      const started = await startAuthenticator(owing);
      if (!started.ok) throw new Error("The setup was refused");
      const { id, secret } = started.value;
      const confirmed = await confirmAuthenticator(owing, { id, code: totpCode(secret) }, client());
      if (!confirmed.ok) throw new Error("The code was refused");
      expect(await findPrincipal(confirmed.value.session.token)).toMatchObject({ userId: user.id });
    });
  });

  test.each([
    ["all", "user", "last_factor"],
    ["admin", "admin", "last_factor"],
    ["admin", "user", "ok"],
  ] as const)("of %s, removing the only app of a %s is answered %s", async (required, role, answer) => {
    const { principal, id } = await signedInTwice({ role });
    await withEnv({ AUTH_REQUIRE_SECOND_FACTOR: required }, async () => {
      expect(codeOf(await removeAuthenticator(principal, { id }, client()))).toBe(answer);
    });
  });

  test("of two apps one stays, with the recovery codes, also when both are taken at once", async () => {
    const { principal, user, id } = await signedInTwice();
    const second = await insertAuthenticator({ userId: user.id, label: "Tablet", secret: "JBSWY3DPEHPK3PXP" });
    await confirmStored(second.id);
    await withEnv({ AUTH_REQUIRE_SECOND_FACTOR: "all" }, async () => {
      const both = [id, second.id].map((one) => removeAuthenticator(principal, { id: one }, client()));
      expect((await Promise.all(both)).map(codeOf).sort()).toEqual(["last_factor", "ok"]);
      expect(await begin(user, "password")).toMatchObject({ value: { owedFactor: "second-factor" } });
      expect(await db.recoveryCode.count({ where: { userId: user.id } })).toBe(10);
      expect((await kinds(user)).filter((kind) => kind === "authenticator-removed")).toHaveLength(1);
    });
  });
});

test("showing again by password who one is makes no second factor fresh that the session proved long ago", async () => {
  const user = await verifiedUser();
  const { token, sessionId } = await newSession(user);
  const old = new Date(Date.now() - 11 * 60_000);
  await db.session.update({
    where: { id: sessionId },
    data: { proofs: "passkey", twoFactorAt: old, authenticatedAt: old },
  });
  const principal = await findPrincipal(token);
  const proved = principal && (await proveByPassword(principal, { currentPassword: PASSWORD }, client()));
  if (!proved?.ok) throw new Error("The password was refused");
  const now = await findPrincipal(proved.value.token);
  expect(now?.twoFactorAt).toEqual(old);
  expect(now?.authenticatedAt.getTime()).toBeGreaterThan(old.getTime());
});

test("the owner of a mailbox gets no factor that a stranger set up before", async () => {
  const squatted = await unverifiedUser();
  await addAuthenticator(squatted);
  await transact(() => claimAccount(squatted.id));
  expect(await begin(squatted, "email-code")).toMatchObject({ value: { owedFactor: null } });
  expect(await db.recoveryCode.count({ where: { userId: squatted.id } })).toBe(0);
});
