import { beforeEach, describe, expect, test } from "vitest";
import { changePassword } from "@/lib/auth/change-password";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { login } from "@/lib/auth/login";
import { markDevice } from "@/lib/auth/model/devices";
import type { Result } from "@/lib/auth/model/errors";
import { resetPassword } from "@/lib/auth/reset-password";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { issueVerification } from "@/lib/auth/store/verifications";
import { db } from "@/lib/db";
import type { User } from "@/prisma/client/client";
import { events } from "@/tests/support/events";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import {
  client,
  links,
  other,
  PASSWORD,
  session,
  storedHash,
  unverifiedUser,
  verifiedUser,
} from "@/tests/support/people";

const forgot = (email: string, from = client()) => forgotPassword({ email }, from, links);
const reset = (token: string, newPassword = other(1), from = client()) => resetPassword({ token, newPassword }, from);
const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.error.code);
const signsIn = async (user: User, password: string) =>
  codeOf(await login({ email: user.email, password, remember: false }, client(), links)) === "ok";

/** The token of a link just mailed. */
async function mailedToken(user: User): Promise<string> {
  await db.rateLimit.deleteMany();
  await forgot(user.email);
  return (await newestMail(user.email, /Reset/)).token;
}

beforeEach(emptyOutbox);

describe("a link", () => {
  test("sets the password, ends all sessions, signs nobody in and tells the owner", async () => {
    const alice = await verifiedUser();
    const [one, two] = [await session(alice), await session(alice)];
    const token = await mailedToken(alice);
    await emptyOutbox();
    expect(await reset(token)).toEqual({
      ok: true,
      value: { userId: alice.id, session: null, deviceEra: null },
    });
    expect([await findPrincipal(one.token), await findPrincipal(two.token)]).toEqual([null, null]);
    expect(await db.session.count({ where: { userId: alice.id } })).toBe(0);
    expect([await signsIn(alice, PASSWORD), await signsIn(alice, other(1))]).toEqual([false, true]);
    const [notice] = await outbox(alice.email);
    expect(notice).toMatchObject({ subject: "Your password was changed" });
    expect(JSON.stringify([notice?.props, events()])).not.toMatch(new RegExp(`${token}|${other(1)}`));
  });

  test("makes devices strangers that were known: their next sign-in is told, and they guess like any stranger", async () => {
    const alice = await verifiedUser();
    const thief = { ...client(), device: markDevice(null, alice) };
    expect(await reset(await mailedToken(alice))).toMatchObject({ ok: true });
    await emptyOutbox();
    const enter = (device: string) => login({ email: alice.email, password: other(1) }, { ...client(), device }, links);
    await enter(thief.device);
    expect(await outbox(alice.email)).toMatchObject([{ subject: "New sign-in to your account" }]);
    await enter(markDevice(thief.device, await db.user.findUniqueOrThrow({ where: { id: alice.id } })));
    expect(await outbox(alice.email)).toHaveLength(1);
    for (let n = 0; n < 10; n++) await login({ email: alice.email, password: `wrong-${n}` }, client(), links);
    const guessed = await login({ email: alice.email, password: "wrong" }, thief, links);
    expect(codeOf(guessed)).toBe("too_many_attempts");
  });

  test("works once; used and unknown look alike", async () => {
    const alice = await verifiedUser();
    const token = await mailedToken(alice);
    await reset(token);
    const [used, unknown] = [await reset(token, other(2)), await reset("x".repeat(43), other(2))];
    expect(used).toEqual(unknown);
    expect(used).toMatchObject({
      error: { code: "token_invalid", message: "This link no longer works. Ask for a new one." },
    });
    expect(await signsIn(alice, other(2))).toBe(false);
  });

  test("in fifty parallel resets has one winner, from one source", async () => {
    const alice = await verifiedUser();
    const token = await mailedToken(alice);
    const from = client();
    const results = await Promise.all(Array.from({ length: 50 }, (_, n) => reset(token, other(n), from)));
    const winner = results.findIndex(({ ok }) => ok);
    const refused = results.filter(({ ok }) => !ok).map(codeOf);
    expect(refused).toEqual(Array(49).fill("token_invalid"));
    expect(await signsIn(alice, other(winner))).toBe(true);
    expect(await signsIn(alice, other((winner + 1) % 50))).toBe(false);
  });

  test("survives a password that is refused", async () => {
    const alice = await verifiedUser({ name: "Alice Liddell" });
    const token = await mailedToken(alice);
    for (const weak of ["seven-7", "password123", "Alice Liddell", "x".repeat(300), "\ud800-lone-surrogate"])
      expect(await reset(token, weak)).toMatchObject({
        error: { code: "invalid_input", fields: { newPassword: expect.any(String) } },
      });
    expect(codeOf(await reset(token))).toBe("ok");
  });

  test("ends with a newer link, with a change of password and with one of the address", async () => {
    const alice = await verifiedUser();
    const first = await mailedToken(alice);
    const second = await mailedToken(alice);
    expect(await db.verification.count({ where: { userId: alice.id, purpose: "reset" } })).toBe(1);
    expect(codeOf(await reset(first))).toBe("token_invalid");
    const { principal } = await session(alice);
    await changePassword(principal, { currentPassword: PASSWORD, newPassword: other(3) }, client());
    expect(codeOf(await reset(second))).toBe("token_invalid");
  });

  test("lives for thirty minutes, to the millisecond", async () => {
    const alice = await verifiedUser();
    const token = await mailedToken(alice);
    const row = await db.verification.findFirstOrThrow({ where: { userId: alice.id } });
    expect(row.expires.getTime() - row.createdAt.getTime()).toBe(30 * 60_000);
    await db.verification.update({ where: { id: row.id }, data: { expires: new Date() } });
    expect(codeOf(await reset(token))).toBe("token_invalid");
    await db.verification.update({ where: { id: row.id }, data: { expires: new Date(Date.now() + 60_000) } });
    expect(codeOf(await reset(token))).toBe("ok");
  });

  test("is nothing but the exact token: no hash, id, or spelling near it", async () => {
    const alice = await verifiedUser();
    const token = await mailedToken(alice);
    const row = await db.verification.findFirstOrThrow({ where: { userId: alice.id } });
    const near = [
      ...[row.tokenHash ?? "", row.id, row.codeHash ?? "", token.toUpperCase(), token.toLowerCase()],
      ...[`${token}=`, `${token}a`, token.slice(0, -1), `${token}\n`, ` ${token}`, encodeURIComponent(`${token}%`)],
    ];
    const tries = near.filter((candidate) => candidate !== token);
    for (const candidate of tries)
      expect([candidate, codeOf(await reset(candidate))]).toEqual([candidate, "token_invalid"]);
    expect(codeOf(await reset(token))).toBe("ok");
  });

  test("of alice changes alice, whatever else is sent along", async () => {
    const [alice, bob] = [await verifiedUser(), await verifiedUser()];
    const token = await mailedToken(alice);
    const before = await storedHash(bob.id);
    const extra = { token, newPassword: other(4), email: bob.email, userId: bob.id };
    expect(await resetPassword(extra, client())).toMatchObject({ ok: true, value: { userId: alice.id } });
    expect(await storedHash(bob.id)).toBe(before);
  });

  test("serves the address that it was mailed to, and no other that the account has got since", async () => {
    const alice = await verifiedUser();
    const token = await mailedToken(alice);
    await db.user.update({ where: { id: alice.id }, data: { email: "moved-on@example.com" } });
    expect(codeOf(await reset(token))).toBe("token_invalid");
    await db.user.update({ where: { id: alice.id }, data: { email: alice.email } });
    expect(codeOf(await reset(token))).toBe("ok");
  });

  test("does not set the password that is already there, and is not spent by trying", async () => {
    const alice = await verifiedUser();
    const token = await mailedToken(alice);
    const same = await reset(token, PASSWORD);
    expect(same).toMatchObject({ error: { code: "password_unchanged", fields: { newPassword: expect.any(String) } } });
    expect(codeOf(await reset(token))).toBe("ok");
  });

  test("of a user who was disabled meanwhile is worth nothing", async () => {
    const alice = await verifiedUser();
    const token = await mailedToken(alice);
    await db.user.update({ where: { id: alice.id }, data: { disabledAt: new Date() } });
    expect(codeOf(await reset(token))).toBe("token_invalid");
  });

  test("gives a first password to who had none, and proves the mailbox", async () => {
    const olga = await unverifiedUser({ password: null });
    expect(codeOf(await reset(await mailedToken(olga)))).toBe("ok");
    expect(await signsIn(olga, other(1))).toBe(true);
    expect(await db.user.findMany({ where: { email: olga.email } })).toMatchObject([
      { emailVerified: expect.any(Date) },
    ]);
  });
});

