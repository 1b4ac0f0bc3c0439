import { beforeEach, describe, expect, test, vi } from "vitest";
import { proveByEmailCode, sendProofCode } from "@/lib/auth/email-code/prove-by-email-code";
import { signInByCodeAt } from "@/lib/auth/email-code/sign-in-by-mail";
import type { Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { isFresh, requireFresh } from "@/lib/auth/steps/reauthenticate";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import type { User } from "@/prisma/client/client";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import { client, providerUser, session } from "@/tests/support/people";

const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.error.code);
const another = (code: string, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, "0");
const prove = (principal: Principal, code: string) => proveByEmailCode(principal, { code }, client());

/** A session in which the person was last asked an hour ago. */
async function staleSession(user: User) {
  const { token, principal } = await session(user);
  const hourAgo = new Date(Date.now() - 3_600_000);
  await db.session.update({ where: { id: principal.sessionId }, data: { authenticatedAt: hourAgo } });
  return { token, principal: { ...principal, authenticatedAt: hourAgo } };
}

async function codeFor(principal: Principal): Promise<string> {
  await db.rateLimit.deleteMany();
  expect(codeOf(await sendProofCode(principal, client()))).toBe("ok");
  return (await newestMail(principal.email)).code ?? "";
}

beforeEach(async () => {
  vi.useRealTimers();
  await emptyOutbox();
  await db.rateLimit.deleteMany();
});

describe("a signed-in person without a password", () => {
  test("proves again by a mailed code who they are, and the session goes on under a new token", async () => {
    const { token, principal } = await staleSession(await providerUser());
    expect(codeOf(await requireFresh(principal))).toBe("reauthentication_required");
    const proved = await prove(principal, await codeFor(principal));
    if (!proved.ok) throw new Error(proved.error.code);
    expect(await findPrincipal(token)).toBeNull();
    const fresh = await findPrincipal(proved.value.token);
    expect(fresh).toMatchObject({
      sessionId: principal.sessionId,
      proofs: ["password", "email-code"],
      twoFactorAt: null,
    });
    expect([fresh && isFresh(fresh), fresh && isFresh(fresh, "two")]).toEqual([true, false]);
  });

  test("is mailed a code that works once, for the newest mail and this session only, and signs nobody in", async () => {
    const alice = await providerUser();
    const [{ principal }, { principal: elsewhere }] = [await staleSession(alice), await staleSession(alice)];
    const older = await codeFor(principal);
    const code = await codeFor(principal);
    expect(codeOf(await prove(elsewhere, code))).toBe("code_expired");
    if (older !== code) expect(codeOf(await prove(principal, older))).toBe("code_invalid");
    const signIn = { email: alice.email, code, session: {} };
    expect(codeOf(await signInByCodeAt(signIn, client()))).toBe("code_invalid");
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => prove(principal, code)));
    expect(outcomes.map(codeOf).filter((outcome) => outcome === "ok")).toHaveLength(1);
    expect(codeOf(await prove(principal, code))).toBe("code_expired");
  });

  test("cannot be guessed in a session, and the guesses do not lock the owner's other session out", async () => {
    const alice = await providerUser();
    const [{ principal: thief }, { principal: owner }] = [await staleSession(alice), await staleSession(alice)];
    const seen: string[] = [];
    for (let mail = 0; mail < 4; mail++) {
      await sendProofCode(thief, client());
      const { code = "" } = await newestMail(alice.email);
      await db.rateLimit.deleteMany({ where: { key: { startsWith: "mail:" } } });
      for (let n = 1; n <= 4; n++) seen.push(codeOf(await prove(thief, another(code, n))));
    }
    expect(seen.filter((outcome) => outcome === "code_invalid")).toHaveLength(10);
    expect(seen.slice(10)).toEqual(Array(6).fill("too_many_attempts"));
    await sendProofCode(owner, client());
    expect(codeOf(await prove(owner, (await newestMail(alice.email)).code ?? ""))).toBe("ok");
  });

  test("gets one mail a minute, and is told how long to wait", async () => {
    const [{ principal }, from] = [await staleSession(await providerUser()), client()];
    await sendProofCode(principal, from);
    expect(await sendProofCode(principal, from)).toMatchObject({
      error: { code: "too_many_attempts", retryAfter: expect.any(Number) },
    });
    expect(await outbox(principal.email)).toHaveLength(1);
  });

  test("with two-step sign-in is asked for the second factor instead: a mailbox is none", async () => {
    const alice = await providerUser();
    const { principal } = await staleSession(alice);
    const code = await codeFor(principal);
    const app = { label: "Phone", secret: "sealed", confirmedAt: new Date() };
    await db.authenticator.create({ data: { ...app, userId: alice.id } });
    expect(codeOf(await sendProofCode(principal, client()))).toBe("second_factor_required");
    expect(codeOf(await prove(principal, code))).toBe("second_factor_required");
  });

  test("whose session was ended, or whose account was disabled meanwhile, proves nothing", async () => {
    const [alice, bob] = [await providerUser(), await providerUser()];
    const [{ principal: ended }, { principal: disabled }] = [await staleSession(alice), await staleSession(bob)];
    const [first, second] = [await codeFor(ended), await codeFor(disabled)];
    await db.session.delete({ where: { id: ended.sessionId } });
    await db.user.update({ where: { id: bob.id }, data: { disabledAt: new Date() } });
    expect(codeOf(await prove(ended, first))).toBe("unauthenticated");
    expect(codeOf(await prove(disabled, second))).toBe("user_disabled");
  });
});
