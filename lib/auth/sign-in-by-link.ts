import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { type Client, sourceOf } from "@/lib/auth/model/principal";
import { unlinkAccounts } from "@/lib/auth/store/accounts";
import { removePassword } from "@/lib/auth/store/credentials";
import { forgive, LIMITS, refuseToken } from "@/lib/auth/store/rate-limits";
import { createSession, type NewSession, revokeSessions, type SessionOptions } from "@/lib/auth/store/sessions";
import { findUserById, updateUser } from "@/lib/auth/store/users";
import { consumeVerification, endVerifications, findVerificationByToken } from "@/lib/auth/store/verifications";
import { hashedAddress, logEvent } from "@/lib/log";
import type { User } from "@/prisma/client/client";

/**
 * Signs somebody in by the link that was mailed for setting a new password: some contracts do so first and set the
 * password next. The session is fresh, so that for ten minutes no current password is asked for.
 * @returns `token_invalid` (unknown, used, superseded and expired look alike), `too_many_attempts`.
 */
export async function signInByResetLink(
  input: { token: string; session: SessionOptions },
  client: Client,
): Promise<Result<{ user: User; session: NewSession }>> {
  const verification = await findVerificationByToken(input.token);
  const userId = verification?.purpose === "reset" ? verification.userId : null;
  const found = userId ? await findUserById(userId) : null;
  if (!verification || !found || found.disabledAt) return refuseToken(sourceOf(client), fail("token_invalid"));
  if (!(await consumeVerification(verification.id))) return fail("token_invalid");
  const user = found.emailVerified ? found : await takeOver(found);
  if (!user) return fail("token_invalid");
  await forgive(LIMITS.passwordPerAccount, user.email);
  const session = await createSession({ ...input.session, userId: user.id, client });
  const event = { userId: user.id, email: hashedAddress(user.email), ip: client.ip, userAgent: client.userAgent };
  logEvent("sign_in.succeeded", { ...event, sessionId: session.sessionId, outcome: "reset link" });
  return ok({ user, session });
}

/** Whoever made this user only claimed the address: every way in that they may have left behind dies first. */
async function takeOver({ id }: User): Promise<User | null> {
  await removePassword(id);
  await unlinkAccounts(id);
  await revokeSessions(id);
  await endVerifications(id, ["verify", "reset", "change-email", "undo-email-change", "link-account"]);
  return updateUser(id, { emailVerified: new Date() });
}
