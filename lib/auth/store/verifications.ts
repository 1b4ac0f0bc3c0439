import { randomUUID } from "node:crypto";
import { hashCode, hashToken, randomCode, randomToken, sameHash } from "@/lib/auth/model/secrets";
import { db } from "@/lib/db";
import {
  CONFIRM_LINK_TTL_HOURS,
  CONFIRM_TTL_MINUTES,
  FACTOR_RESET_TTL_DAYS,
  GRANT_CODE_TTL_MINUTES,
  HANDLE_TTL_MINUTES,
  INVITATION_TTL_HOURS,
  NEW_EMAIL_TTL_MINUTES,
  PASSKEY_TTL_MINUTES,
  PROVIDER_TTL_MINUTES,
  RESET_TTL_MINUTES,
  UNDO_EMAIL_TTL_DAYS,
} from "@/lib/validity";
import type { Prisma, Verification } from "@/prisma/client/client";

/**
 * What a mailed verification is for. `register` holds an attempt to create a user, `verify` proves the address of one that
 * exists, `undo-email-change` lets the old mailbox take a change back.
 */
const MAILED_PURPOSES = ["register", "verify", "change-email", "undo-email-change", "reset"] as const;
export type MailedPurpose = (typeof MAILED_PURPOSES)[number];
/**
 * What is mailed, too, and has its own page: a sign-in by mail, the proof that a signed-in person reads their mail, an
 * admin's reset of factors, which its owner can stop, and an invitation to become an admin, whose user is the inviter.
 */
type OwnPagePurpose = "sign-in" | "reauthenticate" | "factor-reset" | "invite";
/**
 * What is never mailed: a sign-in under way at a third party, a third party's account that waits for its owner, and what
 * an API client fetches with the handle or the code that its redirect carried; the challenge of a passkey ceremony.
 */
export type VerificationPurpose =
  | MailedPurpose
  | OwnPagePurpose
  | "oauth"
  | "link-account"
  | "handle"
  | "grant-code"
  | "passkey";

const MINUTE_MS = 60_000;
/** More than the mails to one address while a code lives, so that a stranger's codes cannot crowd out the owner's. */
const MOST_CODES = 10;
const LIFE_MINUTES: Record<VerificationPurpose, number> = {
  register: CONFIRM_LINK_TTL_HOURS * 60,
  verify: CONFIRM_LINK_TTL_HOURS * 60,
  "change-email": NEW_EMAIL_TTL_MINUTES,
  "undo-email-change": UNDO_EMAIL_TTL_DAYS * 24 * 60,
  reset: RESET_TTL_MINUTES,
  "sign-in": CONFIRM_TTL_MINUTES,
  reauthenticate: CONFIRM_TTL_MINUTES,
  "factor-reset": FACTOR_RESET_TTL_DAYS * 24 * 60,
  invite: INVITATION_TTL_HOURS * 60,
  passkey: PASSKEY_TTL_MINUTES,
  oauth: PROVIDER_TTL_MINUTES,
  "link-account": PROVIDER_TTL_MINUTES,
  handle: HANDLE_TTL_MINUTES,
  "grant-code": GRANT_CODE_TTL_MINUTES,
};
/** A million codes are few: this many tries leave a guesser one chance in 200,000. */
const CODE_TRIES = 5;

/** `code` is null where none was asked for. */
export type IssuedVerification = { id: string; token: string; code: string | null };

/**
 * Stores a new verification and returns its secrets, which exist nowhere else: the row keeps hashes.
 * @param input.token must hold 256 random bits like our own.
 * @param input.withCode Only for a code that is mailed at once: one that never went out could only be guessed.
 * @param input.lifeMinutes for how long the link works, if it differs from others of its purpose.
 */
export async function issueVerification(input: {
  purpose: VerificationPurpose;
  userId?: string;
  email?: string;
  payload?: Prisma.InputJsonObject;
  token?: string;
  withCode?: boolean;
  lifeMinutes?: number;
}): Promise<IssuedVerification> {
  // Every column is named, so that the statement does not tell whether the address has a user.
  const { token: given, withCode = false, purpose, userId = null, email = null, payload = {} } = input;
  const id = randomUUID();
  const { token, code, row } = newSecrets(id, input.lifeMinutes ?? LIFE_MINUTES[purpose], withCode, given);
  await db.verification.create({ data: { id, purpose, userId, email, payload, ...row } });
  return { id, token, code };
}

