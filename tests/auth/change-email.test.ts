import { beforeEach, describe, expect, test } from "vitest";
import { requestEmailChange, settleEmailChange } from "@/lib/auth/change-email";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { login } from "@/lib/auth/login";
import type { Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { resetPassword } from "@/lib/auth/reset-password";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import { client, links, other, PASSWORD, person, session } from "@/tests/support/people";

let serial = 0;
const newAddress = () => `moved-${serial++}@example.com`;
const ask = (principal: Principal, email: string, currentPassword = PASSWORD) =>
  requestEmailChange(principal, { email, currentPassword }, client(), links);
const settle = (token: string, keepSession?: Principal) => settleEmailChange({ token, keepSession }, client());
const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.error.code);
const emailOf = async (id: string) => (await db.user.findUniqueOrThrow({ where: { id } })).email;

const confirmToken = async (email: string) => (await newestMail(email, /Confirm your new/)).token;
const undoToken = async (email: string) => (await newestMail(email, /about to change/)).token;

beforeEach(async () => {
  await emptyOutbox();
  await db.rateLimit.deleteMany();
});

describe("a change of address (TOK-25)", () => {
  test("happens only once the new mailbox confirms, and the old one is told at once", async () => {
    const alice = await person();
    const own = await session(alice);
    const elsewhere = await session(alice);
    const to = newAddress();
    expect(await ask(own.principal, to)).toMatchObject({ ok: true });
    expect(await emailOf(alice.id)).toBe(alice.email);
    expect((await outbox()).map((mail) => mail.to).sort()).toEqual([alice.email, to].sort());
    expect((await newestMail(alice.email)).body.props).toMatchObject({ newEmail: to });

    expect(await settle(await confirmToken(to), own.principal)).toMatchObject({ ok: true, value: { done: "changed" } });
    expect(await emailOf(alice.id)).toBe(to);
    expect(await findPrincipal(own.token)).toMatchObject({ email: to });
    expect(await findPrincipal(elsewhere.token)).toBeNull();
    expect((await newestMail(to)).subject).toBe("Your email address was changed");
    for (const [email, ok] of [
      [alice.email, false],
      [to, true],
    ] as const)
      expect(await login({ email, password: PASSWORD, remember: false }, client(), links)).toMatchObject({ ok });
  });

  test("can be stopped from the old mailbox before it happened", async () => {
    const alice = await person();
    const { token, principal } = await session(alice);
    const to = newAddress();
    await ask(principal, to);
    const confirm = await confirmToken(to);
    expect(await settle(await undoToken(alice.email))).toMatchObject({ ok: true, value: { done: "undone" } });
    expect(codeOf(await settle(confirm))).toBe("token_invalid");
    expect([await emailOf(alice.id), await findPrincipal(token)]).toEqual([alice.email, null]);
  });

  test("can be undone from the old mailbox for seven days, which ends all sessions", async () => {
    const alice = await person();
    const { token, principal } = await session(alice);
    const to = newAddress();
    await ask(principal, to);
    const undo = await undoToken(alice.email);
    await settle(await confirmToken(to), principal);
    const row = await db.verification.findFirstOrThrow({ where: { userId: alice.id, purpose: "undo-email-change" } });
    expect(row.expires.getTime() - row.createdAt.getTime()).toBe(7 * 86_400_000);
    expect(await settle(undo, principal)).toMatchObject({ ok: true, value: { done: "undone", email: alice.email } });
    expect([await emailOf(alice.id), await findPrincipal(token)]).toEqual([alice.email, null]);
    expect(codeOf(await settle(undo))).toBe("token_invalid");
  });

  test("made twice by a thief is still undone by the owner, for good", async () => {
    const alice = await person();
    const { principal } = await session(alice);
    const [first, second] = [newAddress(), newAddress()];
    await ask(principal, first);
    const ownersUndo = await undoToken(alice.email);
    await settle(await confirmToken(first), principal);
    await db.verification.updateMany({ where: { userId: alice.id }, data: { createdAt: new Date(Date.now() - 1000) } });
    await ask({ ...principal, email: first }, second);
    const thiefsUndo = await undoToken(first);
    await settle(await confirmToken(second), principal);
    expect(codeOf(await settle(ownersUndo))).toBe("ok");
    expect(await emailOf(alice.id)).toBe(alice.email);
    expect(codeOf(await settle(thiefsUndo))).toBe("token_invalid");
    expect(await emailOf(alice.id)).toBe(alice.email);
  });

  test("ends reset links that were mailed to the old address (TOK-08)", async () => {
    const alice = await person();
    const { principal } = await session(alice);
    await forgotPassword({ email: alice.email }, client(), links);
    const { token } = await newestMail(alice.email, /Reset/);
    const to = newAddress();
    await ask(principal, to);
    await settle(await confirmToken(to), principal);
    expect(codeOf(await resetPassword({ token, newPassword: other(1) }, client(), links))).toBe("token_invalid");
  });

  test("asked for anew ends the one before", async () => {
    const { principal } = await session(await person());
    const [first, second] = [newAddress(), newAddress()];
    await ask(principal, first);
    await ask(principal, second);
    expect(codeOf(await settle(await confirmToken(first)))).toBe("token_invalid");
    expect(codeOf(await settle(await confirmToken(second)))).toBe("ok");
  });

  test("confirmed twenty times at once happens once (X-08)", async () => {
    const { principal } = await session(await person());
    const to = newAddress();
    await ask(principal, to);
    const token = await confirmToken(to);
    const results = await Promise.all(Array.from({ length: 20 }, () => settle(token, principal)));
    expect(results.map(codeOf).sort()).toEqual(["ok", ...Array(19).fill("token_invalid")]);
  });

  test("lives for an hour (TOK-06)", async () => {
    const alice = await person();
    const { principal } = await session(alice);
    const to = newAddress();
    await ask(principal, to);
    const where = { userId: alice.id, purpose: "change-email" };
    const row = await db.verification.findFirstOrThrow({ where });
    expect(row.expires.getTime() - row.createdAt.getTime()).toBe(60 * 60_000);
    await db.verification.updateMany({ where, data: { expires: new Date() } });
    expect(codeOf(await settle(await confirmToken(to)))).toBe("token_invalid");
  });
});

