import { findUserById } from "@/lib/auth/store/users";
import { endVerifications, type IssuedVerification, issueVerification } from "@/lib/auth/store/verifications";

/**
 * Opens a change of address, in place of one that is open: `confirm` is for the new mailbox, and for 7 days `undo` for the
 * old one. An undo from an address that was never proved gives the account to the owner of that mailbox.
 * @param withCode whether the new mailbox gets a code too.
 */
export async function openEmailChange(
  userId: string,
  change: { from: string; to: string },
  withCode: boolean,
): Promise<{ confirm: IssuedVerification; undo: IssuedVerification }> {
  const { from, to } = change;
  await endVerifications(userId, ["change-email"]);
  const confirm = await issueVerification({ purpose: "change-email", userId, email: to, payload: change, withCode });
  const isProved = Boolean((await findUserById(userId))?.emailVerified);
  const payload = { ...change, isProved };
  const undo = await issueVerification({ purpose: "undo-email-change", userId, email: from, payload });
  return { confirm, undo };
}
