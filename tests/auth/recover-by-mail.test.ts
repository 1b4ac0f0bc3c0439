import { beforeEach, describe, expect, test } from "vitest";
import { forgotPassword } from "@/lib/auth/forgot-password";
import type { Result } from "@/lib/auth/model/errors";
import { recoverByLink } from "@/lib/auth/recover-by-mail";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { issueVerification } from "@/lib/auth/store/verifications";
import { db } from "@/lib/db";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import { client, links, session, storedHash, unverifiedUser, verifiedUser } from "@/tests/support/people";

const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.error.code);
const recover = (token: string) => recoverByLink({ token, session: { kind: "api" } }, client());

async function mailedToken(email: string): Promise<string> {
  await forgotPassword({ email }, client(), links);
  return (await newestMail(email, /Reset/)).token;
}

beforeEach(emptyOutbox);

describe("a recovery link", () => {
  test("signs its owner in once, freshly, and leaves a proved account as it is", async () => {
    const alice = await verifiedUser();
    const elsewhere = await session(alice);
    const token = await mailedToken(alice.email);
    const recovered = await recover(token);
    expect(recovered).toMatchObject({ ok: true, value: { user: { id: alice.id }, session: { owedFactor: null } } });
    expect(await findPrincipal(elsewhere.token)).not.toBeNull();
    expect(await storedHash(alice.id)).toBeDefined();
    expect(codeOf(await recover(token))).toBe("token_invalid");
  });

  test("of an account that was never proved takes it from the person who only claimed the address", async () => {
    const squatted = await unverifiedUser();
    const squatter = await session(squatted);
    await db.account.create({
      data: { userId: squatted.id, type: "oauth", provider: "google", providerAccountId: "squatter" },
    });
    await issueVerification({ purpose: "undo-email-change", userId: squatted.id, email: "squatter@example.com" });
    expect(codeOf(await recover(await mailedToken(squatted.email)))).toBe("ok");
    expect(await findPrincipal(squatter.token)).toBeNull();
    expect(await storedHash(squatted.id)).toBeUndefined();
    expect(await db.account.count({ where: { userId: squatted.id } })).toBe(0);
    expect(await db.verification.count({ where: { userId: squatted.id } })).toBe(0);
    expect((await db.user.findUniqueOrThrow({ where: { id: squatted.id } })).emailVerified).not.toBeNull();
  });

  test("serves the address that it was mailed to, and no other that the account has got since", async () => {
    const alice = await verifiedUser();
    const token = await mailedToken(alice.email);
    await db.user.update({ where: { id: alice.id }, data: { email: "moved-away@example.com" } });
    expect(codeOf(await recover(token))).toBe("token_invalid");
  });

  test("of a disabled user opens nothing and is not spent", async () => {
    const alice = await verifiedUser();
    const token = await mailedToken(alice.email);
    await db.user.update({ where: { id: alice.id }, data: { disabledAt: new Date() } });
    expect(codeOf(await recover(token))).toBe("token_invalid");
    await db.user.update({ where: { id: alice.id }, data: { disabledAt: null } });
    expect(codeOf(await recover(token))).toBe("ok");
  });

  test("is told to the owner like any sign-in from a device that is new", async () => {
    const alice = await verifiedUser();
    const token = await mailedToken(alice.email);
    await emptyOutbox();
    await recover(token);
    expect(await outbox(alice.email)).toMatchObject([{ subject: "New sign-in to your account" }]);
  });
});
