import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { type Client, sourceOf } from "@/lib/auth/model/principal";
import { type ProofLinks, sendProof } from "@/lib/auth/steps/send-verification";
import { consume, LIMITS, mayMail, refuseToken } from "@/lib/auth/store/rate-limits";
import { findUserByEmail } from "@/lib/auth/store/users";
import {
  endVerifications,
  findVerification,
  isCodeAlive,
  isCodeRight,
  issueVerification,
  reissueVerification,
  takeTry,
} from "@/lib/auth/store/verifications";
import { hashedAddress, logEvent } from "@/lib/log";

/**
 * Sends a code that lets a new password be set on the page that asked. Any address gets one, also one without an
 * account: nothing else would look alike to whoever waits for it. A newer code or link ends the older ones.
 * @param input.pendingId what this browser waits for already, if anything: its code goes on working while no mail may go out.
 * @returns `too_many_attempts` per source only.
 */
export async function sendResetCode(
  input: { email: string; pendingId?: string },
  client: Client,
  links: ProofLinks,
): Promise<Result<{ verificationId: string }>> {
  const allowed = await consume(LIMITS.forgotPerSource, sourceOf(client));
  if (!allowed.ok) return allowed;
  const { email, pendingId } = input;
  logEvent("password_reset.requested", { email: hashedAddress(email), ip: client.ip, userAgent: client.userAgent });
  const mailAllowed = await mayMail(email);
  const pending = pendingId && !mailAllowed ? await findVerification(pendingId) : null;
  if (pending?.purpose === "reset" && pending.email === email) return ok({ verificationId: pending.id });

  const user = await findUserByEmail(email);
  const userId = user && !user.disabledAt ? user.id : undefined;
  if (mailAllowed) await endVerifications(userId ?? "nobody", ["reset"]);
  const issued = await issueVerification({ purpose: "reset", userId, email });
  if (mailAllowed) sendProof(email, issued, links);
  return ok({ verificationId: issued.id });
}

/**
 * Exchanges the code for a token that `resetPassword` takes.
 * @returns `code_invalid`, `code_expired` (spent, too old, too many tries), `too_many_attempts`.
 */
export async function confirmResetCode(
  input: { verificationId: string; code: string },
  client: Client,
): Promise<Result<{ token: string }>> {
  const verification = await findVerification(input.verificationId);
  if (verification?.purpose !== "reset" || !isCodeAlive(verification)) return fail("code_expired");
  if (!(await takeTry(verification.id))) return fail("code_expired");
  if (!isCodeRight(verification, input.code)) return refuseToken(sourceOf(client), fail("code_invalid"));
  const issued = await reissueVerification(verification);
  return issued ? ok({ token: issued.token }) : fail("code_expired");
}
