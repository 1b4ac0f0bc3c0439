import { z } from "zod";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { emit } from "@/lib/events/emit";
import { sendAddressInUse, sendConfirmNewEmail, sendEmailChanged, sendEmailChangeNotice } from "@/lib/mail/messages";
import { links as ourLinks } from "@/lib/routes";
import type { User, Verification } from "@/prisma/client/client";
import { fail, ok, type Result } from "./model/errors";
import { LIMITS } from "./model/limits";
import { verifyPassword } from "./model/password-hash";
import type { Client, Principal } from "./model/principal";
import { guess } from "./steps/guess";
import { consumeMail } from "./steps/mail-budget";
import { reauthenticate } from "./steps/reauthenticate";
import { refuseToken } from "./steps/refuse-token";
import { signOutDevices } from "./steps/sign-out-devices";
import { findPasswordHash } from "./store/credentials";
import { consume } from "./store/rate-limits";
import { recordEvent } from "./store/security-events";
import { type NewSession, rotateSession } from "./store/sessions";
import { findUserByEmail, findUserById, isReserved, updateUser } from "./store/users";
import {
  consumeVerification,
  endVerifications,
  findVerificationByToken,
  issueVerification,
} from "./store/verifications";

/** The other end of a change: where it comes from, or for its undoing where it went. */
const Change = z.object({ from: z.string(), to: z.string() });

/**
 * Asks for another address. It changes only once the new mailbox confirms; the old one is told at once, with a link
 * that stops or undoes the change for 7 days. A taken address gets the same answer, and costs the same, as a free one.
 * @returns `wrong_password`, `reauthentication_required`, `invalid_input`, `too_many_attempts`.
 */
export async function requestEmailChange(
  principal: Principal,
  input: { email: string; currentPassword?: string },
  client: Client,
  links: { verifyEmail(token: string): string },
): Promise<Result<void>> {
  const { userId } = principal;
  const change = { from: principal.email, to: input.email };
  const proved = await reauthenticate(principal, input.currentPassword, client);
  if (!proved.ok) return proved;
  if (change.to === change.from) return fail("invalid_input", { fields: { email: "That is your address already." } });
  return transact(async () => {
    const allowed = await consume(LIMITS.emailChangePerUser, userId);
    if (!allowed.ok) return allowed;
    const mailed = await consumeMail({ budget: "change-email", email: change.to, client, userId });
    if (!mailed.ok) return mailed;
    const [owner, reserved] = [await findUserByEmail(change.to), await isReserved(change.to)];
    const taken = owner !== null || reserved;
    await endVerifications(userId, ["change-email"]);
    const confirm = await issueVerification({ purpose: "change-email", userId, email: change.to, payload: change });
    const undo = await issueVerification({ purpose: "undo-email-change", userId, email: change.from, payload: change });
    await recordEvent("email_change.requested", { userId, email: change.to, client });
    const notice = (await consume(LIMITS.noticePerHour, change.to)).ok;
    const urls = { loginUrl: ourLinks.login(), forgotUrl: ourLinks.forgotPassword() };
    if (taken) await sendAddressInUse(change.to, urls, { decoy: !notice });
    else await sendConfirmNewEmail(change.to, { url: links.verifyEmail(confirm.token) });
    await sendEmailChangeNotice(change.from, { newEmail: change.to, undoUrl: links.verifyEmail(undo.token) });
    return ok(undefined);
  });
}

/** What a link of a change came to. `session` is the new token of the session that confirmed, null without one. */
export type SettledEmailChange = {
  done: "changed" | "undone";
  userId: string;
  email: string;
  session: NewSession | null;
};

/**
 * Confirms a change at the new mailbox, by the mailed link's button, in a session of the person who asked or with their
 * password: a stranger could have asked for this address, and its owner must not give it to them. All other sessions end.
 * @returns `token_invalid`, `wrong_password` also where none was typed, `unauthenticated` for a user without a password,
 * `user_exists`, `too_many_attempts`.
 */
export async function confirmEmailChange(
  input: { token: string; principal: Principal | null; password?: string },
  client: Client,
): Promise<Result<SettledEmailChange>> {
  const { token, principal, password = "" } = input;
  const verification = await findVerificationByToken(token);
  const user = verification?.purpose === "change-email" ? await findOwner(verification) : null;
  if (!verification || !user) return refuseToken(client, fail("token_invalid"));
  const sessionId = principal?.userId === user.id ? principal.sessionId : null;
  const confirm = () => settle(verification, user.id, sessionId, client);
  if (sessionId) return transact(confirm);
  const hash = await findPasswordHash(user.id);
  if (!hash) return fail("unauthenticated", { message: "Sign in, then open this link again." });
  const attempt = { factor: "password", account: user.email, client, userId: user.id } as const;
  return guess(attempt, () => verifyPassword(password, hash), confirm, fail("wrong_password", { fields: WRONG_FIELD }));
}

const WRONG_FIELD = { password: "That is not the password of the account that asked for this address." };

/**
 * Takes a change back from the old mailbox, also before it was confirmed. All sessions end, because the old mailbox says
 * that another person was in.
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
  const { from, to } = Change.parse(payload);
  const undoing = purpose === "undo-email-change";
  const target = undoing ? from : to;
  await lockRow("User", userId);
  const user = await findUserById(userId);
  if (!user || !(await consumeVerification(id))) return fail("token_invalid");
  // Back from wherever the address has gone since. Before the change was confirmed there is nothing to move.
  if (!undoing && user.email !== from) return fail("token_invalid");
  if (user.email !== target) {
    if ((await findUserByEmail(target)) || (!undoing && (await isReserved(target)))) return fail("user_exists");
    await updateUser(userId, { email: target, emailVerified: new Date() });
    await emit("user.email_changed", { userId, from: user.email, to: target, at: new Date().toISOString() });
  }
  await endVerifications(userId, ["reset", "verify", "change-email"]);
  // A thief who changed the address twice has an undo link too. The earlier mailbox has the last word.
  if (undoing) await endVerifications(userId, ["undo-email-change"], createdAt);
  await signOutDevices(userId, sessionId ?? undefined);
  await recordEvent(undoing ? "email_change.undone" : "email.changed", { userId, client });
  if (!undoing) await sendEmailChanged(to, { email: to });
  const session = sessionId ? await rotateSession(sessionId) : null;
  return ok({ done: undoing ? "undone" : "changed", userId, email: target, session });
}
