import bcrypt from "bcrypt";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { confirmCode, confirmLink, resendCode } from "@/lib/auth/confirm-email";
import { login } from "@/lib/auth/login";
import { LIMITS } from "@/lib/auth/model/limits";
import { sourceOf } from "@/lib/auth/model/network";
import { type RegisterOutcome, register } from "@/lib/auth/register";
import { countSource } from "@/lib/auth/steps/count-source";
import { standing } from "@/lib/auth/store/rate-limits";
import { db } from "@/lib/db";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import {
  client,
  links,
  other,
  PASSWORD,
  storedHash,
  unverifiedUser,
  verifiedUser,
  withEnv,
} from "@/tests/support/people";

type More = { password?: string; name?: string; pendingId?: string };
const signUp = (email: string, { name, ...more }: More = {}, from = client()) =>
  register({ email, password: PASSWORD, profile: { name }, ...more }, from, links);

async function pending(email: string, more: More = {}, from = client()): Promise<string> {
  const result = await signUp(email, more, from);
  if (!result.ok || result.value.status !== "pending") throw new Error("not pending");
  return result.value.verificationId;
}

/** The answer without what is random in it. */
const shape = (result: Awaited<ReturnType<typeof register>>) =>
  JSON.stringify(result, (key, value) => (key === "verificationId" ? typeof value : value));

beforeEach(emptyOutbox);
afterEach(() => {
  vi.restoreAllMocks();
});

