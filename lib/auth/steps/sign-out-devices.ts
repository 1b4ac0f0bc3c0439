import { forgetDevices } from "@/lib/auth/store/remembered-devices";
import { revokeSessions } from "@/lib/auth/store/sessions";

/**
 * Ends all of a person's sessions, but for `except`, and asks each of their devices for the second factor again.
 * @returns how many sessions ended.
 */
export async function signOutDevices(userId: string, except?: string): Promise<number> {
  await forgetDevices(userId);
  return revokeSessions(userId, except);
}