describe("a change of address is refused", () => {
  test("without the right password, or without a fresh sign-in where there is none (TOK-25)", async () => {
    const { principal } = await session(await person());
    expect(codeOf(await ask(principal, newAddress(), "wrong"))).toBe("wrong_password");
    const olga = (await session(await person({ password: null }))).principal;
    const old = { ...olga, authenticatedAt: new Date(Date.now() - 11 * 60_000) };
    expect(codeOf(await ask(old, newAddress(), ""))).toBe("reauthentication_required");
    expect(codeOf(await ask(olga, newAddress(), ""))).toBe("ok");
  });

  test("to the address it is already", async () => {
    const { principal } = await session(await person());
    expect(await ask(principal, principal.email)).toMatchObject({
      error: { code: "invalid_input", fields: { email: expect.any(String) } },
    });
  });

  test("a fourth time within the hour (MAIL-05)", async () => {
    const { principal } = await session(await person());
    const codes = [];
    for (let n = 0; n < 4; n++) codes.push(codeOf(await ask(principal, newAddress())));
    expect(codes).toEqual(["ok", "ok", "ok", "too_many_attempts"]);
  });

  test("to a taken address with the same answer as to a free one, and the owner is told (ENUM-06)", async () => {
    const bob = await person();
    const { principal } = await session(await person());
    expect(await ask(principal, bob.email)).toEqual(await ask(principal, newAddress()));
    const [notice, ...more] = await outbox(bob.email);
    expect(more).toEqual([]);
    expect(notice).toMatchObject({ subject: "You already have an account", token: "" });
  });

  test("when the address is taken before it is confirmed", async () => {
    const alice = await person();
    const { principal } = await session(alice);
    const to = newAddress();
    await ask(principal, to);
    await person({ email: to });
    expect(codeOf(await settle(await confirmToken(to)))).toBe("user_exists");
    expect(await emailOf(alice.id)).toBe(alice.email);
  });
});
