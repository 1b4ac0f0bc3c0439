import { beforeEach, describe, expect, test } from "vitest";
import { requestEmailChange } from "@/lib/auth/change-email";
import { changePassword } from "@/lib/auth/change-password";
import { changeRoleByOperator } from "@/lib/auth/change-role";
import { confirmEmailChange, undoEmailChange } from "@/lib/auth/confirm-email-change";
import { sendSignInCode } from "@/lib/auth/email-code/send-sign-in-code";
import { signInByCode } from "@/lib/auth/email-code/sign-in-by-mail";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { login } from "@/lib/auth/login";
import { markDevice } from "@/lib/auth/model/devices";
import { register } from "@/lib/auth/register";
import { resetPassword } from "@/lib/auth/reset-password";
import { revokeOtherSessions } from "@/lib/auth/sign-out";
import { beginSession } from "@/lib/auth/steps/begin-session";
import { db } from "@/lib/db";
import { transact } from "@/lib/db/transact";
import { env } from "@/lib/env";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import { client, links, newSession, other, PASSWORD, session } from "@/tests/support/people";

// Where no proof of the mailbox is asked for, a stranger can have an account with another person's address. Whoever reads the
// mailbox is stronger than whoever holds such an account.

beforeEach(async () => {
  await emptyOutbox();
  await db.rateLimit.deleteMany();
  Object.assign(env(), { AUTH_REQUIRE_EMAIL_VERIFICATION: false });
  return () => Object.assign(env(), { AUTH_REQUIRE_EMAIL_VERIFICATION: true });
});

let serial = 0;

/** The account of a stranger, with a way in that outlives the password, and their session. */
async function squatted() {
  const email = `victim-${serial++}@example.com`;
  const registered = await register({ email, password: PASSWORD }, client(), links);
  if (!registered.ok || registered.value.status !== "signed-in") throw new Error("not registered");
  const { user } = registered.value;
  await db.account.create({ data: { userId: user.id, type: "oauth", provider: "demo", providerAccountId: email } });
  return { email, user, principal: (await session(user)).principal };
}

/** The mailbox owner has the account: neither the stranger's password, nor their provider, nor their session opens it. */
async function expectClaimed({ email, user, principal }: Awaited<ReturnType<typeof squatted>>, password = PASSWORD) {
  const claimed = await db.user.findUniqueOrThrow({ where: { id: user.id }, include: { accounts: true } });
  expect(claimed).toMatchObject({ email, emailVerified: expect.any(Date), accounts: [] });
  expect(await db.session.count({ where: { id: principal.sessionId } })).toBe(0);
  expect(await login({ email, password }, client(), links)).toMatchObject({ error: { code: "invalid_credentials" } });
}

test("signing out other devices does not end the code that the owner of the mailbox asked for", async () => {
  const stranger = await squatted();
  const { email, user, principal } = stranger;
  const asked = await sendSignInCode({ email }, client(), links);
  if (!asked.ok) throw new Error(asked.error.code);
  const { verificationId } = asked.value;
  const { code = "" } = await newestMail(email);
  await newSession(user);
  expect(await revokeOtherSessions(principal)).toEqual({ ok: true, value: expect.any(Number) });
  expect(await signInByCode({ verificationId, code }, client())).toMatchObject({ ok: true });
  await expectClaimed(stranger);
});

test("changing the password does not end the reset that the owner of the mailbox asked for", async () => {
  const stranger = await squatted();
  const { email, principal } = stranger;
  await forgotPassword({ email }, client(), links);
  const { token } = await newestMail(email);
  const change = { currentPassword: PASSWORD, newPassword: other() };
  expect(await changePassword(principal, change, client())).toMatchObject({ ok: true });
  expect(await resetPassword({ token, newPassword: other(1) }, client())).toMatchObject({ ok: true });
  await expectClaimed(stranger, other());
});

describe("a change of address that the owner of the old mailbox takes back", () => {
  test.each(["before", "after"])("%s it was confirmed leaves the stranger no way in", async (when) => {
    const stranger = await squatted();
    const { email, principal } = stranger;
    const to = `thief-${email}`;
    await requestEmailChange(principal, { email: to, currentPassword: PASSWORD }, client(), links);
    const [undo, confirm] = [await newestMail(email), await newestMail(to)];
    if (when === "after") {
      const confirmed = await confirmEmailChange({ token: confirm.token, principal }, client());
      expect(confirmed).toMatchObject({ ok: true, value: { done: "changed" } });
    }
    expect(await undoEmailChange(undo.token, client())).toMatchObject({ ok: true, value: { done: "claimed" } });
    await expectClaimed(stranger);
  });

  test("makes the stranger's browser a stranger, whose sign-in is told", async () => {
    const { email, user, principal } = await squatted();
    const browser = { ...client(), device: markDevice(null, user) };
    await requestEmailChange(principal, { email: `thief-${email}`, currentPassword: PASSWORD }, client(), links);
    await undoEmailChange((await newestMail(email)).token, client());
    await emptyOutbox();
    await transact(() => beginSession({ userId: user.id, proof: "email-code", client: browser }));
    expect(await outbox()).toMatchObject([{ to: email, subject: "New sign-in to your account" }]);
  });

  test("gives them no role that was given to the proved address", async () => {
    const { email, user, principal } = await squatted();
    const to = `admin-${email}`;
    await requestEmailChange(principal, { email: to, currentPassword: PASSWORD }, client(), links);
    const [undo, confirm] = [await newestMail(email), await newestMail(to)];
    await confirmEmailChange({ token: confirm.token, principal }, client());
    await changeRoleByOperator({ email: to, role: "admin" });
    expect(await undoEmailChange(undo.token, client())).toMatchObject({ error: { code: "token_invalid" } });
    expect(await db.user.findUnique({ where: { id: user.id } })).toMatchObject({ email: to, role: "admin" });
  });
});
