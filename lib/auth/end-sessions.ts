import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { revokeSession, revokeSessions } from "@/lib/auth/store/sessions";
import { logEvent } from "@/lib/log";

/** Ends one of the person's own sessions. Somebody else's looks like one that does not exist. @returns `not_found`. */
export async function endSession(principal: Principal, sessionId: string): Promise<Result<void>> {
  if (!(await revokeSession(principal.userId, sessionId))) return fail("not_found");
  logEvent("session.revoked", { userId: principal.userId, sessionId });
  return ok(undefined);
}

/** Signs the person out everywhere, here too. Returns how many sessions ended. */
export async function endAllSessions(principal: Principal): Promise<Result<number>> {
  const count = await revokeSessions(principal.userId);
  logEvent("session.revoked_all", { userId: principal.userId, sessionId: principal.sessionId, count });
  return ok(count);
}

/** Ends all of the person's sessions but this one. Returns how many. */
export async function endOtherSessions(principal: Principal): Promise<Result<number>> {
  const count = await revokeSessions(principal.userId, principal.sessionId);
  logEvent("session.revoked_others", { userId: principal.userId, sessionId: principal.sessionId, count });
  return ok(count);
}
