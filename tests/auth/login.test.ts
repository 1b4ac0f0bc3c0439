import bcrypt from "bcrypt";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { login } from "@/lib/auth/login";
import { markDevice } from "@/lib/auth/model/devices";
import { hashPassword, withHasher } from "@/lib/auth/model/password-hash";
import { register } from "@/lib/auth/register";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { events } from "@/tests/support/events";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import {
  client,
  disabledUser,
  links,
  other,
  PASSWORD,
  providerUser,
  storedHash,
  unverifiedUser,
  verifiedUser,
  withEnv,
} from "@/tests/support/people";

/** Signs in with the test password, or the one given. */
const signIn = (email: string, password = PASSWORD, from = client(), remember = false) =>
  login({ email, password, remember }, from, links);

beforeEach(emptyOutbox);
afterEach(() => {
  vi.restoreAllMocks();
});

describe("the right password", () => {
  test("starts a session whose token the database does not hold", async () => {
    const alice = await verifiedUser();
    const result = await signIn(alice.email);
    if (!result.ok || result.value.status !== "signed-in") throw new Error("not signed in");
    const { token, sessionId } = result.value.session;
    expect(await findPrincipal(token)).toMatchObject({ userId: alice.id, email: alice.email, roles: ["user"] });
    const row = await db.session.findUniqueOrThrow({ where: { id: sessionId } });
    expect(JSON.stringify(row)).not.toContain(token);
    expect(await findPrincipal(row.tokenHash)).toBeNull();
    await db.session.delete({ where: { id: sessionId } });
    expect(await findPrincipal(token)).toBeNull();
  });

  test.each([
    { remember: true, idleDays: 7 },
    { remember: false, idleDays: 1 },
  ])("keeps the session idle for $idleDays days when remember is $remember", async ({ remember, idleDays }) => {
    const alice = await verifiedUser();
    const before = Date.now();
    await signIn(alice.email, PASSWORD, client(), remember);
    const row = await db.session.findFirstOrThrow({ where: { userId: alice.id } });
    expect((row.expires.getTime() - before) / 86_400_000).toBeCloseTo(idleDays, 2);
    expect((row.absoluteExpires.getTime() - before) / 86_400_000).toBeCloseTo(30, 2);
  });

  test("from a new device is told to the owner, from a known one it is not", async () => {
    const alice = await verifiedUser();
    await signIn(alice.email);
    expect(await outbox()).toMatchObject([{ to: alice.email, subject: "New sign-in to your account" }]);
    await signIn(alice.email, PASSWORD, { ...client(), device: markDevice(null, alice) });
    await signIn(alice.email, PASSWORD, {
      ...client(),
      device: markDevice(null, { id: "somebody-else", deviceEra: 0 }),
    });
    expect(await outbox()).toHaveLength(2);
  });

  test("from ever new devices is told twenty times an hour, and always noted", async () => {
    const alice = await verifiedUser();
    for (let n = 0; n < 25; n++) await signIn(alice.email);
    expect(await outbox(alice.email)).toHaveLength(20);
    expect(await db.securityEvent.count({ where: { userId: alice.id, type: "sign_in.succeeded" } })).toBe(25);
  });

  test("of a disabled user opens nothing, and only then is the reason named", async () => {
    const blocked = await disabledUser();
    expect(await signIn(blocked.email)).toMatchObject({ ok: false, error: { code: "user_disabled" } });
    expect(await signIn(blocked.email, "wrong")).toMatchObject({ ok: false, error: { code: "invalid_credentials" } });
    expect(await db.session.count({ where: { userId: blocked.id } })).toBe(0);
  });

  test("is no longer right when it was replaced while it was being checked", async () => {
    const alice = await verifiedUser();
    const real = bcrypt.compare;
    vi.spyOn(bcrypt, "compare").mockImplementationOnce(async (...pair: Parameters<typeof real>) => {
      const matches = await real(...pair);
      await db.credential.update({ where: { userId: alice.id }, data: { changedAt: new Date(Date.now() + 1) } });
      return matches;
    });
    expect(await signIn(alice.email)).toMatchObject({ ok: false, error: { code: "invalid_credentials" } });
    expect(await db.session.count({ where: { userId: alice.id } })).toBe(0);
  });

  test("leaves one event, and no event or mail holds the password or a token", async () => {
    const alice = await verifiedUser();
    const result = await signIn(alice.email);
    if (!result.ok || result.value.status !== "signed-in") throw new Error("not signed in");
    const of = events().filter(({ userId }) => userId === alice.id);
    expect(of.map(({ event }) => event)).toEqual(["sign_in.succeeded"]);
    const written = JSON.stringify([events(), await outbox()]);
    for (const secret of [PASSWORD, result.value.session.token]) expect(written).not.toContain(secret);
    expect(JSON.stringify(events())).not.toContain(alice.email);
  });
});

