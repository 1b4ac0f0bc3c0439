import { z } from "zod";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { sendMail } from "@/lib/mail/messages";
import type { User, Verification } from "@/prisma/client/client";
import { fail, ok, type Result } from "./model/errors";
import { verifyPassword } from "./model/password-hash";
import type { Client, Principal } from "./model/principal";
import { type BegunSession, beginSession, type SessionOptions } from "./steps/begin-session";
import { claimAccount } from "./steps/claim-account";
import { guess } from "./steps/guess";
import { lockSession } from "./steps/lock-session";
import { moveAddress } from "./steps/move-address";
import { refuseToken } from "./steps/refuse-token";
import { revokeSessionsAndBegun } from "./steps/revoke-sessions";
import { findPasswordHash } from "./store/credentials";
import { findOpenEmailChange } from "./store/email-changes";
import { recordEvent } from "./store/security-events";
import { type NewSession, rotateSession } from "./store/sessions";
import { findUserById, isReserved } from "./store/users";
import {
  consumeVerification,
  endVerifications,
  findVerificationByToken,
  isCodeAlive,
  isCodeRight,
} from "./store/verifications";

/** The ends of a change. `isProved`, which only links that undo it carry: whether `from` had been proved. */
const Change = z.object({ from: z.string(), to: z.string(), isProved: z.boolean().default(true) });

/** The result of a link of a change. `session` has the new token of the session that confirmed; null without one. */
export type SettledEmailChange = {
  done: "changed" | "undone" | "claimed";
  userId: string;
  email: string;
  session: NewSession | null;
};

/** A press of the button behind the link at the new mailbox, by a session's person or with the password they typed. */
type PressedLink = { token: string; principal: Principal | null; password?: string };

/**
 * Confirms a change at the new mailbox, by the mailed link's button, in a session of the person who asked or with their
 * password: a stranger could have asked for this address, and its owner must not give it to them. All other sessions end.
 * @returns `token_invalid`, `wrong_password` also where none was typed, `unauthenticated` for a user without a password,
 * `user_exists`, `too_many_attempts`.
 */
export async function confirmEmailChange(input: PressedLink, client: Client): Promise<Result<SettledEmailChange>> {
  const asked = await findAsked(input);
  if (!asked) return refuseToken(client, fail("token_invalid"));
  const { verification, user, sessionId } = asked;
  const confirm = () => settle(verification, user.id, sessionId, client);
  return sessionId ? transact(confirm) : withPassword(user, input.password, client, confirm);
}

/** Makes the checks of `confirmEmailChange` and spends nothing, for contracts that confirm afterwards at their own address. */
export async function mayConfirmEmailChange(input: PressedLink, client: Client): Promise<Result<void>> {
  const asked = await findAsked(input);
  if (!asked) return refuseToken(client, fail("token_invalid"));
  const done = async () => ok(undefined);
  return asked.sessionId ? done() : withPassword(asked.user, input.password, client, done);
}

/** The change that a link is for, and the session of its person that pressed the button; null without one. */
async function findAsked({ token, principal }: PressedLink) {
  const verification = await findVerificationByToken(token);
  const user = verification?.purpose === "change-email" ? await findOwner(verification) : null;
  if (!verification || !user) return null;
  return { verification, user, sessionId: principal?.userId === user.id ? principal.sessionId : null };
}

async function withPassword<T>(
  { id: userId, email: account }: User,
  password = "",
  client: Client,
  story: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const hash = await findPasswordHash(userId);
  if (!hash) return fail("unauthenticated", { message: "Sign in, then open this link again." });
  const attempt = { factor: "password", account, client, userId } as const;
  return guess(
    attempt,
    () => verifyPassword(password, hash, client),
    story,
    fail("wrong_password", { fields: WRONG_FIELD }),
  );
}

/**
 * Confirms a change by the link alone, and signs the person in. The caller has called `mayConfirmEmailChange`.
 * @returns `token_invalid`, `user_exists`, `user_disabled`, `too_many_attempts`.
 */
