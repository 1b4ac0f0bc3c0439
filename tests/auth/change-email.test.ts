import { beforeEach, describe, expect, test } from "vitest";
import { requestEmailChange } from "@/lib/auth/change-email";
import {
  confirmEmailChange,
  confirmEmailChangeByCode,
  mayConfirmEmailChange,
  undoEmailChange,
} from "@/lib/auth/confirm-email-change";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { login } from "@/lib/auth/login";
import { markDevice } from "@/lib/auth/model/devices";
import type { Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { register } from "@/lib/auth/register";
import { resetPassword } from "@/lib/auth/reset-password";
import { revokeAllSessions } from "@/lib/auth/sign-out";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import { client, links, other, PASSWORD, providerUser, session, verifiedUser, withEnv } from "@/tests/support/people";

let serial = 0;
const newAddress = () => `moved-${serial++}@example.com`;
const ask = (principal: Principal, email: string, currentPassword = PASSWORD) =>
  requestEmailChange(principal, { email, currentPassword }, client(), links);
const confirm = (token: string, principal: Principal | null, password?: string) =>
  confirmEmailChange({ token, principal, password }, client());
const undo = (token: string) => undoEmailChange(token, client());
const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.error.code);
const emailOf = async (id: string) => (await db.user.findUniqueOrThrow({ where: { id } })).email;

const confirmToken = async (email: string) => (await newestMail(email, /Confirm your new/)).token;
const undoToken = async (email: string) => (await newestMail(email, /about to change/)).token;

beforeEach(async () => {
  await emptyOutbox();
  await db.rateLimit.deleteMany();
});

/** A person whose address has been changed, and the link that takes it back. */
async function changed() {
  const alice = await verifiedUser();
  const { principal } = await session(alice);
  const to = newAddress();
  await ask(principal, to);
  const link = await undoToken(alice.email);
  await confirm(await confirmToken(to), principal);
  return { alice, to, link };
}

