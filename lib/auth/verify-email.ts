import { z } from "zod";
import { logEvent } from "@/lib/log";
import { sendConfirmEmail } from "@/lib/mail";
import type { User, Verification } from "@/prisma/client/client";
import { findPasswordHash, setPasswordHash } from "./credentials";
import { fail, ok, type Result } from "./errors";
import { verifyPassword } from "./password-hash";
import { type Client, sourceOf } from "./principal";
import { consumeMail, refuseToken } from "./rate-limit";
import { createSession, type NewSession, revokeSessions } from "./sessions";
import { createUser, findUserByEmail, findUserById, updateUser } from "./users";
import {
  consumeVerification,
  endVerifications,
  findVerification,
  findVerificationByToken,
  isCodeAlive,
  isCodeRight,
  reissueVerification,
  takeTry,
} from "./verifications";

/** What a registration's proof carries. Parsed, because the column is JSON. */
const Attempt = z.object({
  name: z.string().nullish(),
  passwordHash: z.string().optional(),
  to: z.string().nullish(),
  /** The address had a proved owner when this began: the code was never sent, and nothing can come of it. */
  taken: z.boolean().optional(),
});

const WRONG_CODE = fail("code_invalid", { fields: { code: "That code is not right. Check the newest mail." } });
const NOT_THE_CHOSEN_PASSWORD = fail("wrong_password", {
  fields: { password: "That is not the password chosen when this account was made." },
});

export type Verified = { user: User; session: NewSession; to: string | null };

/**
 * Proves the mailbox by the code typed on the page that started.
 * @returns `code_invalid`, `code_expired` (spent, too old, too many tries), `too_many_attempts`.
 */
export async function confirmCode(
  input: { verificationId: string; code: string },
  client: Client,
): Promise<Result<Verified>> {
  const verification = await findVerification(input.verificationId);
  if (!verification || !isSignUp(verification) || !isCodeAlive(verification)) return fail("code_expired");
  if (!(await takeTry(verification.id))) return fail("code_expired");
  if (!isCodeRight(verification, input.code)) return refuseToken(sourceOf(client), WRONG_CODE);
  return complete(verification, client, "code_expired");
}

/**
 * Proves the mailbox by the mailed link's button. In another browser than the one that started (`verificationId` from
 * its cookie) the password chosen is asked for too: somebody else may have typed this address, and then their password
 * must not become that of an account the owner of the mailbox confirms.
 * @returns `token_invalid`, `wrong_password`, `too_many_attempts`.
 */
export async function confirmLink(
  input: { token: string; password?: string; verificationId: string | null },
  client: Client,
): Promise<Result<Verified>> {
  const verification = await findVerificationByToken(input.token);
  if (!verification || !isSignUp(verification)) return refuseToken(sourceOf(client), fail("token_invalid"));
  if (verification.id !== input.verificationId) {
    if (!(await takeTry(verification.id))) return fail("token_invalid");
    if (!(await isPasswordChosen(verification, input.password ?? ""))) return NOT_THE_CHOSEN_PASSWORD;
  }
  return complete(verification, client, "token_invalid");
}

/** Mails a new code and link; the former ones are dead. @returns `code_expired`, or `too_many_attempts` with the wait. */
export async function resendCode(
  verificationId: string,
  links: { verifyEmail(token: string): string },
): Promise<Result<void>> {
  const verification = await findVerification(verificationId);
  if (!verification?.email || !isSignUp(verification)) return fail("code_expired");
  const allowed = await consumeMail(verification.email);
  if (!allowed.ok) return allowed;
  const issued = await reissueVerification(verification);
  if (!issued) return fail("code_expired");
  if (!Attempt.parse(verification.payload).taken)
    sendConfirmEmail(verification.email, { code: issued.code, url: links.verifyEmail(issued.token) });
  return ok(undefined);
}

function isSignUp({ purpose }: Verification): boolean {
  return purpose === "register" || purpose === "verify";
}

async function isPasswordChosen(verification: Verification, password: string): Promise<boolean> {
  const { passwordHash } = Attempt.parse(verification.payload);
  const hash = verification.userId ? await findPasswordHash(verification.userId) : (passwordHash ?? null);
  return verifyPassword(password, hash);
}

async function complete(
  verification: Verification,
  client: Client,
  otherwise: "token_invalid" | "code_expired",
): Promise<Result<Verified>> {
  const attempt = Attempt.parse(verification.payload);
  if (attempt.taken || !(await consumeVerification(verification.id))) return fail(otherwise);
  const user = verification.userId
    ? await proveUser(verification.userId)
    : await createProvedUser(verification, attempt);
  if (!user || user.disabledAt) return fail(otherwise);
  const session = await createSession({ userId: user.id, client, remember: false });
  logEvent("email.verified", { userId: user.id, ip: client.ip, userAgent: client.userAgent });
  return ok({ user, session, to: attempt.to ?? null });
}

async function proveUser(userId: string): Promise<User | null> {
  const user = await findUserById(userId);
  if (!user || user.emailVerified) return user;
  return updateUser(userId, { emailVerified: new Date() });
}

async function createProvedUser(verification: Verification, attempt: z.infer<typeof Attempt>): Promise<User | null> {
  const { email } = verification;
  const { name, passwordHash } = attempt;
  if (!email || !passwordHash) return null;
  const created = await createUser({ email, name, emailVerified: new Date(), passwordHash });
  if (created.ok) return created.value;
  // The address got a user meanwhile. Proved: that one stays. Never proved: whoever holds the mailbox takes it over
  // clean, so that the password and sessions of somebody who only claimed the address die.
  const user = await findUserByEmail(email);
  if (!user || user.emailVerified) return null;
  await setPasswordHash(user.id, passwordHash);
  await revokeSessions(user.id);
  await endVerifications(user.id, ["reset", "verify", "change-email"]);
  return updateUser(user.id, { name, emailVerified: new Date() });
}
