import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { verifyPassword } from "@/lib/auth/model/password-hash";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { ENTER_PASSWORD } from "@/lib/auth/model/schemas";
import { describeDevice } from "@/lib/auth/model/user-agent";
import { findPasswordHash } from "@/lib/auth/store/credentials";
import { attempt, consume, forgive, LIMITS, waitSeconds } from "@/lib/auth/store/rate-limits";
import { revokeSession } from "@/lib/auth/store/sessions";
import { hashedAddress, logEvent } from "@/lib/log";
import { sendSessionEnded } from "@/lib/mail/messages";

const FRESH_MINUTES = 10;

/**
 * The step before every sensitive change: the signed-in person types the password again. Users without one must have
 * signed in within the last ten minutes; so must API clients, whose contract asks for no password (`undefined`). Ten
 * wrong tries end the session, since whoever guesses in it is not its owner.
 * @returns the stored hash that matched (null for a user without a password), or `wrong_password`,
 * `reauthentication_required`, `too_many_attempts`.
 */
export async function confirmPassword(
  principal: Principal,
  password: string | undefined,
  client: Client,
  links: { forgotPassword(): string },
): Promise<Result<string | null>> {
  const hash = await findPasswordHash(principal.userId);
  if (hash === null || password === undefined) return isFresh(principal) ? ok(hash) : fail("reauthentication_required");
  if (password === "")
    return fail("wrong_password", { message: ENTER_PASSWORD, fields: { currentPassword: ENTER_PASSWORD } });

  const { userId, sessionId } = principal;
  const allowed = await consume(LIMITS.passwordPerSession, sessionId);
  if (!allowed.ok) return allowed;
  if (await attempt(LIMITS.passwordPerSession, sessionId, () => verifyPassword(password, hash))) {
    await forgive(LIMITS.passwordPerSession, sessionId);
    return ok(hash);
  }
  logEvent("password_confirmation.failed", { userId, sessionId, ip: client.ip });
  const retryAfter = await waitSeconds([LIMITS.passwordPerSession], sessionId);
  if (!retryAfter) return fail("wrong_password", { fields: { currentPassword: "That is not your current password." } });
  await endSession(principal, client, links);
  return fail("too_many_attempts", { retryAfter });
}

/** Whether the person proved within the last ten minutes who they are. */
export function isFresh(principal: Principal): boolean {
  return Date.now() - principal.authenticatedAt.getTime() < FRESH_MINUTES * 60_000;
}

async function endSession(principal: Principal, client: Client, links: { forgotPassword(): string }): Promise<void> {
  if (!(await revokeSession(principal.userId, principal.sessionId))) return;
  logEvent("session.locked_out", { userId: principal.userId, email: hashedAddress(principal.email), ip: client.ip });
  sendSessionEnded(principal.email, {
    at: new Date(),
    device: describeDevice(client.userAgent),
    forgotUrl: links.forgotPassword(),
  });
}
