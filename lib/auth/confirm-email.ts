import { transact } from "@/lib/db/transact";
import type { Verification } from "@/prisma/client/client";
import { fail, ok, type Refusal, type Result } from "./model/errors";
import { verifyPassword } from "./model/password-hash";
import type { Client } from "./model/principal";
import { Registration } from "./model/registration";
import type { SessionOptions } from "./steps/begin-session";
import { type Confirmed, completeRegistration } from "./steps/complete-registration";
import { guess } from "./steps/guess";
import { consumeMail } from "./steps/mail-budget";
import { refuseToken } from "./steps/refuse-token";
import { resendVerification, type VerificationLinks } from "./steps/send-verification";
import { findPasswordHash } from "./store/credentials";
import {
  findVerification,
  findVerificationByToken,
  isCodeAlive,
  isCodeRight,
  isRegistration,
} from "./store/verifications";

const WRONG_CODE = fail("code_invalid", { fields: { code: "That code is not right. Check the newest email." } });
const NOT_THE_CHOSEN_PASSWORD = fail("wrong_password", {
  fields: { password: "That is not the password chosen when this account was made." },
});

/**
 * Proves the mailbox by the code typed on the page that started.
 * @param input.session null begins no session.
 * @returns `code_invalid`, `code_expired` (spent, too old, too many tries), `too_many_attempts`, `user_exists`.
 */
export async function confirmCode(
  input: { verificationId: string; code: string; session?: SessionOptions | null },
  client: Client,
): Promise<Result<Confirmed>> {
  const { verificationId, code, session = {} } = input;
  const verification = await findVerification(verificationId);
  if (!verification?.email || !isRegistration(verification) || !isCodeAlive(verification)) return fail("code_expired");
  return guess(
    { factor: "code", account: verification.email, client, verificationId },
    async () => isCodeRight(verification, code),
    () => completeRegistration(verification, { proof: "email-code", session, client, otherwise: "code_expired" }),
    WRONG_CODE,
  );
}

/** A press of the button behind a mailed link. `verificationId`: the registration that the browser's cookie names. */
export type PressedLink = { token: string; password?: string; verificationId: string | null };

/**
 * Proves the mailbox by the mailed link's button. A browser that did not begin the registration (by `verificationId`)
 * also needs the password that was chosen: a stranger may have typed this address, and their password must not open the
 * account that the mailbox's owner confirms.
 * @returns `token_invalid`, `wrong_password`, `too_many_attempts`.
 */
export async function confirmLink(
  input: PressedLink & { session?: SessionOptions | null },
  client: Client,
): Promise<Result<Confirmed>> {
  const { token, password = "", verificationId, session = {} } = input;
  const verification = await findVerificationByToken(token);
  if (!verification?.email || !isRegistration(verification)) return refuseToken(client, fail("token_invalid"));
  const complete = () =>
    completeRegistration(verification, { proof: "email-link", session, client, otherwise: "token_invalid" });
  if (verification.id === verificationId) return transact(complete);
  const result = await guess(
    { factor: "password", account: verification.email, client, verificationId: verification.id },
    () => isPasswordChosen(verification, password),
    complete,
    NOT_THE_CHOSEN_PASSWORD,
  );
  return result.ok ? result : asLink(result);
}

/**
 * Makes the checks of `confirmLink` and spends nothing, for contracts that confirm afterwards at their own address.
 * @returns `token_invalid`, `wrong_password`, `too_many_attempts`.
 */
export async function mayConfirm(input: PressedLink, client: Client): Promise<Result<void>> {
  const { token, password = "", verificationId } = input;
  const verification = await findVerificationByToken(token);
  if (!verification?.email || !isRegistration(verification)) return refuseToken(client, fail("token_invalid"));
  if (verification.id === verificationId) return ok(undefined);
  const result = await guess(
    { factor: "password", account: verification.email, client, verificationId: verification.id },
    () => isPasswordChosen(verification, password),
    async () => ok(undefined),
    NOT_THE_CHOSEN_PASSWORD,
  );
  return result.ok ? result : asLink(result);
}

/** Mails a new code and link; the former ones are dead. @returns `code_expired`, or `too_many_attempts` with the wait. */
export async function resendCode(
  verificationId: string,
  client: Client,
  links: VerificationLinks,
): Promise<Result<void>> {
  return transact(async () => {
    const verification = await findVerification(verificationId);
    if (!verification?.email || !isRegistration(verification)) return fail("code_expired");
    const userId = verification.userId ?? undefined;
    const allowed = await consumeMail({ budget: "registration", email: verification.email, client, userId });
    return allowed.ok ? resendVerification(verification, links) : allowed;
  });
}

async function isPasswordChosen(verification: Verification, password: string): Promise<boolean> {
  const { passwordHash } = Registration.parse(verification.payload);
  const hash = verification.userId ? await findPasswordHash(verification.userId) : (passwordHash ?? null);
  return verifyPassword(password, hash);
}

/** A link whose tries are used up is refused like a wrong one. */
function asLink(refusal: Refusal): Refusal {
  return refusal.error.code === "code_expired" ? fail("token_invalid") : refusal;
}
