import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { NewProfile } from "@/lib/auth/model/registration";
import { addUser } from "@/lib/auth/steps/add-user";
import { openEmailChange } from "@/lib/auth/steps/open-email-change";
import { recordEvent } from "@/lib/auth/store/security-events";
import { findUserByEmail, isReserved } from "@/lib/auth/store/users";
import { type IssuedVerification, issueVerification } from "@/lib/auth/store/verifications";
import { transact } from "@/lib/db/transact";
import { sendMail } from "@/lib/mail/messages";
import { INVITATION_TTL_HOURS } from "@/lib/validity";
import type { User } from "@/prisma/client/client";

type InvitedUser = { user: User; issued: IssuedVerification };

/**
 * Makes a user without a password, and mails the link that makes the account theirs, for a day. A user who never proved the address
 * is invited again. A later recovery does the same as the link.
 * @param link where the mailed link leads; null sends no mail, for an operator who sends it.
 * @returns `user_exists` for a person who has an account already.
 */
export async function inviteUserByOperator(
  { email, profile }: { email: string; profile?: NewProfile },
  by: string,
  link: ((token: string) => string) | null,
): Promise<Result<InvitedUser>> {
  return transact<Result<InvitedUser>>(async () => {
    const known = await findUserByEmail(email);
    if (known?.emailVerified || (await isReserved(email))) return fail("user_exists");
    const user = known ?? (await addUser({ ...profile, email, emailVerified: null }));
    const issued = await issueVerification({
      purpose: "reset",
      userId: user.id,
      email,
      withCode: true,
      lifeMinutes: INVITATION_TTL_HOURS * 60,
    });
    if (link) await sendMail(email, "invitation", { url: link(issued.token), code: issued.code ?? "" });
    await recordEvent("user.invited", { userId: user.id, email, detail: `by ${by}` });
    return ok({ user, issued });
  });
}

/** Makes the link and the code of a recovery, or of a sign-in, for an operator who mails them. @returns `not_found`. */
export async function issueLinkByOperator(
  { email, purpose }: { email: string; purpose: "reset" | "sign-in" },
  by: string,
): Promise<Result<InvitedUser>> {
  return transact<Result<InvitedUser>>(async () => {
    const user = await findUserByEmail(email);
    if (!user || user.disabledAt) return fail("not_found");
    const payload = purpose === "sign-in" ? { ip: null, userAgent: null } : {};
    const issued = await issueVerification({ purpose, userId: user.id, email, payload, withCode: true });
    await recordEvent("link.made_by_operator", { userId: user.id, email, detail: `${purpose} by ${by}` });
    return ok({ user, issued });
  });
}

/**
 * Makes the link and the code of a change of address, for an operator who mails them to the new mailbox. The change happens
 * once that is confirmed in the usual way: in a session of its person, or with their password. The old mailbox, if it was proved, is
 * told now, and can take it back for 7 days.
 * @returns `not_found`, `user_exists` for an address that is another person's, `invalid_input` for the one they have.
 */
export async function issueEmailChangeByOperator(
  { email: from, newEmail: to }: { email: string; newEmail: string },
  by: string,
): Promise<Result<InvitedUser>> {
  return transact<Result<InvitedUser>>(async () => {
    const user = await findUserByEmail(from);
    if (!user || user.disabledAt) return fail("not_found");
    if (to === from) return fail("invalid_input", { fields: { new_email: "That is the address already." } });
    if ((await findUserByEmail(to)) || (await isReserved(to))) return fail("user_exists");
    const issued = await openEmailChange(user, to, { by: "operator", withCode: true });
    await recordEvent("email_change.requested", { userId: user.id, email: to, detail: `by ${by}` });
    return ok({ user, issued });
  });
}