describe("a change of address", () => {
  test("happens only once the new mailbox confirms, and the old one is told at once", async () => {
    const alice = await verifiedUser();
    const own = await session(alice);
    const elsewhere = await session(alice);
    const to = newAddress();
    expect(await ask(own.principal, to)).toMatchObject({ ok: true });
    expect(await emailOf(alice.id)).toBe(alice.email);
    expect((await outbox()).map((mail) => mail.to).sort()).toEqual([alice.email, to].sort());
    expect((await newestMail(alice.email)).props).toMatchObject({ newEmail: to });

    const changed = await confirm(await confirmToken(to), own.principal);
    expect(changed).toMatchObject({ ok: true, value: { done: "changed" } });
    expect(await emailOf(alice.id)).toBe(to);
    expect(await findPrincipal(own.token)).toBeNull();
    expect(changed.ok && (await findPrincipal(changed.value.session?.token ?? ""))).toMatchObject({ email: to });
    expect(await findPrincipal(elsewhere.token)).toBeNull();
    expect((await newestMail(to)).subject).toBe("Your email address was changed");
    for (const [email, ok] of [
      [alice.email, false],
      [to, true],
    ] as const)
      expect(await login({ email, password: PASSWORD, remember: false }, client(), links)).toMatchObject({ ok });
  });

  test("mails a stranger's mailbox five times in half an hour, whoever asks, and from known devices too", async () => {
    const to = newAddress();
    const codes = [];
    for (let n = 0; n < 7; n++) {
      const user = await verifiedUser();
      const known = { ...client(), device: markDevice(null, user) };
      const wish = { email: to, currentPassword: PASSWORD };
      codes.push(codeOf(await requestEmailChange((await session(user)).principal, wish, known, links)));
    }
    expect(codes.slice(-2)).toEqual(["too_many_attempts", "too_many_attempts"]);
    expect(await outbox(to)).toHaveLength(5);
  });

  test("can be stopped from the old mailbox before it happened", async () => {
    const alice = await verifiedUser();
    const { token, principal } = await session(alice);
    const to = newAddress();
    await ask(principal, to);
    const confirmation = await confirmToken(to);
    expect(await undo(await undoToken(alice.email))).toMatchObject({ ok: true, value: { done: "undone" } });
    expect(codeOf(await confirm(confirmation, principal))).toBe("token_invalid");
    expect([await emailOf(alice.id), await findPrincipal(token)]).toEqual([alice.email, null]);
    expect((await outbox(to)).map(({ subject }) => subject)).toEqual(["Confirm your new email address"]);
  });

  test("can be undone from the old mailbox for seven days, which ends all sessions", async () => {
    const alice = await verifiedUser();
    const { token, principal } = await session(alice);
    const to = newAddress();
    await ask(principal, to);
    const link = await undoToken(alice.email);
    await confirm(await confirmToken(to), principal);
    const row = await db.verification.findFirstOrThrow({ where: { userId: alice.id, purpose: "undo-email-change" } });
    expect(row.expires.getTime() - row.createdAt.getTime()).toBe(7 * 86_400_000);
    expect(await undo(link)).toMatchObject({ ok: true, value: { done: "undone", email: alice.email } });
    expect([await emailOf(alice.id), await findPrincipal(token)]).toEqual([alice.email, null]);
    expect(codeOf(await undo(link))).toBe("token_invalid");
  });

  test("is told to the mailbox that loses the account, once the other takes it back", async () => {
    const { alice, to, link } = await changed();
    await emptyOutbox();
    await undo(link);
    const told = await outbox();
    expect(told).toMatchObject([{ to, subject: "Your email address was changed back", props: { email: to } }]);
    expect(JSON.stringify(told)).not.toContain(alice.email);
  });

  test("made twice by a thief is still undone by the owner, for good", async () => {
    const alice = await verifiedUser();
    const { principal } = await session(alice);
    const [first, second] = [newAddress(), newAddress()];
    await ask(principal, first);
    const ownersUndo = await undoToken(alice.email);
    await confirm(await confirmToken(first), principal);
    await db.verification.updateMany({ where: { userId: alice.id }, data: { createdAt: new Date(Date.now() - 1000) } });
    await ask({ ...principal, email: first }, second);
    const thiefsUndo = await undoToken(first);
    await confirm(await confirmToken(second), principal);
    expect(codeOf(await undo(ownersUndo))).toBe("ok");
    expect(await emailOf(alice.id)).toBe(alice.email);
    expect(codeOf(await undo(thiefsUndo))).toBe("token_invalid");
    expect(await emailOf(alice.id)).toBe(alice.email);
  });

  test("ends reset links that were mailed to the old address", async () => {
    const alice = await verifiedUser();
    const { principal } = await session(alice);
    await forgotPassword({ email: alice.email }, client(), links);
    const { token } = await newestMail(alice.email, /Reset/);
    const to = newAddress();
    await ask(principal, to);
    await confirm(await confirmToken(to), principal);
    expect(codeOf(await resetPassword({ token, newPassword: other(1) }, client()))).toBe("token_invalid");
  });

  test("asked for anew ends the one before", async () => {
    const { principal } = await session(await verifiedUser());
    const [first, second] = [newAddress(), newAddress()];
    await ask(principal, first);
    await ask(principal, second);
    expect(codeOf(await confirm(await confirmToken(first), principal))).toBe("token_invalid");
    expect(codeOf(await confirm(await confirmToken(second), principal))).toBe("ok");
  });

  test("confirmed twenty times at once happens once", async () => {
    const { principal } = await session(await verifiedUser());
    const to = newAddress();
    await ask(principal, to);
    const token = await confirmToken(to);
    const results = await Promise.all(Array.from({ length: 20 }, () => confirm(token, principal)));
    expect(results.map(codeOf).sort()).toEqual(["ok", ...Array(19).fill("token_invalid")]);
  });

  test("lives for an hour", async () => {
    const alice = await verifiedUser();
    const { principal } = await session(alice);
    const to = newAddress();
    await ask(principal, to);
    const where = { userId: alice.id, purpose: "change-email" };
    const row = await db.verification.findFirstOrThrow({ where });
    expect(row.expires.getTime() - row.createdAt.getTime()).toBe(60 * 60_000);
    await db.verification.updateMany({ where, data: { expires: new Date() } });
    expect(codeOf(await confirm(await confirmToken(to), principal))).toBe("token_invalid");
  });
});