export async function confirmEmailChangeByOpening(
  { token, session }: { token: string; session: SessionOptions },
  client: Client,
): Promise<Result<BegunSession>> {
  const verification = await findVerificationByToken(token);
  const userId = verification?.purpose === "change-email" ? verification.userId : null;
  if (!verification || !userId) return refuseToken(client, fail("token_invalid"));
  return transact(async () => {
    const settled = await settle(verification, userId, null, client);
    return settled.ok ? beginSession({ ...session, userId, proof: "email-link", client, isNew: true }) : settled;
  });
}

/**
 * Confirms a change by the code that went to the new mailbox, in a session of the person who asked, which goes on.
 * @returns `code_invalid` for all that can be wrong with it, `user_exists`, `too_many_attempts`.
 */
export async function confirmEmailChangeByCode(
  { userId, sessionId, email: account }: Principal,
  { email, code }: { email: string; code: string },
  client: Client,
): Promise<Result<SettledEmailChange>> {
  const change = await findOpenEmailChange(userId);
  const wrong = fail("code_invalid");
  if (change?.email !== email || !isCodeAlive(change)) return wrong;
  return guess(
    { factor: "code", account, client, userId, sessionId, verificationId: change.id },
    async () => isCodeRight(change, code),
    () => settle(change, userId, sessionId, client),
    wrong,
  );
}

const WRONG_FIELD = { password: "That is not the password of the account that asked for this address." };

/**
 * Takes a change back from the old mailbox, also before it was confirmed. All sessions end, because the owner of the old
 * mailbox says by it that a stranger was signed in. Where that mailbox was never proved, the account may be
 * the stranger's, so its owner claims it. The mailbox that loses the account is told, if it was proved.
 * @returns `token_invalid`, `too_many_attempts`.
 */
export async function undoEmailChange(token: string, client: Client): Promise<Result<SettledEmailChange>> {
  const verification = await findVerificationByToken(token);
  const user = verification?.purpose === "undo-email-change" ? await findOwner(verification) : null;
  if (!verification || !user) return refuseToken(client, fail("token_invalid"));
  return transact(() => settle(verification, user.id, null, client));
}

async function findOwner({ userId }: Verification): Promise<User | null> {
  return userId ? findUserById(userId) : null;
}

/** Spends the link and moves the address, in one transaction. */
async function settle(
  { id, purpose, payload, createdAt }: Verification,
  userId: string,
  sessionId: string | null,
  client: Client,
): Promise<Result<SettledEmailChange>> {
  const { from, to, isProved } = Change.parse(payload);
  const undoing = purpose === "undo-email-change";
  const target = undoing ? from : to;
  if (!sessionId) await lockRow("User", userId);
  else if (!(await lockSession({ userId, sessionId }))) return fail("unauthenticated");
  const user = await findUserById(userId);
  if (!user) return fail("token_invalid");
  const isClaim = undoing && !isProved;
  // A person who got a role has proved another mailbox: a role is not handed to one that nobody ever proved.
  if (isClaim && user.email !== from && user.role !== "user") return fail("token_invalid");
  if (!(await consumeVerification(id))) return fail("token_invalid");
  // Back from wherever the address has gone since. Before the change was confirmed there is nothing to move.
  if (!undoing && user.email !== from) return fail("token_invalid");
  if (user.email !== target) {
    const emailVerified = isClaim ? null : new Date();
    const moved = await moveAddress(user, target, { emailVerified, isUndoing: undoing });
    if (!moved.ok) return moved;
    if (undoing && user.emailVerified) await sendMail(user.email, "email-taken-back", { email: user.email });
  }
  if (isClaim) await claimAccount(userId);
  await endVerifications(userId, ["reset", "verify"]);
  // A thief who changed the address twice has an undo link too. The earlier mailbox has the last word.
  if (undoing) await endVerifications(userId, ["undo-email-change"], createdAt);
  await revokeSessionsAndBegun(userId, sessionId ?? undefined);
  await recordEvent(undoing ? "email_change.undone" : "email.changed", { userId, client });
  if (!undoing) await sendMail(to, "email-changed", { email: to, isUndoable: await isReserved(user.email) });
  const session = sessionId ? await rotateSession(sessionId) : null;
  const done = isClaim ? "claimed" : undoing ? "undone" : "changed";
  return ok({ done, userId, email: target, session });
}
