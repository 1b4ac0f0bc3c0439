import { forgetDevices } from "@/lib/auth/store/remembered-devices";
import { revokeSessions } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { endSignInMails, endVerifications } from "@/lib/auth/store/verifications";

/**
 * Ends all of a person's sessions, but for `except`, and what could lead to another one or move the account: a mailed code
 * or link that signs in, and a change of address under way. Asks each of their devices for the second factor again. A mail to
 * an address that was never proved goes on working: whoever reads it is stronger than whoever holds the account.
 * @returns how many sessions ended.
 */
export async function signOutDevices(userId: string, except?: string): Promise<number> {
  await forgetDevices(userId);
  const user = await findUserById(userId);
  await endVerifications(userId, user?.emailVerified ? ["sign-in", "change-email"] : ["change-email"]);
  // One that was mailed before the account was made names no user.
  if (user?.emailVerified) await endSignInMails(user.email);
  return revokeSessions(userId, except);
}
