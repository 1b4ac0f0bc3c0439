import { z } from "zod";
import { knownDevice } from "@/lib/auth/model/devices";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { hashPassword, verifyPassword } from "@/lib/auth/model/password-hash";
import { passwordProblem } from "@/lib/auth/model/password-policy";
import { type Client, type Principal, sourceOf } from "@/lib/auth/model/principal";
import { describeDevice } from "@/lib/auth/model/user-agent";
import { confirmPassword } from "@/lib/auth/steps/reauthenticate";
import { unlinkAccounts } from "@/lib/auth/store/accounts";
import { replacePasswordHash, setPasswordHash } from "@/lib/auth/store/credentials";
import { forgive, LIMITS, refuseToken } from "@/lib/auth/store/rate-limits";
import { type NewSession, revokeSessions, rotateSession } from "@/lib/auth/store/sessions";
import { findUserById, updateUser } from "@/lib/auth/store/users";
import { consumeVerification, endVerifications, findVerificationByToken } from "@/lib/auth/store/verifications";
import { logEvent } from "@/lib/log";
import { sendPasswordChanged } from "@/lib/mail/messages";
import type { Verification } from "@/prisma/client/client";

type Links = { forgotPassword(): string };

/** What a mailed link may be bound to besides its user. */
const Reset = z.object({ actorType: z.string().optional() });

/**
 * Sets a password by a mailed link, which proves the mailbox. All sessions end, a thief's first of all; nobody is
 * signed in. The link is spent only once the new password is known to be acceptable. With `actorType`, only a link that
 * was asked for as that actor will do.
 * @returns `token_invalid` (unknown, used, superseded and expired look alike), `invalid_input`, `too_many_attempts`.
 */
export async function resetPassword(
  input: { token: string; newPassword: string; actorType?: string },
  client: Client,
  links: Links,
): Promise<Result<{ userId: string }>> {
  const verification = await findVerificationByToken(input.token);
  const userId = verification && isResetFor(verification, input.actorType) ? verification.userId : null;
  const user = userId ? await findUserById(userId) : null;
  if (!verification || !user || user.disabledAt) return refuseToken(sourceOf(client), fail("token_invalid"));
  const problem = passwordProblem(input.newPassword, [user.email, user.name]);
  if (problem) return fail("invalid_input", { fields: { newPassword: problem } });

  const hash = await hashPassword(input.newPassword);
  if (!(await consumeVerification(verification.id))) return fail("token_invalid");
  await setPasswordHash(user.id, hash);
  await revokeSessions(user.id);
  await endVerifications(user.id, ["reset", "verify", "change-email"]);
  if (!user.emailVerified) {
    // Until now somebody only claimed the address: their third-party sign-ins must not open what the mailbox's owner has.
    await unlinkAccounts(user.id);
    await updateUser(user.id, { emailVerified: new Date() });
  }
  await forgive(LIMITS.passwordPerAccount, user.email);
  const device = knownDevice(client.device, user.id);
  if (device) await forgive(LIMITS.passwordPerDevice, `${user.email}:${device}`);
  logEvent("password.reset", { userId: user.id, ip: client.ip, userAgent: client.userAgent });
  notify(user.email, client, links);
  return ok({ userId: user.id });
}

function isResetFor({ purpose, payload }: Verification, actorType: string | undefined): boolean {
  return purpose === "reset" && (actorType === undefined || Reset.parse(payload).actorType === actorType);
}

/**
 * Changes the password of the signed-in person, who types the current one, or (without one) signed in a moment ago: see
 * `confirmPassword`. All other sessions end; this one goes on under a new token.
 * @returns `wrong_password`, `reauthentication_required`, `password_missing`, `password_unchanged`, `invalid_input`, `conflict` when another change
 * came first, `unauthenticated`, `too_many_attempts`.
 */
export async function changePassword(
  principal: Principal,
  input: { currentPassword?: string; newPassword: string },
  client: Client,
  links: Links,
): Promise<Result<NewSession>> {
  const { currentPassword, newPassword } = input;
  const confirmed = await confirmPassword(principal, currentPassword, client, links);
  if (!confirmed.ok) return confirmed;
  const former = confirmed.value;
  if (former === null && currentPassword !== undefined) return fail("password_missing");
  const problem = passwordProblem(newPassword, [principal.email, principal.name]);
  if (problem) return fail("invalid_input", { fields: { newPassword: problem } });
  if (former !== null && (await isSamePassword(newPassword, currentPassword, former)))
    return fail("password_unchanged", {
      fields: { newPassword: "Choose a password that differs from the current one." },
    });

  const { userId, sessionId, email } = principal;
  const hash = await hashPassword(newPassword);
  if (former === null) await setPasswordHash(userId, hash);
  else if (!(await replacePasswordHash(userId, former, hash))) return fail("conflict");
  await revokeSessions(userId, sessionId);
  await endVerifications(userId, ["reset", "verify", "change-email"]);
  logEvent("password.changed", { userId, sessionId, ip: client.ip, userAgent: client.userAgent });
  notify(email, client, links);
  const session = await rotateSession(sessionId, currentPassword !== undefined);
  return session ? ok(session) : fail("unauthenticated");
}

async function isSamePassword(password: string, current: string | undefined, hash: string): Promise<boolean> {
  return current === undefined
    ? verifyPassword(password, hash)
    : password.normalize("NFKC") === current.normalize("NFKC");
}

function notify(email: string, client: Client, links: Links): void {
  sendPasswordChanged(email, {
    at: new Date(),
    device: describeDevice(client.userAgent),
    forgotUrl: links.forgotPassword(),
  });
}