describe("a confirmation in a browser that did not ask", () => {
  test("needs the password: a stranger could have asked for this address", async () => {
    const mallory = await verifiedUser();
    const { principal } = await session(mallory);
    const to = newAddress();
    await ask(principal, to);
    const token = await confirmToken(to);
    expect(codeOf(await confirm(token, null))).toBe("wrong_password");
    expect(codeOf(await confirm(token, (await session(await verifiedUser())).principal, "not-it"))).toBe(
      "wrong_password",
    );
    expect(await emailOf(mallory.id)).toBe(mallory.email);
    expect(await confirm(token, null, PASSWORD)).toMatchObject({ ok: true, value: { done: "changed", session: null } });
    expect(await emailOf(mallory.id)).toBe(to);
  });

  test("can be asked about first, by the same rules, which spends nothing", async () => {
    const mallory = await verifiedUser();
    const { principal } = await session(mallory);
    const to = newAddress();
    await ask(principal, to);
    const token = await confirmToken(to);
    const may = async (who: Principal | null, password?: string) =>
      codeOf(await mayConfirmEmailChange({ token, principal: who, password }, client()));
    expect(await may(null)).toBe("wrong_password");
    expect(await may((await session(await verifiedUser())).principal, "not-it")).toBe("wrong_password");
    expect([await may(null, PASSWORD), await may(principal)]).toEqual(["ok", "ok"]);
    expect(await emailOf(mallory.id)).toBe(mallory.email);
    expect(codeOf(await confirm(token, principal))).toBe("ok");
    expect(await may(principal)).toBe("token_invalid");
  });

  test("needs a sign-in where there is no password", async () => {
    const { principal } = await session(await providerUser());
    const to = newAddress();
    await ask(principal, to, "");
    expect(codeOf(await confirm(await confirmToken(to), null))).toBe("unauthenticated");
    expect(codeOf(await confirm(await confirmToken(to), principal))).toBe("ok");
  });

  test("gives no more guesses than any other place", async () => {
    const mallory = await verifiedUser();
    const { principal } = await session(mallory);
    const to = newAddress();
    await ask(principal, to);
    const token = await confirmToken(to);
    const codes = [];
    for (let n = 0; n < 11; n++) codes.push(codeOf(await confirm(token, null, `wrong-${n}`)));
    expect(codes).toEqual([...Array(10).fill("wrong_password"), "too_many_attempts"]);
    expect(codeOf(await confirm(token, null, PASSWORD))).toBe("too_many_attempts");
    const signIn = await login({ email: mallory.email, password: PASSWORD }, client(), links);
    expect(codeOf(signIn)).toBe("too_many_attempts");
  });
});

describe("the old address", () => {
  test("stays reserved for seven days, so that nobody can register it and stop the undoing", async () => {
    const { alice, link } = await changed();
    await withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: false }, async () => {
      const taken = await register({ email: alice.email, password: other(5) }, client(), links);
      expect(codeOf(taken)).toBe("user_exists");
    });
    expect(await undo(link)).toMatchObject({ ok: true, value: { email: alice.email } });
  });

  test("has the last word when everybody was signed out: no change under way survives that", async () => {
    const alice = await verifiedUser();
    const { principal } = await session(alice);
    const to = newAddress();
    await ask(principal, to);
    const token = await confirmToken(to);
    await revokeAllSessions((await session(alice)).principal);
    expect(codeOf(await confirm(token, null, PASSWORD))).toBe("token_invalid");
    expect(await emailOf(alice.id)).toBe(alice.email);
  });
});

describe("a change of address is refused", () => {
  test("by wrong codes, alike and as often, whether or not somebody has the address", async () => {
    const refusals = async (email: string) => {
      const { principal } = await session(await verifiedUser());
      await requestEmailChange(principal, { email, currentPassword: PASSWORD, withCode: true }, client(), links);
      const told: string[] = [];
      for (let n = 0; n < 6; n++)
        told.push(codeOf(await confirmEmailChangeByCode(principal, { email, code: "000000" }, client())));
      return told;
    };
    const free = await refusals(newAddress());
    expect(new Set(free)).toEqual(new Set(["code_invalid", "code_expired"]));
    expect(await refusals((await verifiedUser()).email)).toEqual(free);
  });

  test("without the right password, or without a fresh sign-in where there is none", async () => {
    const { principal } = await session(await verifiedUser());
    expect(codeOf(await ask(principal, newAddress(), "wrong"))).toBe("wrong_password");
    const olga = (await session(await providerUser())).principal;
    const old = { ...olga, authenticatedAt: new Date(Date.now() - 11 * 60_000) };
    expect(codeOf(await ask(old, newAddress(), ""))).toBe("reauthentication_required");
    expect(codeOf(await ask(olga, newAddress(), ""))).toBe("ok");
  });

  test("to the address it is already", async () => {
    const { principal } = await session(await verifiedUser());
    expect(await ask(principal, principal.email)).toMatchObject({
      error: { code: "invalid_input", fields: { email: expect.any(String) } },
    });
  });

  test("a fourth time within the hour", async () => {
    const { principal } = await session(await verifiedUser());
    const codes = [];
    for (let n = 0; n < 4; n++) codes.push(codeOf(await ask(principal, newAddress())));
    expect(codes).toEqual(["ok", "ok", "ok", "too_many_attempts"]);
  });

  test("to a taken address with the same answer as to a free one, and the owner is told", async () => {
    const bob = await verifiedUser();
    const { principal } = await session(await verifiedUser());
    expect(await ask(principal, bob.email)).toEqual(await ask(principal, newAddress()));
    const [notice, ...more] = await outbox(bob.email);
    expect(more).toEqual([]);
    expect(notice).toMatchObject({ subject: "You already have an account", token: "" });
  });

  test("when the address is taken before it is confirmed", async () => {
    const alice = await verifiedUser();
    const { principal } = await session(alice);
    const to = newAddress();
    await ask(principal, to);
    await verifiedUser({ email: to });
    expect(codeOf(await confirm(await confirmToken(to), principal))).toBe("user_exists");
    expect(await emailOf(alice.id)).toBe(alice.email);
  });
});
