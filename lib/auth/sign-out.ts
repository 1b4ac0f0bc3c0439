import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { logEvent } from "@/lib/log";
import { fail, ok, type Result } from "./model/errors";
import type { Principal, SessionRef } from "./model/principal";
import { revokeSessionAndBegun, revokeSessionsAndBegun } from "./steps/revoke-sessions";
import { recordEvent } from "./store/security-events";
import { revokeByToken, revokeSession } from "./store/sessions";

/** Revokes the session the token stands for. Where it has ended, that is no error. */
export async function signOut(token: string): Promise<void> {
  const ended = await revokeByToken(token);
  if (ended) logEvent("sign_out", ended);
}

/**
 * Revokes one of the person's own sessions. Another person's looks like one that does not exist. With any session but the present one
 * ends what a thief could have begun in it.
 * @returns `not_found`.
 */
export async function revokeOwnSession(
  { userId, sessionId: own }: SessionRef,
  sessionId: string,
): Promise<Result<void>> {
  return transact(async () => {
    await lockRow("User", userId);
    const revoke = sessionId === own ? revokeSession : revokeSessionAndBegun;
    if (!(await revoke(userId, sessionId))) return fail("not_found");
    await recordEvent("session.revoked", { userId, sessionId });
    return ok(undefined);
  });
}

/** Signs the person out everywhere, here too. Returns how many sessions ended. */
export async function revokeAllSessions({ userId, sessionId }: Principal): Promise<Result<number>> {
  return transact(async () => {
    const count = await revokeSessionsAndBegun(userId);
    await recordEvent("session.revoked_all", { userId, sessionId, detail: String(count) });
    return ok(count);
  });
}

/** Revokes all of the person's sessions but this one. Returns how many sessions ended. */
export async function revokeOtherSessions({ userId, sessionId }: Principal): Promise<Result<number>> {
  return transact(async () => {
    const count = await revokeSessionsAndBegun(userId, sessionId);
    // Without an ended session there is nothing to tell, and a script could fill the table with such events.
    if (count > 0) await recordEvent("session.revoked_others", { userId, sessionId, detail: String(count) });
    return ok(count);
  });
}
