import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { type Client, sourceOf } from "@/lib/auth/model/principal";
import { completeSignUp, type Verified } from "@/lib/auth/steps/complete-sign-up";
import { mailCode } from "@/lib/auth/steps/send-verification";
import { consume, LIMITS, mayMail, refuseToken } from "@/lib/auth/store/rate-limits";
import type { SessionOptions } from "@/lib/auth/store/sessions";
import {
  findVerificationByToken,
  isCodeAlive,
  isCodeRight,
  listSignUps,
  takeTry,
} from "@/lib/auth/store/verifications";
import { inBackground } from "@/lib/background";

// For API clients whose contract carries no id of the registration that they began, but only its address or its link.

/**
 * Proves the mailbox by the code and the address it was sent to.
 * @returns `code_invalid` for whatever is wrong, `too_many_attempts`.
 */
export async function confirmCodeAt(
  input: { email: string; code: string; session: SessionOptions },
  client: Client,
): Promise<Result<Verified>> {
  for (const verification of await listSignUps(input.email)) {
    if (!isCodeAlive(verification) || !(await takeTry(verification.id))) continue;
    if (isCodeRight(verification, input.code))
      return completeSignUp(verification, input.session, client, "code_expired");
  }
  return refuseToken(sourceOf(client), fail("code_invalid"));
}

/**
 * Proves the mailbox by the mailed link alone. Weaker than our own page, which asks for the password in another browser
 * than the one that began: a contract that knows nothing but the link cannot tell who chose the password. The owner of
 * the mailbox is told of sign-ins from new devices.
 * @returns `token_invalid`, `too_many_attempts`.
 */
export async function confirmLinkAlone(
  input: { token: string; session: SessionOptions },
  client: Client,
): Promise<Result<Verified>> {
  const verification = await findVerificationByToken(input.token);
  if (verification?.purpose !== "register" && verification?.purpose !== "verify")
    return refuseToken(sourceOf(client), fail("token_invalid"));
  return completeSignUp(verification, input.session, client, "token_invalid");
}

/**
 * Mails a new code and link for the newest registration of an address, if there is one: the answer is the same.
 * @returns `too_many_attempts` per source only.
 */
export async function resendCodeTo(
  input: { email: string },
  client: Client,
  links: { verifyEmail(token: string): string },
): Promise<Result<void>> {
  const allowed = await consume(LIMITS.forgotPerSource, sourceOf(client));
  if (!allowed.ok) return allowed;
  inBackground("confirmation mail", async () => {
    if (!(await mayMail(input.email))) return;
    const [newest] = await listSignUps(input.email);
    if (newest) await mailCode(newest, links);
  });
  return ok(undefined);
}
