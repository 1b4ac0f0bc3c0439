import { findUserById } from "@/lib/auth/store/users";
import { endSignInMails, endVerifications } from "@/lib/auth/store/verifications";

/**
 * Ends what was mailed to a person for this purpose. At an address that was never proved it goes on working: a reader of
 * that mailbox is stronger than a person who knows the password.
 */
export async function endMailedWaysIn(userId: string, purpose: "sign-in" | "reset"): Promise<void> {
  const user = await findUserById(userId);
  if (!user?.emailVerified) return;
  await endVerifications(userId, [purpose]);
  // One that was mailed before the account was made names no user.
  if (purpose === "sign-in") await endSignInMails(user.email);
}
