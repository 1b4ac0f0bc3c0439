import { transact } from "@/lib/db/transact";
import { hashedAddress, logEvent } from "@/lib/log";
import { fail, ok, type Result } from "./model/errors";
import { LIMITS } from "./model/limits";
import type { Client } from "./model/principal";
import { countSource } from "./steps/count-source";
import { guess } from "./steps/guess";
import { mayMail } from "./steps/mail-budget";
import { sendVerification, type VerificationLinks } from "./steps/send-verification";
import { findUserByEmail } from "./store/users";
import {
  endResets,
  findVerification,
  isCodeAlive,
  isCodeRight,
  issueVerification,
  reissueVerification,
} from "./store/verifications";

/**
 * Sends a code that lets a new password be set on the page that asked. Addresses without an account get one too,
 * because a stranger who waits for it would otherwise learn that. A newer code or link ends the older ones; without a mail
 * there is no code.
 * @param input.pendingId what this browser waits for already, if anything: its code goes on working while no mail may go out.
 * @returns `too_many_attempts` per source only.
 */
export async function sendResetCode(
  input: { email: string; pendingId?: string },
  client: Client,
  links: VerificationLinks,
): Promise<Result<{ verificationId: string }>> {
  const allowed = await countSource(LIMITS.forgotPerSource, client);
  if (!allowed.ok) return allowed;
  const { email, pendingId } = input;
  logEvent("password_reset.requested", { email: hashedAddress(email), ip: client.ip, userAgent: client.userAgent });
  return transact(async () => {
    const user = await findUserByEmail(email);
    const mailed = await mayMail({ budget: "recovery", email, client, userId: user?.id });
    const pending = pendingId && !mailed ? await findVerification(pendingId) : null;
    if (pending?.purpose === "reset" && pending.email === email) return ok({ verificationId: pending.id });
    if (mailed) await endResets(email);
    const userId = user && !user.disabledAt ? user.id : undefined;
    const issued = await issueVerification({ purpose: "reset", userId, email, withCode: mailed });
    await sendVerification(email, issued, links, { decoy: !mailed });
    return ok({ verificationId: issued.id });
  });
}

/**
 * Exchanges the code for a token that `resetPassword` takes.
 * @returns `code_invalid`, `code_expired` (spent, too old, too many tries), `too_many_attempts`.
 */
export async function confirmResetCode(
  input: { verificationId: string; code: string },
  client: Client,
): Promise<Result<{ token: string }>> {
  const { verificationId, code } = input;
  const verification = await findVerification(verificationId);
  if (verification?.purpose !== "reset" || !verification.email || !isCodeAlive(verification))
    return fail("code_expired");
  const userId = verification.userId ?? undefined;
  return guess(
    { factor: "code", account: verification.email, client, userId, verificationId },
    async () => isCodeRight(verification, code),
    async () => {
      const issued = await reissueVerification(verification, false);
      return issued ? ok({ token: issued.token }) : fail("code_expired");
    },
    fail("code_invalid"),
  );
}
