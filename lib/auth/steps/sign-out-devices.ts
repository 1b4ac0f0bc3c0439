import { forgetDevices } from "@/lib/auth/store/remembered-devices";
import { revokeSessions } from "@/lib/auth/store/sessions";
import { endVerifications } from "@/lib/auth/store/verifications";
import { lockRow } from "@/lib/db/lock-row";
import { endMailedWaysIn } from "./end-mailed-ways-in";

/**
 * Ends all of a person's sessions, but for `except`, and what a thief in one of them could have begun: a mailed code or link that
 * signs in, a change of address under way, an invitation to become an admin. Asks each of their devices for the second factor again.
 * @returns how many sessions ended.
 */
export async function signOutDevices(userId: string, except?: string): Promise<number> {
  // A request that has locked its session has written by then; a later one finds none.
  await lockRow("User", userId);
  const ended = await revokeSessions(userId, except);
  await forgetDevices(userId);
  await endVerifications(userId, ["change-email", "invite"]);
  await endMailedWaysIn(userId, "sign-in");
  return ended;
}