/** Replaces link and code (`withCode`: as above) of a verification under way; the former are dead. Null for a spent one. */
export async function reissueVerification(
  verification: Pick<Verification, "id" | "purpose" | "email">,
  withCode: boolean,
): Promise<(IssuedVerification & { email: string | null }) | null> {
  const { id, purpose, email } = verification;
  const { token, code, row } = newSecrets(id, LIFE_MINUTES[purpose as VerificationPurpose], withCode);
  const { count } = await db.verification.updateMany({ where: { id }, data: { ...row, attempts: 0 } });
  return count === 1 ? { id, email, token, code } : null;
}

function newSecrets(id: string, lifeMinutes: number, withCode: boolean, token = randomToken()) {
  const [code, createdAt] = [withCode ? randomCode() : null, new Date()];
  const [tokenHash, codeHash] = [hashToken(token), code === null ? null : hashCode(id, code)];
  const expires = new Date(createdAt.getTime() + lifeMinutes * MINUTE_MS);
  return { token, code, row: { tokenHash, codeHash, createdAt, expires } };
}

/** The unspent verification that a link's token stands for, or null. Looking spends nothing: mail scanners follow links. */
export function findVerificationByToken(token: string): Promise<Verification | null> {
  return db.verification.findUnique({ where: { tokenHash: hashToken(token), expires: { gt: new Date() } } });
}

/** The unspent verification with this id, or null. */
export function findVerification(id: string): Promise<Verification | null> {
  return db.verification.findUnique({ where: { id, expires: { gt: new Date() } } });
}

/** The codes that were mailed to an address for one of these and not used yet, the newest first. */
export function listMailedCodes(email: string, ...purposes: VerificationPurpose[]): Promise<Verification[]> {
  return db.verification.findMany({
    where: { email, purpose: { in: purposes }, codeHash: { not: null }, createdAt: { gt: codesSince() } },
    orderBy: { createdAt: "desc" },
    take: MOST_CODES,
  });
}

/** Takes one of the few tries at a verification's code or password. False when none is left: its link still works. */
export async function takeTry(id: string): Promise<boolean> {
  const { count } = await db.verification.updateMany({
    where: { id, attempts: { lt: CODE_TRIES }, expires: { gt: new Date() } },
    data: { attempts: { increment: 1 } },
  });
  return count === 1;
}

/** Whether it has a code that is not ten minutes old. The link lives longer. */
export function isCodeAlive({ codeHash, createdAt }: Verification): boolean {
  return codeHash !== null && createdAt > codesSince();
}

/** An older row's code has ended. */
function codesSince(): Date {
  return new Date(Date.now() - CONFIRM_TTL_MINUTES * MINUTE_MS);
}

/** Whether this is its code. Only `guess` may ask. */
export function isCodeRight(verification: Verification, code: string): boolean {
  return sameHash(verification.codeHash ?? "", hashCode(verification.id, code));
}

/** Spends a verification. Of any number of callers at once exactly one gets true. */
export async function consumeVerification(id: string): Promise<boolean> {
  return (await db.verification.deleteMany({ where: { id, expires: { gt: new Date() } } })).count === 1;
}

/** Ends a user's open verifications of these purposes (those issued after `since`), so that their mailed links stop working. */
export async function endVerifications(userId: string, purposes: VerificationPurpose[], since?: Date): Promise<void> {
  await db.verification.deleteMany({ where: { userId, purpose: { in: purposes }, createdAt: { gt: since } } });
}

/** Ends everything under way for a user. */
export async function endAllVerifications(userId: string): Promise<void> {
  await db.verification.deleteMany({ where: { userId } });
}

/** Ends the resets under way for an address, so that a newer link or code is the only one. */
export async function endResets(email: string): Promise<void> {
  await db.verification.deleteMany({ where: { email, purpose: "reset" } });
}

/** Ends the codes and links to sign in that were mailed to an address, whether or not it had a user then. */
export async function endSignInMails(email: string): Promise<void> {
  await db.verification.deleteMany({ where: { email, purpose: "sign-in" } });
}

/** What the mailed link of a verification is for; null where it has a page of its own, or was never mailed. */
export function mailedPurposeOf({ purpose }: Verification): MailedPurpose | null {
  return MAILED_PURPOSES.find((one) => one === purpose) ?? null;
}

/** Whether it proves the mailbox of an account that does not count yet. */
export function isRegistration({ purpose }: Verification): boolean {
  return purpose === "register" || purpose === "verify";
}
