import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { lockSession } from "@/lib/auth/steps/lock-session";
import { requireFresh } from "@/lib/auth/steps/reauthenticate";
import { revokeSessionsAndBegun } from "@/lib/auth/steps/revoke-sessions";
import { setPassword } from "@/lib/auth/steps/set-password";
import { consume } from "@/lib/auth/store/rate-limits";
import { recordEvent } from "@/lib/auth/store/security-events";
import { findUserById } from "@/lib/auth/store/users";
import { endVerifications, issueVerification } from "@/lib/auth/store/verifications";
import { transact } from "@/lib/db/transact";
import { emit } from "@/lib/events/emit";
import { sendMail } from "@/lib/mail/messages";

/**
 * "This was not me": the person says that a stranger was in their account. All sessions end, with their tokens and with
 * what was begun in them, remembered devices are forgotten, the password is taken away, and a link to set a new one goes
 * to the mailbox.
 *
 * The password goes because a stranger who knows it would sign in again at once.
 * This session ends too, since the person at the screen may be the stranger: only the owner can sign in again.
 * Taking a factor away needs a fresh proof, as everywhere. Without one, a session found open could lock an owner out who
 * has lost the mailbox, and a person who cannot give one can still end the other sessions. For a stranger who has the
 * mailbox too nothing is gained by this story: the same reset was theirs to ask for. What stays is what only the owner can
 * judge, and the page names it: passkeys, authenticator apps, recovery codes and connected accounts.
 * @returns `reauthentication_required`, `second_factor_required`, `too_many_attempts`; `unauthenticated` when the session has
 * ended meanwhile, for example by a second press of the button.
 */
export async function disownActivity(
  principal: Principal,
  client: Client,
  links: { resetPassword(token: string): string },
): Promise<Result<void>> {
  const fresh = await requireFresh(principal);
  if (!fresh.ok) return fresh;
  const { userId, sessionId } = principal;
  return transact(async () => {
    const user = (await lockSession(principal)) && (await findUserById(userId));
    if (!user) return fail("unauthenticated");
    const allowed = await consume(LIMITS.disownPerUser, userId);
    if (!allowed.ok) return allowed;
    const { email } = user;
    await setPassword(userId, null);
    await revokeSessionsAndBegun(userId);
    await endVerifications(userId, ["reset", "verify", "link-account"]);
    const { token } = await issueVerification({ purpose: "reset", userId, email });
    await recordEvent("activity.disowned", { userId, email, sessionId, client });
    await sendMail(email, "reset-password", { url: links.resetPassword(token), why: "disowned" });
    await emit("auth.password_reset", { entity_id: email, actor_type: null, token, metadata: {} });
    return ok(undefined);
  });
}
