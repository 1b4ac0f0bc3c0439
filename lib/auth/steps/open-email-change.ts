import { endVerifications, type IssuedVerification, issueVerification } from "@/lib/auth/store/verifications";
import { sendMail } from "@/lib/mail/messages";
import { links } from "@/lib/routes";
import type { User } from "@/prisma/client/client";

type Asker = "person" | "operator";

/**
 * Opens a change of address, in place of one that is open, and tells the former mailbox, if `issueUndo` has a link for it.
 * @param options.withCode whether the new mailbox gets a code too.
 * @returns what the new mailbox confirms by.
 */
export async function openEmailChange(
  user: User,
  to: string,
  { by, withCode }: { by: Asker; withCode: boolean },
): Promise<IssuedVerification> {
  const { id: userId, email: from } = user;
  await endVerifications(userId, ["change-email"]);
  const confirm = await issueVerification({
    purpose: "change-email",
    userId,
    email: to,
    payload: { from, to },
    withCode,
  });
  const undoUrl = await issueUndo(user, to, by);
  if (undoUrl) await sendMail(from, "email-change-notice", { newEmail: to, url: undoUrl });
  return confirm;
}

/**
 * The link by which the former mailbox takes a change back for 7 days. Where that mailbox was never proved, the person
 * who asks may be a stranger, so the link gives the account to the mailbox's owner. An operator who asks may correct
 * a mistyped address, whose owner is the stranger, also one that an operator has vouched for.
 * @returns null for a mailbox that gets none.
 */
export async function issueUndo(
  { id: userId, email: from, emailVerified, emailVouched }: User,
  to: string,
  by: Asker,
): Promise<string | null> {
  const isProved = emailVerified !== null;
  if (by === "operator" && (!isProved || emailVouched)) return null;
  const payload = { from, to, isProved };
  const { token } = await issueVerification({ purpose: "undo-email-change", userId, email: from, payload });
  return links.verifyEmail(token);
}