test("guessed links are refused after twenty a minute, while a right one still works", async () => {
  const alice = await verifiedUser();
  const token = await mailedToken(alice);
  const from = client();
  const codes = [];
  for (let n = 0; n < 25; n++) codes.push(codeOf(await reset(`${n}`.repeat(20), other(1), from)));
  expect(codes.indexOf("too_many_attempts")).toBe(20);
  expect(codeOf(await reset(token, other(1), from))).toBe("ok");
});

test("a thousand tokens are 256 random bits each, without structure", async () => {
  const alice = await verifiedUser();
  const issued = await Promise.all(
    Array.from({ length: 1000 }, () => issueVerification({ purpose: "reset", userId: alice.id, email: alice.email })),
  );
  const bytes = issued.map(({ token }) => Buffer.from(token, "base64url"));
  expect(new Set(issued.map(({ token }) => token)).size).toBe(1000);
  expect(bytes.every(({ length }) => length === 32)).toBe(true);
  // Every bit of every position is set about half the time: 500 of 1000 within seven standard deviations.
  for (let bit = 0; bit < 256; bit++) {
    const set = bytes.filter((token) => ((token[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
    expect(Math.abs(set - 500)).toBeLessThan(111);
  }
  await db.verification.deleteMany({ where: { userId: alice.id } });
});

test("no column of the database holds a mailed token in any spelling", async () => {
  const alice = await verifiedUser();
  const token = await mailedToken(alice);
  const rows = [await db.verification.findMany(), await db.rateLimit.findMany(), await db.user.findMany()];
  const text = JSON.stringify(rows, (_, value) => (typeof value === "bigint" ? String(value) : value));
  const raw = Buffer.from(token, "base64url");
  for (const form of [token, raw.toString("hex"), raw.toString("base64"), Buffer.from(token).toString("base64")])
    expect(text).not.toContain(form);
});
