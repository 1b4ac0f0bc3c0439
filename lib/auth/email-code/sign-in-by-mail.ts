import { fail, failAt, ok, type Result } from "@/lib/auth/model/errors";
import type { Client } from "@/lib/auth/model/principal";
import { SignInRequest } from "@/lib/auth/model/sign-in-request";
import { describeStrangersDevice } from "@/lib/auth/model/user-agent";
import { addUser } from "@/lib/auth/steps/add-user";
import { type BegunSession, beginSession, type SessionOptions } from "@/lib/auth/steps/begin-session";
import { claimAccount } from "@/lib/auth/steps/claim-account";
import { guess } from "@/lib/auth/steps/guess";
import { refuseToken } from "@/lib/auth/steps/refuse-token";
import { findUserByEmail, findUserById, isReserved } from "@/lib/auth/store/users";
import {
  consumeVerification,
  findVerification,
  findVerificationByToken,
  isCodeAlive,
  isCodeRight,
  listMailedCodes,
} from "@/lib/auth/store/verifications";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { env } from "@/lib/env";
import type { User, Verification } from "@/prisma/client/client";

/** `to`: where the person wanted to go when they asked for the mail. */
export type SignedInByMail = { user: User; session: BegunSession; to: string | null };

const WRONG_CODE = failAt("code", "code_invalid");

/**
 * Signs a person in by the code, in the browser that requested it. It also gives an unproved user to the mailbox's owner.
 * @returns `code_invalid`, `code_expired` (spent, too old, too many tries, or the address is no longer the user's),
 * `too_many_attempts`, `user_disabled`.
 */
export async function signInByCode(
  input: { verificationId: string; code: string; session?: SessionOptions },
  client: Client,
): Promise<Result<SignedInByMail>> {
  const { verificationId, code, session = {} } = input;
  const verification = await findVerification(verificationId);
  if (verification?.purpose !== "sign-in" || !verification.email || !isCodeAlive(verification))
    return fail("code_expired");
  const { remember } = SignInRequest.parse(verification.payload);
  const userId = verification.userId ?? undefined;
  return guess(
    { factor: "code", account: verification.email, client, userId, verificationId },
    async () => isCodeRight(verification, code),
    () => enter(verification, { proof: "email-code", session: { remember, ...session }, client }),
    WRONG_CODE,
  );
}

/**
 * The same for API clients, which keep only the address.
 * @returns `code_invalid` for all that can be wrong, `too_many_attempts`, `user_disabled`.
 */
export async function signInByCodeAt(
  input: { email: string; code: string; session: SessionOptions },
  client: Client,
): Promise<Result<SignedInByMail>> {
  const { email, code, session } = input;
  const mailed = await listMailedCodes(email, "sign-in");
  const result = await guess(
    { factor: "code", account: email, client },
    async () => mailed.find((verification) => isCodeRight(verification, code)) ?? null,
    (verification) => enter(verification, { proof: "email-code", session, client }),
    WRONG_CODE,
  );
  return !result.ok && result.error.code === "code_expired" ? WRONG_CODE : result;
}

/**
 * What a mailed link is about to do, for the page with its button. Spends nothing; null for a link that does not work.
 * @param input.verificationId what this browser began, from its cookie.
 */
export async function describeSignInLink(input: {
  token: string;
  verificationId: string | null;
}): Promise<{ email: string; device: string; ip: string | null; begunHere: boolean } | null> {
  const verification = await findVerificationByToken(input.token);
  if (verification?.purpose !== "sign-in" || !verification.email) return null;
  const { ip, userAgent } = SignInRequest.parse(verification.payload);
  const begunHere = verification.id === input.verificationId;
  return { email: verification.email, device: describeStrangersDevice(userAgent), ip, begunHere };
}

/**
 * Signs a person in by the mailed link's button: the browser that presses it, never the one that asked for the mail.
 * @param input.verificationId what this browser began: "remember me" counts only in the browser that chose it.
 * @returns `token_invalid` (unknown, used and expired look alike), `too_many_attempts`, `user_disabled`.
 */
export async function signInByLink(
  input: { token: string; verificationId?: string | null; session?: SessionOptions },
  client: Client,
): Promise<Result<SignedInByMail>> {
  const { token, verificationId, session = {} } = input;
  const verification = await findVerificationByToken(token);
  if (verification?.purpose !== "sign-in") return refuseToken(client, fail("token_invalid"));
  const remember = verification.id === verificationId && SignInRequest.parse(verification.payload).remember;
  const proved = { proof: "email-link", session: { remember, ...session }, client } as const;
  const result = await transact(() => enter(verification, proved));
  return !result.ok && result.error.code === "code_expired" ? fail("token_invalid") : result;
}

/** Signs the person in after the proof of the mailbox. `code_expired` when the verification is spent or has no user. */
async function enter(
  verification: Verification,
  input: { proof: "email-code" | "email-link"; session: SessionOptions; client: Client },
): Promise<Result<SignedInByMail>> {
  const { session: options, ...proved } = input;
  const request = SignInRequest.parse(verification.payload);
  const owner = await findOwner(verification, request);
  if (!(await consumeVerification(verification.id))) return fail("code_expired");
  const user = owner ? await claimAccount(owner.id) : await makeUser(verification, request);
  if (!user) return fail("code_expired");
  // A person who has just made the account, or made it theirs, knows of the sign-in.
  const isNew = !owner?.emailVerified;
  const begun = await beginSession({ ...options, ...proved, userId: user.id, isNew });
  if (begun.ok) return ok({ user: begun.value.user, session: begun.value, to: request.to ?? null });
  return begun.error.code === "unauthenticated" ? fail("code_expired") : begun;
}

/** The user whose mailbox was proved: the one who had the address when the mail went out and still has it. */
async function findOwner(
  { userId, email }: Verification,
  { createUser: creates }: SignInRequest,
): Promise<User | null> {
  const id = userId ?? (creates && email ? (await findUserByEmail(email))?.id : undefined);
  if (!id) return null;
  await lockRow("User", id);
  const user = await findUserById(id);
  return user?.email === email ? user : null;
}

/** For a mail that went to an address without a user, so that it becomes one. */
async function makeUser(
  { userId, email }: Verification,
  { createUser: creates, profile }: SignInRequest,
): Promise<User | null> {
  if (!creates || userId || !email || !env().AUTH_ALLOW_SIGNUP || (await isReserved(email))) return null;
  return addUser({ ...profile, email, emailVerified: new Date() });
}
