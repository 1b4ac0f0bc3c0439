import { fail, type Result } from "@/lib/auth/model/errors";
import { verifyPassword } from "@/lib/auth/model/password-hash";
import { type Client, sourceOf } from "@/lib/auth/model/principal";
import { completeSignUp, type Verified } from "@/lib/auth/steps/complete-sign-up";
import { mailCode, type ProofLinks } from "@/lib/auth/steps/send-verification";
import { findPasswordHash } from "@/lib/auth/store/credentials";
import { consumeMail, refuseToken } from "@/lib/auth/store/rate-limits";
import type { SessionOptions } from "@/lib/auth/store/sessions";
import {
  findVerification,
  findVerificationByToken,
  isCodeAlive,
  isCodeRight,
  Registration,
  takeTry,
} from "@/lib/auth/store/verifications";
import type { Verification } from "@/prisma/client/client";

const WRONG_CODE = fail("code_invalid", { fields: { code: "That code is not right. Check the newest mail." } });
const NOT_THE_CHOSEN_PASSWORD = fail("wrong_password", {
  fields: { password: "That is not the password chosen when this account was made." },
});

/**
 * Proves the mailbox by the code typed on the page that started.
 * @returns `code_invalid`, `code_expired` (spent, too old, too many tries), `too_many_attempts`.
 */
export async function confirmCode(
  input: { verificationId: string; code: string; session?: SessionOptions },
  client: Client,
): Promise<Result<Verified>> {
  const verification = await findVerification(input.verificationId);
  if (!verification || !isSignUp(verification) || !isCodeAlive(verification)) return fail("code_expired");
  if (!(await takeTry(verification.id))) return fail("code_expired");
  if (!isCodeRight(verification, input.code)) return refuseToken(sourceOf(client), WRONG_CODE);
  return completeSignUp(verification, input.session ?? {}, client, "code_expired");
}

/**
 * Proves the mailbox by the mailed link's button. In another browser than the one that started (`verificationId` from
 * its cookie) the password chosen is asked for too: somebody else may have typed this address, and then their password
 * must not become that of an account the owner of the mailbox confirms.
 * @returns `token_invalid`, `wrong_password`, `too_many_attempts`.
 */
export async function confirmLink(
  input: { token: string; password?: string; verificationId: string | null; session?: SessionOptions },
  client: Client,
): Promise<Result<Verified>> {
  const verification = await findVerificationByToken(input.token);
  if (!verification || !isSignUp(verification)) return refuseToken(sourceOf(client), fail("token_invalid"));
  if (verification.id !== input.verificationId) {
    if (!(await takeTry(verification.id))) return fail("token_invalid");
    if (!(await isPasswordChosen(verification, input.password ?? ""))) return NOT_THE_CHOSEN_PASSWORD;
  }
  return completeSignUp(verification, input.session ?? {}, client, "token_invalid");
}

/** Mails a new code and link; the former ones are dead. @returns `code_expired`, or `too_many_attempts` with the wait. */
export async function resendCode(verificationId: string, links: ProofLinks): Promise<Result<void>> {
  const verification = await findVerification(verificationId);
  if (!verification?.email || !isSignUp(verification)) return fail("code_expired");
  const allowed = await consumeMail(verification.email);
  return allowed.ok ? mailCode(verification, links) : allowed;
}

function isSignUp({ purpose }: Verification): boolean {
  return purpose === "register" || purpose === "verify";
}

async function isPasswordChosen(verification: Verification, password: string): Promise<boolean> {
  const { passwordHash } = Registration.parse(verification.payload);
  const hash = verification.userId ? await findPasswordHash(verification.userId) : (passwordHash ?? null);
  return verifyPassword(password, hash);
}