describe("a registration", () => {
  test("makes no user until the mailbox is proved, then one with that attempt's name and password", async () => {
    const email = "new@example.com";
    const verificationId = await pending(email, { name: "New Person" });
    expect(await db.user.count({ where: { email } })).toBe(0);
    const { code = "" } = await newestMail(email);
    const confirmed = await confirmCode({ verificationId, code }, client());
    expect(confirmed).toMatchObject({ ok: true, value: { user: { email, name: "New Person", role: "user" } } });
    expect(await login({ email, password: PASSWORD, remember: false }, client(), links)).toMatchObject({ ok: true });
  });

  test("of a new, a taken and an unproved address gets one answer after the same work", async () => {
    const [alice, ursula] = [await verifiedUser({ name: "Alice" }), await unverifiedUser()];
    const before = [alice, await storedHash(alice.id)];
    const [hash, compare] = [vi.spyOn(bcrypt, "hash"), vi.spyOn(bcrypt, "compare")];
    const shapes = [];
    for (const email of ["fresh@example.com", alice.email, ursula.email]) {
      hash.mockClear();
      shapes.push(shape(await signUp(email, { password: other(1), name: "Mallory" })));
      expect([hash.mock.calls.length, compare.mock.calls.length]).toEqual([1, 0]);
    }
    expect(new Set(shapes).size).toBe(1);
    const after = await db.user.findUniqueOrThrow({ where: { id: alice.id } });
    expect([after, await storedHash(alice.id)]).toEqual(before);
  });

  test("of a free and of a taken address refuses a wrong code in the same words, also after another was asked for", async () => {
    const alice = await verifiedUser();
    const seen = [];
    for (const email of ["free-or-taken@example.com", alice.email]) {
      const verificationId = await pending(email);
      const { codeHash } = await db.verification.findUniqueOrThrow({ where: { id: verificationId } });
      const first = await confirmCode({ verificationId, code: "000000" }, client());
      await db.rateLimit.deleteMany();
      const resent = await resendCode(verificationId, client(), links);
      const second = await confirmCode({ verificationId, code: "000000" }, client());
      seen.push(JSON.stringify([codeHash === null, first, resent, second]));
    }
    expect(seen[1]).toBe(seen[0]);
    expect(seen[0]).toContain("code_invalid");
  });

  test("of a taken address can be completed by nothing, and tells the owner once an hour", async () => {
    const alice = await verifiedUser();
    for (let n = 0; n < 5; n++) {
      await signUp(alice.email, { name: "Claim your prize" });
      await db.rateLimit.deleteMany({ where: { key: { startsWith: "mail:" } } });
    }
    const [notice, ...more] = await outbox(alice.email);
    expect(more).toEqual([]);
    expect(notice).toMatchObject({ subject: "You already have an account" });
    expect(notice?.props).toEqual({});
  });

  test("of an address that an unproved user has takes that user over clean", async () => {
    const ursula = await unverifiedUser({ name: "Squatter" });
    await db.session.create({
      data: {
        userId: ursula.id,
        tokenHash: "x",
        idleSeconds: 9,
        expires: new Date(9e12),
        absoluteExpires: new Date(9e12),
      },
    });
    await db.verification.create({ data: { userId: ursula.id, purpose: "change-email", expires: new Date(9e12) } });
    const verificationId = await pending(ursula.email, { password: other(2), name: "Ursula" });
    const { code = "" } = await newestMail(ursula.email);
    await confirmCode({ verificationId, code }, client());
    expect(await db.user.findMany({ where: { email: ursula.email } })).toMatchObject([
      { id: ursula.id, name: "Ursula" },
    ]);
    expect(await db.session.count({ where: { userId: ursula.id, tokenHash: "x" } })).toBe(0);
    expect(await db.verification.count({ where: { userId: ursula.id } })).toBe(0);
    for (const [password, ok] of [
      [PASSWORD, false],
      [other(2), true],
    ] as const)
      expect(await login({ email: ursula.email, password, remember: false }, client(), links)).toMatchObject({ ok });
  });

  test("gives whoever proves the mailbox their own password, never a stranger's", async () => {
    const email = "victim@example.com";
    await pending(email, { password: other(3) });
    const strangers = await newestMail(email);
    await db.rateLimit.deleteMany();
    const verificationId = await pending(email);
    const own = await newestMail(email);
    expect(await confirmCode({ verificationId, code: strangers.code ?? "" }, client())).toMatchObject({ ok: false });
    const inOwnBrowser = { token: strangers.token, verificationId };
    expect(await confirmLink(inOwnBrowser, client())).toMatchObject({ error: { code: "wrong_password" } });
    expect(await confirmCode({ verificationId, code: own.code ?? "" }, client())).toMatchObject({ ok: true });
    const stranger = await login({ email, password: other(3), remember: false }, client(), links);
    expect(stranger).not.toMatchObject({ value: { status: "signed-in" } });
    const late = { token: strangers.token, verificationId: null, password: other(3) };
    expect(await confirmLink(late, client())).toMatchObject({ error: { code: "token_invalid" } });
  });

  test("sent twice by one browser keeps the mailed code, with the newer name and password", async () => {
    const email = "twice@example.com";
    const from = client();
    const pendingId = await pending(email, { name: "Frist" }, from);
    expect(await pending(email, { name: "First", password: other(4), pendingId }, from)).toBe(pendingId);
    const [mail, ...more] = await outbox(email);
    expect(more).toEqual([]);
    const done = await confirmCode({ verificationId: pendingId, code: mail?.code ?? "" }, client());
    expect(done).toMatchObject({ ok: true, value: { user: { name: "First" } } });
    expect(await login({ email, password: other(4), remember: false }, client(), links)).toMatchObject({ ok: true });
  });

  test("cannot take over the code of another address", async () => {
    const pendingId = await pending("mallory@example.com");
    await db.rateLimit.deleteMany();
    await pending("target@example.com");
    expect(await pending("target@example.com", { pendingId })).not.toBe(pendingId);
  });
});

