import { beforeEach, describe, expect, test } from "vitest";
import { confirmCode, confirmLink, resendCode } from "@/lib/auth/confirm-email";
import { login } from "@/lib/auth/login";
import { hashPassword } from "@/lib/auth/model/password-hash";
import { register } from "@/lib/auth/register";
import { issueVerification } from "@/lib/auth/store/verifications";
import { db } from "@/lib/db";
import { events } from "@/tests/support/events";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import { client, links, PASSWORD, unverifiedUser, verifiedUser } from "@/tests/support/people";

let serial = 0;
/** A registration under way, with what was mailed. */
async function underWay(to?: string) {
  const email = `person-${serial++}@example.com`;
  const from = client();
  const result = await register({ email, password: PASSWORD, profile: { name: "Person" }, to }, from, links);
  if (!result.ok || result.value.status !== "pending") throw new Error("not pending");
  const { code = "", token } = await newestMail(email);
  return { email, verificationId: result.value.verificationId, code, token, from };
}

const MINUTE_MS = 60_000;
/** Moves a proof's birth and end into the past. */
async function age(id: string, minutes: number): Promise<void> {
  const row = await db.verification.findUniqueOrThrow({ where: { id } });
  const earlier = (date: Date) => new Date(date.getTime() - minutes * MINUTE_MS);
  await db.verification.update({
    where: { id },
    data: { createdAt: earlier(row.createdAt), expires: earlier(row.expires) },
  });
}

const another = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

beforeEach(emptyOutbox);

describe("the code", () => {
  test("makes the user, signs in and remembers where to go; a second time it is spent", async () => {
    const { email, verificationId, code } = await underWay("/account");
    const done = await confirmCode({ verificationId, code }, client());
    expect(done).toMatchObject({ ok: true, value: { user: { email, name: "Person" }, to: "/account" } });
    expect(await confirmCode({ verificationId, code }, client())).toMatchObject({ error: { code: "code_expired" } });
    expect(await db.session.count({ where: { user: { email } } })).toBe(1);
  });

  test("can be mistyped four times; the fifth try is the last", async () => {
    const { verificationId, code } = await underWay();
    for (let n = 0; n < 4; n++)
      expect(await confirmCode({ verificationId, code: another(code) }, client())).toMatchObject({
        error: { code: "code_invalid", fields: { code: expect.any(String) } },
      });
    await confirmCode({ verificationId, code: another(code) }, client());
    expect(await confirmCode({ verificationId, code }, client())).toMatchObject({ error: { code: "code_expired" } });
  });

  test("lives for ten minutes, and then says so; its link lives on", async () => {
    const { verificationId, code, token } = await underWay();
    await age(verificationId, 10.1);
    expect(await confirmCode({ verificationId, code }, client())).toMatchObject({ error: { code: "code_expired" } });
    expect(await confirmLink({ token, verificationId }, client())).toMatchObject({ ok: true });
    const second = await underWay();
    await age(second.verificationId, 9.9);
    expect(await confirmCode(second, client())).toMatchObject({ ok: true });
  });

  test("of one attempt is nothing to another", async () => {
    const [one, two] = [await underWay(), await underWay()];
    const mixed = { verificationId: one.verificationId, code: one.code === two.code ? another(two.code) : two.code };
    expect(await confirmCode(mixed, client())).toMatchObject({ error: { code: "code_invalid" } });
  });

  test("guessed from one source is refused after twenty misses a minute", async () => {
    const from = client();
    const codes = [];
    for (let n = 0; n < 6; n++) {
      const { verificationId, code } = await underWay();
      for (let k = 0; k < 4; k++) codes.push(await confirmCode({ verificationId, code: another(code) }, from));
    }
    const limited = codes.map((result) => !result.ok && result.error.code === "too_many_attempts");
    expect(limited.indexOf(true)).toBe(20);
  });
});

