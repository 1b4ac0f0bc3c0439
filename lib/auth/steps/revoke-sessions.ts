import { forgetDevices } from "@/lib/auth/store/remembered-devices";
import { revokeSession, revokeSessions } from "@/lib/auth/store/sessions";
import { endVerifications } from "@/lib/auth/store/verifications";
import { lockRow } from "@/lib/db/lock-row";
import { endMailedWaysIn } from "./end-mailed-ways-in";

/**
 * Revokes all of a person's sessions, but for `except`, and ends what a thief in one of them could have begun: a mailed code or
 * link that signs in, a change of address under way, an invitation to become an admin. Asks each of their devices for the second
 * factor again.
 * @returns how many sessions ended.
 */
export async function revokeSessionsAndBegun(userId: string, except?: string): Promise<number> {
  // A request that has locked its session has written by then; a later one finds none.
  await lockRow("User", userId);
  const ended = await revokeSessions(userId, except);
  await endBegun(userId);
  return ended;
}

/**
 * Revokes one session of a person that may be a thief's, and the same with it, as no row tells in which session it was begun. The caller
 * has locked the person.
 * @returns whether there was such a session.
 */
export async function revokeSessionAndBegun(userId: string, sessionId: string): Promise<boolean> {
  const ended = await revokeSession(userId, sessionId);
  if (ended) await endBegun(userId);
  return ended;
}

async function endBegun(userId: string): Promise<void> {
  await forgetDevices(userId);
  await endVerifications(userId, ["change-email", "invite"]);
  await endMailedWaysIn(userId, "sign-in");
}
