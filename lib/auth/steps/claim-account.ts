import { unlinkAccounts } from "@/lib/auth/store/accounts";
import { recordEvent } from "@/lib/auth/store/security-events";
import { findUserById, type UserDetails, updateUser } from "@/lib/auth/store/users";
import { endAllVerifications } from "@/lib/auth/store/verifications";
import type { User } from "@/prisma/client/client";
import { removeFactors } from "./factor-reset";
import { revokeSessionsAndBegun } from "./revoke-sessions";
import { setPassword } from "./set-password";

/**
 * Makes an unproved user the mailbox owner's. Its password, linked providers, factors, sessions with their tokens,
 * and open verifications may all be a stranger's, who only claimed the address: each of them dies. A proved user is left as it is.
 * For one for whom an operator vouched, this is the proof.
 * Call it in the transaction of what proved the mailbox.
 * @param input.passwordHash The password that the owner chose. Without it the account has none.
 * @returns the user, now proved; null when there is none.
 */
export async function claimAccount(
  userId: string,
  input: { passwordHash?: string; profile?: UserDetails } = {},
): Promise<User | null> {
  const user = await findUserById(userId);
  if (!user || user.emailVerified) return user?.emailVouched ? updateUser(userId, { emailVouched: false }) : user;
  const { passwordHash, profile } = input;
  // First: from here on the mails to this address end with the rest.
  const claimed = await updateUser(userId, { ...profile, emailVerified: new Date(), emailVouched: false });
  await setPassword(userId, passwordHash ?? null);
  await unlinkAccounts(userId);
  await revokeSessionsAndBegun(userId);
  await endAllVerifications(userId);
  await removeFactors(userId);
  await recordEvent("email.verified", { userId, email: user.email });
  return claimed;
}