describe("a registration is refused", () => {
  test("with more than ten an hour from one source", async () => {
    const from = client();
    const codes = [];
    for (let n = 0; n < 12; n++) codes.push(await signUp(`third-${n}@example.com`, {}, from));
    expect(codes.map(({ ok }) => ok)).toEqual([...Array(10).fill(true), false, false]);
    expect(codes[11]).toMatchObject({ error: { code: "too_many_attempts", retryAfter: expect.any(Number) } });
  });

  const line = (company: number, home: number, n: number) =>
    client(`2001:db8:${company}:${(256 * home + n).toString(16)}::1`);
  const refused = { error: { code: "too_many_attempts" } };
  const countHome = async (company: number, home: number) => {
    for (let n = 0; n < 40; n++)
      expect(await countSource(LIMITS.registerPerSource, line(company, home, n))).toEqual({
        ok: true,
        value: undefined,
      });
  };

  test("with more than forty an hour from one /56 network of IPv6, which locks none of its neighbours out", async () => {
    await countHome(7, 0);
    expect(await signUp("fifth@example.com", {}, line(7, 0, 40))).toMatchObject(refused);
    expect(await standing(LIMITS.registerPerSource, sourceOf(line(7, 0, 40)))).toMatchObject({ remaining: 10 });
    expect((await signUp("neighbour@example.com", {}, line(7, 1, 0))).ok).toBe(true);
  });

  test("with more than 160 an hour from one /48 network of IPv6", async () => {
    for (const home of [0, 1, 2, 3]) await countHome(8, home);
    expect(await signUp("sixth@example.com", {}, line(8, 4, 0))).toMatchObject(refused);
    expect(await standing(LIMITS.registerPerSource, sourceOf(line(8, 4, 0)))).toMatchObject({ remaining: 10 });
    expect((await signUp("other@example.com", {}, line(9, 0, 0))).ok).toBe(true);
  });

  test("where sign-up is closed", async () => {
    const result = await withEnv({ AUTH_ALLOW_SIGNUP: false }, () => signUp("late@example.com"));
    expect(result).toMatchObject({ error: { code: "signup_disabled" } });
  });

  test.each([
    ["short", "seven-7", /at least 8/],
    ["long", "x9-".repeat(100), /at most 256/],
    ["common", "qwertyuiopasdfgh", /try first/],
    ["the address", "mina.harker@example.com", /your email/],
  ])("with a password that is %s, in words, and nothing is mailed", async (_, password, words) => {
    const hash = vi.spyOn(bcrypt, "hash");
    const result = await signUp("mina.harker@example.com", { password });
    expect(result).toMatchObject({
      error: { code: "invalid_input", fields: { password: expect.stringMatching(words) } },
    });
    expect(hash).not.toHaveBeenCalled();
    expect(await outbox("mina.harker@example.com")).toEqual([]);
  });
});

describe("where no proof is asked for", () => {
  const at = <T>(work: () => Promise<T>) => withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: false }, work);

  test("a new address is signed in at once, and a taken one is told so", async () => {
    const first = await at(() => signUp("open@example.com"));
    expect(first).toMatchObject({ ok: true, value: { status: "signed-in", user: { emailVerified: null } } });
    const second = await at(() => signUp("open@example.com"));
    expect(second).toMatchObject({
      error: { code: "user_exists", message: "There is already an account with this email. Sign in instead." },
    });
  });

  test("fifty at once make one user", async () => {
    const results = await at(() => Promise.all(Array.from({ length: 50 }, () => signUp("race@example.com"))));
    const signedIn = (result: (typeof results)[number]) => result.ok && (result.value as RegisterOutcome).status;
    expect(results.filter((result) => signedIn(result) === "signed-in")).toHaveLength(1);
    expect(results.filter((result) => !result.ok && result.error.code === "user_exists")).toHaveLength(49);
    expect(await db.user.count({ where: { email: "race@example.com" } })).toBe(1);
  });
});

test("two people with one password have different salts, and it is stored nowhere readable", async () => {
  const password = other(5);
  const [alice, bob] = [await verifiedUser({ password }), await verifiedUser({ password })];
  const [a, b] = [await storedHash(alice.id), await storedHash(bob.id)];
  expect(a).toMatch(/^hs384:\$2b\$/);
  expect(a).not.toBe(b);
  await signUp("stored@example.com", { password });
  const tables = [db.user, db.credential, db.session, db.verification, db.rateLimit] as unknown as {
    findMany(): unknown;
  }[];
  const dump = await Promise.all(tables.map((table) => table.findMany()));
  const text = JSON.stringify(dump, (_, value) => (typeof value === "bigint" ? String(value) : value));
  expect(text).toContain("stored@example.com");
  for (const form of [password, Buffer.from(password).toString("base64"), Buffer.from(password).toString("hex")])
    expect(text).not.toContain(form);
});
