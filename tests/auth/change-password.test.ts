import bcrypt from "bcrypt";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { changePassword } from "@/lib/auth/change-password";
import { login } from "@/lib/auth/login";
import type { Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { isFresh, reauthenticate } from "@/lib/auth/steps/reauthenticate";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { events } from "@/tests/support/events";
import { emptyOutbox, outbox } from "@/tests/support/outbox";
import {
  client,
  links,
  other,
  PASSWORD,
  providerUser,
  session,
  storedHash,
  verifiedUser,
} from "@/tests/support/people";

const change = (principal: Principal, currentPassword: string, newPassword = other(1)) =>
  changePassword(principal, { currentPassword, newPassword }, client());
const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.error.code);

beforeEach(emptyOutbox);
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a changed password", () => {
  test("keeps this session under a new token, ends the four others and tells the owner", async () => {
    const alice = await verifiedUser();
    const own = await session(alice, true);
    const others = await Promise.all(Array.from({ length: 4 }, () => session(alice)));
    const result = await change(own.principal, PASSWORD);
    if (!result.ok) throw new Error(result.error.message);
    expect(result.value).toMatchObject({ sessionId: own.principal.sessionId, remember: true });
    expect(await findPrincipal(result.value.token)).toMatchObject({ sessionId: own.principal.sessionId });
    for (const { token } of [own, ...others]) expect(await findPrincipal(token)).toBeNull();
    expect(await outbox(alice.email)).toMatchObject([{ subject: "Your password was changed" }]);
    for (const [password, ok] of [
      [PASSWORD, false],
      [other(1), true],
    ] as const)
      expect(await login({ email: alice.email, password, remember: false }, client(), links)).toMatchObject({ ok });
  });

  test("by twenty requests at once is changed once, and the session lives on", async () => {
    const alice = await verifiedUser();
    const own = await session(alice);
    const elsewhere = await session(alice);
    const results = await Promise.all(Array.from({ length: 20 }, (_, n) => change(own.principal, PASSWORD, other(n))));
    const winner = results.findIndex(({ ok }) => ok);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    for (const result of results)
      expect(["ok", "conflict", "too_many_attempts", "wrong_password"]).toContain(codeOf(result));
    const rows = await db.session.findMany({ where: { userId: alice.id } });
    expect(rows.map(({ id }) => id)).toEqual([own.principal.sessionId]);
    expect(await findPrincipal(elsewhere.token)).toBeNull();
    const signIn = login({ email: alice.email, password: other(winner), remember: false }, client(), links);
    expect(await signIn).toMatchObject({ ok: true });
    expect((await outbox(alice.email)).filter(({ subject }) => /changed/.test(subject))).toHaveLength(1);
  });
});

describe("nothing is changed", () => {
  test("with a wrong current password", async () => {
    const alice = await verifiedUser();
    const { principal } = await session(alice);
    const before = await storedHash(alice.id);
    for (const wrong of ["wrong", "", PASSWORD.toUpperCase(), `${PASSWORD} `, PASSWORD.slice(0, -1)])
      expect(await change(principal, wrong)).toMatchObject({
        error: { code: "wrong_password", fields: { currentPassword: expect.any(String) } },
      });
    expect(await storedHash(alice.id)).toBe(before);
  });

  test("with a new password that is weak, or the old one again in any Unicode spelling", async () => {
    const accented = "café-plover-hatch-93".normalize("NFC");
    const alice = await verifiedUser({ password: accented });
    const { principal } = await session(alice);
    expect(await change(principal, accented, "short-1")).toMatchObject({ error: { code: "invalid_input" } });
    expect(await change(principal, accented, accented.normalize("NFD"))).toMatchObject({
      error: { code: "password_unchanged" },
    });
    expect(await change(principal, accented.normalize("NFD"))).toMatchObject({ ok: true });
  });

  test("for somebody without a password, who sets the first one through the mailbox", async () => {
    const olga = await providerUser();
    const { principal } = await session(olga);
    expect(await change(principal, "anything")).toMatchObject({ error: { code: "password_missing" } });
    const old = { ...principal, authenticatedAt: new Date(Date.now() - 11 * 60_000) };
    expect(await change(old, "anything")).toMatchObject({ error: { code: "reauthentication_required" } });
    expect(await storedHash(olga.id)).toBeUndefined();
  });

  test("for a session that ended while the password was checked", async () => {
    const alice = await verifiedUser();
    const { principal } = await session(alice);
    await db.session.deleteMany({ where: { userId: alice.id } });
    expect(await change(principal, PASSWORD)).toMatchObject({ error: { code: "unauthenticated" } });
  });
});

describe("guessing inside a session", () => {
  test("is answered ten times at most, then the session has ended and the owner is told once", async () => {
    const alice = await verifiedUser();
    const { token, principal } = await session(alice);
    const compare = vi.spyOn(bcrypt, "compare");
    const codes: string[] = [];
    for (let n = 0; n < 50; n++) codes.push(codeOf(await change(principal, `wrong-${n}`)));
    expect(codes.slice(0, 9)).toEqual(Array(9).fill("wrong_password"));
    expect(codes.slice(9)).toEqual(Array(41).fill("too_many_attempts"));
    expect(compare).toHaveBeenCalledTimes(10);
    expect(await findPrincipal(token)).toBeNull();
    expect(await outbox(alice.email)).toMatchObject([{ subject: "A device was signed out" }]);
    expect(events("session.locked_out").filter(({ userId }) => userId === alice.id)).toHaveLength(1);
  });

  test("in parallel is evaluated no more often", async () => {
    const { principal } = await session(await verifiedUser());
    const compare = vi.spyOn(bcrypt, "compare");
    await Promise.all(Array.from({ length: 60 }, (_, n) => change(principal, `wrong-${n}`)));
    expect(compare.mock.calls.length).toBeLessThanOrEqual(10);
  });

  test("starts anew after the right password", async () => {
    const { principal } = await session(await verifiedUser());
    const confirm = (password: string) => reauthenticate(principal, password, client());
    for (let n = 0; n < 9; n++) await confirm("wrong");
    expect(await confirm(PASSWORD)).toMatchObject({ ok: true });
    for (let n = 0; n < 9; n++) expect(codeOf(await confirm("wrong"))).toBe("wrong_password");
  });
});

test("who signed in within ten minutes counts as having just proved who they are", async () => {
  const { principal } = await session(await providerUser());
  const minutesAgo = (minutes: number) => ({ ...principal, authenticatedAt: new Date(Date.now() - minutes * 60_000) });
  expect([isFresh(minutesAgo(9.9)), isFresh(minutesAgo(10))]).toEqual([true, false]);
  expect(await reauthenticate(principal, "", client())).toEqual({ ok: true, value: null });
});