describe("the link", () => {
  test("confirms by its button in the browser that started", async () => {
    const { token, verificationId, email } = await underWay();
    expect(await confirmLink({ token, verificationId }, client())).toMatchObject({
      ok: true,
      value: { user: { email } },
    });
    expect(await confirmLink({ token, verificationId }, client())).toMatchObject({ error: { code: "token_invalid" } });
  });

  test("in another browser asks for the password chosen, five times at most", async () => {
    const { token, email } = await underWay();
    const here = { token, verificationId: null };
    expect(await confirmLink(here, client())).toMatchObject({ error: { code: "wrong_password" } });
    expect(await db.user.count({ where: { email } })).toBe(0);
    expect(await confirmLink({ ...here, password: PASSWORD }, client())).toMatchObject({ ok: true });
    const second = { token: (await underWay()).token, verificationId: null };
    for (let n = 0; n < 5; n++) await confirmLink({ ...second, password: "wrong" }, client());
    const late = await confirmLink({ ...second, password: PASSWORD }, client());
    expect(late).toMatchObject({ error: { code: "token_invalid" } });
  });

  test("lives for a day", async () => {
    const [one, two] = [await underWay(), await underWay()];
    await age(one.verificationId, 24 * 60 - 0.1);
    expect(await confirmLink(one, client())).toMatchObject({ ok: true });
    await age(two.verificationId, 24 * 60);
    expect(await confirmLink(two, client())).toMatchObject({ error: { code: "token_invalid" } });
  });

  test("pressed twenty times at once confirms once, with one event and no mail", async () => {
    const { token, verificationId, email } = await underWay();
    await emptyOutbox();
    const from = client();
    const results = await Promise.all(Array.from({ length: 20 }, () => confirmLink({ token, verificationId }, from)));
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.flatMap((result) => (result.ok ? [] : [result.error.code]))).toEqual(
      Array(19).fill("token_invalid"),
    );
    const { id } = await db.user.findUniqueOrThrow({ where: { email } });
    expect(events("email.verified").filter(({ userId }) => userId === id)).toHaveLength(1);
    expect(await outbox()).toEqual([]);
  });

  test("and row ids, hashes and links of other kinds confirm nothing", async () => {
    const { verificationId } = await underWay();
    const { tokenHash } = await db.verification.findUniqueOrThrow({ where: { id: verificationId } });
    const alice = await verifiedUser();
    const reset = await issueVerification({ purpose: "reset", userId: alice.id, email: alice.email });
    for (const token of [tokenHash ?? "", verificationId, reset.token])
      expect(await confirmLink({ token, verificationId }, client())).toMatchObject({
        error: { code: "token_invalid" },
      });
  });
});

describe("another code", () => {
  test("replaces the one before, at most once a minute", async () => {
    const first = await underWay();
    expect(await resendCode(first.verificationId, first.from, links)).toMatchObject({
      error: { code: "too_many_attempts" },
    });
    await db.rateLimit.deleteMany();
    expect(await resendCode(first.verificationId, first.from, links)).toEqual({ ok: true, value: undefined });
    const second = await newestMail(first.email);
    expect(second.token).not.toBe(first.token);
    expect(await confirmLink(first, client())).toMatchObject({ error: { code: "token_invalid" } });
    const { verificationId } = first;
    expect(await confirmCode({ verificationId, code: second.code ?? "" }, client())).toMatchObject({ ok: true });
  });

  test("gets the same answer where the address is taken, but no mail", async () => {
    const alice = await verifiedUser();
    const result = await register({ email: alice.email, password: PASSWORD }, client(), links);
    if (!result.ok || result.value.status !== "pending") throw new Error("not pending");
    await db.rateLimit.deleteMany();
    await emptyOutbox();
    expect(await resendCode(result.value.verificationId, client(), links)).toEqual({ ok: true, value: undefined });
    expect(await outbox()).toEqual([]);
  });

  test("is refused for what is spent or never was", async () => {
    for (const id of [crypto.randomUUID(), "", "x'--"])
      expect(await resendCode(id, client(), links)).toMatchObject({ error: { code: "code_expired" } });
  });
});

test("fifty attempts for one address, all proved at once, make one user", async () => {
  const email = "crowd@example.com";
  const payload = { passwordHash: await hashPassword(PASSWORD), to: null, taken: false };
  const attempts = await Promise.all(
    Array.from({ length: 50 }, () => issueVerification({ purpose: "register", email, payload, withCode: true })),
  );
  const results = await Promise.all(
    attempts.map(({ id, code }) => confirmCode({ verificationId: id, code: code ?? "" }, client())),
  );
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  expect(await db.user.count({ where: { email } })).toBe(1);
  expect(await db.session.count({ where: { user: { email } } })).toBe(1);
});

test("a user who exists proves the address with the code that the sign-in mailed", async () => {
  const ursula = await unverifiedUser();
  const result = await login({ email: ursula.email, password: PASSWORD, remember: false }, client(), links);
  if (!result.ok || result.value.status !== "unverified") throw new Error("not asked for proof");
  const { code = "" } = await newestMail(ursula.email);
  const done = await confirmCode({ verificationId: result.value.verificationId, code }, client());
  expect(done).toMatchObject({ ok: true, value: { user: { id: ursula.id } } });
  expect((await db.user.findUniqueOrThrow({ where: { id: ursula.id } })).emailVerified).not.toBeNull();
});