describe("a password that is not right", () => {
  test("gets one answer, whether the address is known, unknown or without a password", async () => {
    const [alice, olga] = [await verifiedUser(), await providerUser()];
    const answers = [];
    for (const email of [alice.email, "ghost@nowhere.test", olga.email]) answers.push(await signIn(email, "wrong-1"));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toEqual({
      ok: false,
      error: { code: "invalid_credentials", message: "Invalid email or password." },
    });
  });

  test("costs one comparison at the configured cost for each of them", async () => {
    const [alice, olga] = [await verifiedUser(), await providerUser()];
    await signIn("ghost@nowhere.test", "warm-up");
    const compare = vi.spyOn(bcrypt, "compare");
    const hash = vi.spyOn(bcrypt, "hash");
    for (const email of [alice.email, "ghost@nowhere.test", olga.email]) {
      compare.mockClear();
      await signIn(email, "wrong-1");
      expect(compare).toHaveBeenCalledOnce();
      expect(bcrypt.getRounds(compare.mock.calls[0]?.[1] as string)).toBe(4);
    }
    expect(hash).not.toHaveBeenCalled();
  });
});

describe("a user whose address is not proved", () => {
  const ursula = () => unverifiedUser();

  test("hears nothing of it with a wrong password, and gets no mail", async () => {
    const { email } = await ursula();
    expect(await signIn(email, "wrong-1")).toMatchObject({ error: { code: "invalid_credentials" } });
    expect(await outbox()).toEqual([]);
  });

  test("gets one mail a minute with the right one, and no session", async () => {
    const { id, email } = await ursula();
    const from = client();
    const again = () => login({ email, password: PASSWORD }, from, links);
    expect(await again()).toMatchObject({ ok: true, value: { status: "unverified" } });
    expect(await again()).toMatchObject({ ok: true, value: { status: "unverified" } });
    expect(await outbox(email)).toHaveLength(1);
    expect((await newestMail(email)).code).toMatch(/^\d{6}$/);
    expect(await db.session.count({ where: { userId: id } })).toBe(0);
  });

  test("who signs in again in the same browser waits for the code that was mailed", async () => {
    const { email } = await ursula();
    const first = await login({ email, password: PASSWORD, remember: false }, client(), links);
    if (!first.ok || first.value.status !== "unverified") throw new Error("not asked for proof");
    const { verificationId: pendingId } = first.value;
    const again = await login({ email, password: PASSWORD, remember: false, pendingId }, client(), links);
    expect(again).toEqual(first);
  });

  test("signs in where no proof is asked for", async () => {
    const { email } = await ursula();
    const result = await withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: false }, () => signIn(email));
    expect(result).toMatchObject({ ok: true, value: { status: "signed-in" } });
  });
});

describe("a person whose registration waits for its proof", () => {
  test("is told so with its password, though strangers registered the address since", async () => {
    const [email, owner] = ["waits@example.com", client()];
    const registered = await register({ email, password: PASSWORD }, owner, links);
    if (!registered.ok || registered.value.status !== "pending") throw new Error("not asked for proof");
    for (let n = 0; n < 4; n++) await register({ email, password: other(n) }, client(), links);
    const { verificationId } = registered.value;
    const waits = { ok: true, value: { status: "unverified", verificationId } };
    expect(await login({ email, password: PASSWORD }, owner, links)).toEqual(waits);
    expect(await login({ email, password: PASSWORD, pendingId: verificationId }, client(), links)).toEqual(waits);
    expect(await login({ email, password: PASSWORD }, client(), links)).toMatchObject({ ok: false });
  });
});

describe("a stored hash", () => {
  test.each([
    { from: "another cost", make: () => withEnv({ BCRYPT_COST: 5 }, () => hashPassword(PASSWORD)) },
    { from: "plain bcrypt", make: () => bcrypt.hash(PASSWORD, 4) },
    { from: "PHP", make: async () => (await bcrypt.hash(PASSWORD, 4)).replace("$2b$", "$2y$") },
  ])("of $from verifies and is upgraded, also under ten sign-ins at once", async ({ make }) => {
    const alice = await verifiedUser();
    await db.credential.update({ where: { userId: alice.id }, data: { passwordHash: await make() } });
    const results = await Promise.all(Array.from({ length: 10 }, () => signIn(alice.email)));
    expect(results.filter(({ ok }) => ok)).toHaveLength(10);
    const hash = (await storedHash(alice.id)) ?? "";
    expect(hash).toMatch(/^hs384:\$2b\$04\$/);
    expect(await signIn(alice.email)).toMatchObject({ ok: true });
  });

  test("of another kind matches nothing, and that is no error", async () => {
    const alice = await verifiedUser();
    for (const passwordHash of ["$2b$garbage", "$argon2id$v=19$x", "", "hs384:", "hs384:x"]) {
      await db.credential.update({ where: { userId: alice.id }, data: { passwordHash } });
      expect(await signIn(alice.email, PASSWORD, client())).toMatchObject({ error: { code: "invalid_credentials" } });
    }
  });
});

test("a sign-in with another hasher in use leaves a hash that every surface accepts as it is", async () => {
  const alice = await verifiedUser();
  const dearer = await withEnv({ BCRYPT_COST: 5 }, () => hashPassword(PASSWORD));
  await db.credential.update({ where: { userId: alice.id }, data: { passwordHash: dearer } });
  const hasher = { hash: async (password: string) => ({ password }), verify: async () => false };
  const enter = () => login({ email: alice.email, password: PASSWORD }, client(), links);
  expect(await withHasher(hasher, enter)).toMatchObject({ ok: true, value: { status: "signed-in" } });
  expect(await storedHash(alice.id)).toBe(dearer);
  expect(await enter()).toMatchObject({ ok: true, value: { status: "signed-in" } });
});
