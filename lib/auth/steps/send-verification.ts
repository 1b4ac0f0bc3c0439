import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { type IssuedVerification, Registration, reissueVerification } from "@/lib/auth/store/verifications";
import { inBackground } from "@/lib/background";
import { sendConfirmEmail } from "@/lib/mail/messages";
import type { Verification } from "@/prisma/client/client";

/** How a proof reaches its mailbox: in our mail with its code and link, or in a surface's own way, which takes the code. */
export type ProofLinks = { verifyEmail(token: string): string; sendCode?(email: string, code: string): Promise<void> };

/** Sends a sign-up's proof. Never delays or changes an answer. */
export function sendProof(email: string, { token, code }: IssuedVerification, links: ProofLinks): void {
  const { sendCode } = links;
  if (sendCode) inBackground("code", () => sendCode(email, code));
  else sendConfirmEmail(email, { code, url: links.verifyEmail(token) });
}

/**
 * The step that mails a sign-up's code and link anew; the former ones are dead. The caller has asked the mail limit.
 * Whose address had an owner already gets the same answer and no mail. @returns `code_expired` when it is spent.
 */
export async function mailCode(verification: Verification, links: ProofLinks): Promise<Result<void>> {
  const issued = await reissueVerification(verification);
  if (!issued || !verification.email) return fail("code_expired");
  if (!Registration.parse(verification.payload).taken) sendProof(verification.email, issued, links);
  return ok(undefined);
}
