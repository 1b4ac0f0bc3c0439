import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import type { User } from "@/prisma/client/client";
import { fail, ok, type Result } from "./model/errors";
import { LIMITS } from "./model/limits";
import type { Client } from "./model/principal";
import { type BegunSession, beginSession, type SessionOptions } from "./steps/begin-session";
import { claimAccount } from "./steps/claim-account";
import { refuseToken } from "./steps/refuse-token";
import { forgive } from "./store/rate-limits";
import { findUserById } from "./store/users";
import { consumeVerification, findVerificationByToken } from "./store/verifications";

const DEAD = fail("token_invalid");

/**
 * Signs a person in by the link that was mailed for setting a new password: some contracts do so first and set the
 * password next. The session is fresh, so that for ten minutes no current password is asked for.
 * @returns `token_invalid` (unknown, used, superseded and expired look alike), `too_many_attempts`.
 */
export async function recoverByLink(
  input: { token: string; session: SessionOptions },
  client: Client,
): Promise<Result<{ user: User; session: BegunSession }>> {
  const verification = await findVerificationByToken(input.token);
  const userId = verification?.purpose === "reset" ? verification.userId : null;
  if (!verification || !userId) return refuseToken(client, DEAD);
  return transact(async () => {
    await lockRow("User", userId);
    const user = await findUserById(userId);
    // The link proves the mailbox that it was sent to, which must still be the user's.
    if (user?.email !== verification.email || !(await consumeVerification(verification.id))) return DEAD;
    await claimAccount(userId);
    await forgive([[LIMITS.passwordPerAccount, user.email]]);
    const begun = await beginSession({ ...input.session, userId, proof: "email-link", client, detail: "reset link" });
    return begun.ok ? ok({ user: begun.value.user, session: begun.value }) : DEAD;
  });
}
