import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { sendMail } from "@/lib/mail/messages";
import { fail, failAt, ok, type Result } from "./model/errors";
import { LIMITS } from "./model/limits";
import { hashPassword, verifyPassword } from "./model/password-hash";
import { passwordProblem } from "./model/password-policy";
import type { Client } from "./model/principal";
import { seenFrom } from "./model/user-agent";
import { type BegunSession, beginSession, type SessionOptions } from "./steps/begin-session";
import { claimAccount } from "./steps/claim-account";
import { findReset, findResetOwner } from "./steps/find-reset";
import { knownDevice } from "./steps/known-device";
import { refuseToken } from "./steps/refuse-token";
import { revokeSessionsAndBegun } from "./steps/revoke-sessions";
import { setPassword } from "./steps/set-password";
import { findPasswordHash } from "./store/credentials";
import { forgive } from "./store/rate-limits";
import { recordEvent } from "./store/security-events";
import { deviceEraOf } from "./store/users";
import { consumeVerification, endVerifications } from "./store/verifications";

const DEAD = fail("token_invalid");
const UNCHANGED = failAt("newPassword", "password_unchanged");

/**
 * Sets a password by a mailed link, which proves the mailbox. All sessions end, also a thief's. Only a new password
 * spends the link. It works while the address that it was mailed to is the user's. Devices that were known are strangers again;
 * the caller may mark this one anew, by the answer's era, if it was known.
 * @param input.actorType Only a link that was asked for as that actor will do.
 * @param input.session Signs the person in, for contracts that do; otherwise they sign in with the new password.
 * @returns `token_invalid` (unknown, used, superseded and expired look alike), `invalid_input`, `password_unchanged`,
 * `too_many_attempts`.
 */
export async function resetPassword(
  input: { token: string; newPassword: string; actorType?: string; session?: SessionOptions },
  client: Client,
): Promise<Result<{ userId: string; session: BegunSession | null; deviceEra: number | null }>> {
  const { token, newPassword, actorType, session: options } = input;
  const found = await findReset(token, actorType);
  if (!found) return refuseToken(client, DEAD);
  const { verification, user } = found;
  const problem = await passwordProblem(newPassword, [user.email, user.name]);
  if (problem) return fail("invalid_input", { fields: { newPassword: problem } });
  const former = await findPasswordHash(user.id);
  if (former && user.emailVerified && (await verifyPassword(newPassword, former, client))) return UNCHANGED;
  const passwordHash = await hashPassword(newPassword, client);
  const device = await knownDevice(client, user.id);

  return transact(async () => {
    await lockRow("User", user.id);
    if (!(await findResetOwner(verification)) || !(await consumeVerification(verification.id))) return DEAD;
    await claimAccount(user.id, { passwordHash });
    await setPassword(user.id, passwordHash);
    await revokeSessionsAndBegun(user.id);
    await endVerifications(user.id, ["reset", "verify"]);
    await forgiveGuesses(user.email, device);
    await recordEvent("password.reset", { userId: user.id, client });
    await sendMail(user.email, "password-changed", seenFrom(client));
    const deviceEra = device === null ? null : await deviceEraOf(user.id);
    if (!options) return ok({ userId: user.id, session: null, deviceEra });
    const begun = await beginSession({ ...options, userId: user.id, proof: "email-link", client, isNew: true });
    return begun.ok ? ok({ userId: user.id, session: begun.value, deviceEra }) : begun;
  });
}

/** The owner proved who they are, so wrong passwords from before, also a stranger's, no longer count against them. */
async function forgiveGuesses(email: string, device: string | null): Promise<void> {
  await forgive([
    [LIMITS.passwordPerAccount, email],
    [LIMITS.codePerAccount, email],
    [LIMITS.passwordPerDevice, `${email}:${device}`],
  ]);
}
