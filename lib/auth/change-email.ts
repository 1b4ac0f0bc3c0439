import { z } from "zod";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { type Client, type Principal, sourceOf } from "@/lib/auth/model/principal";
import { confirmPassword } from "@/lib/auth/steps/reauthenticate";
import { consume, consumeMail, LIMITS, refuseToken } from "@/lib/auth/store/rate-limits";
import { revokeSessions } from "@/lib/auth/store/sessions";
import { findUserByEmail, findUserById, moveEmail } from "@/lib/auth/store/users";
import {
  consumeVerification,
  endVerifications,
  findVerificationByToken,
  issueVerification,
} from "@/lib/auth/store/verifications";
import { hashedAddress, logEvent } from "@/lib/log";
import { sendAddressInUse, sendConfirmNewEmail, sendEmailChanged, sendEmailChangeNotice } from "@/lib/mail/messages";

export type ChangeEmailLinks = { verifyEmail(token: string): string; login(): string; forgotPassword(): string };

/** The other end of a change: where it comes from, or for its undoing where it went. */
const Change = z.object({ from: z.string(), to: z.string() });

/**
 * Asks for another address. It changes only once the new mailbox confirms; the old one is told at once, with a link
 * that stops or undoes the change for 7 days. A taken address gets the same answer as a free one.
 * @returns `wrong_password`, `reauthentication_required`, `invalid_input`, `too_many_attempts`.
 */
export async function requestEmailChange(
  principal: Principal,
  input: { email: string; currentPassword?: string },
  client: Client,
  links: ChangeEmailLinks,
): Promise<Result<void>> {
  const { userId } = principal;
  const change = { from: principal.email, to: input.email };
  const confirmed = await confirmPassword(principal, input.currentPassword, client, links);
  if (!confirmed.ok) return confirmed;
  if (change.to === change.from) return fail("invalid_input", { fields: { email: "That is your address already." } });
  const allowed = await consume(LIMITS.emailChangePerUser, userId);
  if (!allowed.ok) return allowed;
  const mailAllowed = await consumeMail(change.to);
  if (!mailAllowed.ok) return mailAllowed;

  await endVerifications(userId, ["change-email"]);
  const confirm = await issueVerification({ purpose: "change-email", userId, email: change.to, payload: change });
  const undo = await issueVerification({ purpose: "undo-email-change", userId, email: change.from, payload: change });
  logEvent("email_change.requested", {
    userId,
    email: hashedAddress(change.to),
    ip: client.ip,
    userAgent: client.userAgent,
  });
  if (!(await findUserByEmail(change.to))) sendConfirmNewEmail(change.to, { url: links.verifyEmail(confirm.token) });
  else if ((await consume(LIMITS.noticePerHour, change.to)).ok)
    sendAddressInUse(change.to, { loginUrl: links.login(), forgotUrl: links.forgotPassword() });
  sendEmailChangeNotice(change.from, { newEmail: change.to, undoUrl: links.verifyEmail(undo.token) });
  return ok(undefined);
}

/**
 * Confirms at the new mailbox, or takes back from the old one, by the mailed link's button. Confirming ends all
 * sessions but `keepSession`; taking back ends all, because then somebody else was in.
 * @returns which of the two, whose, and the address from now on; `token_invalid`, `user_exists`, `too_many_attempts`.
 */
export async function settleEmailChange(
  input: { token: string; keepSession?: { userId: string; sessionId: string } },
  client: Client,
): Promise<Result<{ done: "changed" | "undone"; userId: string; email: string }>> {
  const verification = await findVerificationByToken(input.token);
  const purpose = verification?.purpose;
  if (!verification?.userId || (purpose !== "change-email" && purpose !== "undo-email-change"))
    return refuseToken(sourceOf(client), fail("token_invalid"));
  const { id, userId } = verification;
  const { from, to } = Change.parse(verification.payload);
  const undoing = purpose === "undo-email-change";
  if (!(await consumeVerification(id))) return fail("token_invalid");

  const moved = undoing ? await moveBack(userId, from) : await moveEmail(userId, from, to);
  if (!moved.ok) return moved.error.code === "user_exists" ? moved : fail("token_invalid");
  await endVerifications(userId, ["reset", "verify", "change-email"]);
  // A thief who changed the address twice has an undo link too. The earlier mailbox has the last word.
  if (undoing) await endVerifications(userId, ["undo-email-change"], verification.createdAt);
  const keep = !undoing && input.keepSession?.userId === userId ? input.keepSession.sessionId : undefined;
  await revokeSessions(userId, keep);
  logEvent(undoing ? "email_change.undone" : "email.changed", { userId, ip: client.ip, userAgent: client.userAgent });
  if (!undoing) sendEmailChanged(to, { email: to });
  return ok({ done: undoing ? "undone" : "changed", userId, email: undoing ? from : to });
}

/** Back from wherever the address has gone since. Before the change was confirmed there is nothing to move. */
async function moveBack(userId: string, original: string): Promise<Result<void>> {
  const user = await findUserById(userId);
  if (!user || user.email === original) return user ? ok(undefined) : fail("token_invalid");
  return moveEmail(userId, user.email, original);
}
