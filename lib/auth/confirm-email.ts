import { transact } from "@/lib/db/transact";
import type { Verification } from "@/prisma/client/client";
import { fail, failAt, ok, type Result } from "./model/errors";
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

const WRONG_CODE = failAt("code", "code_invalid");
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
export function confirmLink(
  { session = {}, ...link }: PressedLink & { session?: SessionOptions | null },
  client: Client,
): Promise<Result<Confirmed>> {
  return pressLink(link, client, (verification) =>
    completeRegistration(verification, { proof: "email-link", session, client, otherwise: "token_invalid" }),
  );
}

/**
 * Makes the checks of `confirmLink` and spends nothing, for contracts that confirm afterwards at their own address.
 * @returns `token_invalid`, `wrong_password`, `too_many_attempts`.
 */
export function mayConfirm(link: PressedLink, client: Client): Promise<Result<void>> {
  return pressLink(link, client, async () => ok(undefined));
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

async function pressLink<T>(
  { token, password = "", verificationId }: PressedLink,
  client: Client,
  story: (verification: Verification) => Promise<Result<T>>,
): Promise<Result<T>> {
  const verification = await findVerificationByToken(token);
  if (!verification?.email || !isRegistration(verification)) return refuseToken(client, fail("token_invalid"));
  if (verification.id === verificationId) return transact(() => story(verification));
  const result = await guess(
    { factor: "password", account: verification.email, client, verificationId: verification.id },
    () => isPasswordChosen(verification, password, client),
    () => story(verification),
    NOT_THE_CHOSEN_PASSWORD,
  );
  // A link whose tries are used up is refused like a wrong one.
  return !result.ok && result.error.code === "code_expired" ? fail("token_invalid") : result;
}

async function isPasswordChosen(verification: Verification, password: string, client: Client): Promise<boolean> {
  const { passwordHash } = Registration.parse(verification.payload);
  const hash = verification.userId ? await findPasswordHash(verification.userId) : (passwordHash ?? null);
  return verifyPassword(password, hash, client);
}
