import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { sendMail } from "@/lib/mail/messages";
import { fail, failAt, ok, type Result } from "./model/errors";
import { LIMITS } from "./model/limits";
import { hashPassword, verifyPassword } from "./model/password-hash";
import { passwordProblem } from "./model/password-policy";
import type { Client, Principal } from "./model/principal";
import { seenFrom } from "./model/user-agent";
import type { PreparedChange } from "./steps/change-as-one";
import { endMailedWaysIn } from "./steps/end-mailed-ways-in";
import { reauthenticate } from "./steps/reauthenticate";
import { revokeSessionsAndBegun } from "./steps/revoke-sessions";
import { setPassword } from "./steps/set-password";
import { findPasswordHash } from "./store/credentials";
import { consume } from "./store/rate-limits";
import { recordEvent } from "./store/security-events";
import { type NewSession, rotateSession } from "./store/sessions";
import { endVerifications } from "./store/verifications";

type Wish = { currentPassword?: string; newPassword: string };

/**
 * Changes the password of the signed-in person, who types the current one, or (without one) signed in a moment ago: see
 * `reauthenticate`. All other sessions end; this one goes on under a new token.
 * @returns `wrong_password`, `reauthentication_required`, `password_missing`, `password_unchanged`, `invalid_input`,
 * `conflict` when another change came first, `unauthenticated`, `too_many_attempts`.
 */
export async function changePassword(principal: Principal, input: Wish, client: Client): Promise<Result<NewSession>> {
  const prepared = await preparePasswordChange(principal, input, client);
  return prepared.ok ? prepared.value() : prepared;
}

/** The same for a form that changes several things: it calls the returned function in its one transaction. */
export async function preparePasswordChange(
  principal: Principal,
  input: Wish,
  client: Client,
): Promise<Result<PreparedChange<NewSession>>> {
  const { currentPassword, newPassword } = input;
  const proved = await reauthenticate(principal, currentPassword, client);
  if (!proved.ok) return proved;
  const former = proved.value;
  if (former === null && currentPassword !== undefined) return fail("password_missing");
  const problem = await passwordProblem(newPassword, [principal.email, principal.name]);
  if (problem) return fail("invalid_input", { fields: { newPassword: problem } });
  if (former !== null && (await isSamePassword(newPassword, currentPassword, former, client)))
    return failAt("newPassword", "password_unchanged");
  const passwordHash = await hashPassword(newPassword, client);

  const { userId, sessionId, email } = principal;
  const change = async () => {
    await lockRow("User", userId);
    if ((await findPasswordHash(userId)) !== former) return fail("conflict");
    const allowed = await consume(LIMITS.newSecretsPerUser, userId);
    if (!allowed.ok) return allowed;
    const session = await rotateSession(sessionId, currentPassword !== undefined);
    if (!session) return fail("unauthenticated");
    await setPassword(userId, passwordHash);
    await revokeSessionsAndBegun(userId, sessionId);
    await endVerifications(userId, ["verify"]);
    await endMailedWaysIn(userId, "reset");
    await recordEvent("password.changed", { userId, sessionId, client });
    await sendMail(email, "password-changed", seenFrom(client));
    return ok(session);
  };
  return ok(() => transact<Result<NewSession>>(change));
}

async function isSamePassword(
  password: string,
  current: string | undefined,
  hash: string,
  client: Client,
): Promise<boolean> {
  return current === undefined
    ? verifyPassword(password, hash, client)
    : password.normalize("NFKC") === current.normalize("NFKC");
}
