import { sendConfirmEmail } from "@/lib/mail";
import type { Verification } from "@/prisma/client/client";
import { fail, ok, type Result } from "./errors";
import { Registration, reissueVerification } from "./verifications";

/**
 * The step that mails a sign-up's code and link anew; the former ones are dead. The caller has asked the mail limit.
 * Whose address had an owner already gets the same answer and no mail. @returns `code_expired` when it is spent.
 */
export async function mailCode(
  verification: Verification,
  links: { verifyEmail(token: string): string },
): Promise<Result<void>> {
  const issued = await reissueVerification(verification);
  if (!issued || !verification.email) return fail("code_expired");
  if (!Registration.parse(verification.payload).taken)
    sendConfirmEmail(verification.email, { code: issued.code, url: links.verifyEmail(issued.token) });
  return ok(undefined);
}
