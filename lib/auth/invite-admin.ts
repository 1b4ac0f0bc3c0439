import { transact } from "@/lib/db/transact";
import { env } from "@/lib/env";
import { emit } from "@/lib/events/emit";
import { hashedAddress } from "@/lib/log";
import { sendMail } from "@/lib/mail/messages";
import type { Prisma, User, Verification } from "@/prisma/client/client";
import { fail, ok, type Refusal, type Result } from "./model/errors";
import { can } from "./model/permissions";
import type { Client, Principal } from "./model/principal";
import { giveRole } from "./steps/give-role";
import { lockAdmins } from "./steps/lock-admins";
import { lockSession } from "./steps/lock-session";
import { consumeMail } from "./steps/mail-budget";
import { mayNow, requireNow } from "./steps/may-now";
import { requireFresh } from "./steps/reauthenticate";
import { refuseToken } from "./steps/refuse-token";
import { endInvitation, endInvitations, findInvitation, listInvitations, moveInvitation } from "./store/invitations";
import { recordEvent } from "./store/security-events";
import { findUserByEmail, findUserById, updateUser } from "./store/users";
import {
  consumeVerification,
  findVerificationByToken,
  issueVerification,
  reissueVerification,
} from "./store/verifications";

// An invitation lasts as long as its inviter stays an admin and nobody signs one of their devices out: losing the role, changing the
// password, removing a factor, signing out another device, or "This was not me" ends it.

/** An invitation and its token, which is told only here. */
export type Invited = { invitation: Verification; token: string };

/** Where the mailed link leads; null mails nothing, for an admin who hands the token over. */
type InviteLink = ((token: string) => string) | null;

/**
 * Invites the owner of an address to become an admin. A newer invitation ends the older ones.
 * @returns `forbidden`, `reauthentication_required`, `second_factor_required`, `too_many_attempts` for its mail, `unauthenticated`, and
 * `user_exists` for an admin's address.
 */
export async function inviteAdmin(
  principal: Principal,
  { email, metadata }: { email: string; metadata?: Prisma.JsonObject | null },
  client: Client,
  link: InviteLink,
): Promise<Result<Invited>> {
  const allowed = await mayInvite(principal);
  if (!allowed.ok) return allowed;
  return transact<Result<Invited>>(async () => {
    const still = await requireNow(principal, PERMISSION);
    if (!still.ok) return still;
    if ((await findUserByEmail(email))?.role === "admin") return fail("user_exists");
    await endInvitations(email);
    const payload = { metadata: metadata ?? null };
    const issued = await issueVerification({ purpose: "invite", userId: principal.userId, email, payload });
    return told(principal, issued, client, link);
  });
}

/**
 * Gives an invitation a new token, as `inviteAdmin` does; the former one ends.
 * @returns what `inviteAdmin` returns, and `not_found`.
 */
export async function renewInvitation(
  principal: Principal,
  id: string,
  client: Client,
  linkFor: (email: string) => InviteLink,
): Promise<Result<Invited>> {
  const allowed = await mayInvite(principal);
  if (!allowed.ok) return allowed;
  return transact<Result<Invited>>(async () => {
    const still = await requireNow(principal, PERMISSION);
    if (!still.ok) return still;
    const found = await findInvitation(id);
    const issued = found && (await reissueVerification(found, false));
    if (!issued) return fail("not_found");
    await moveInvitation(id, principal.userId);
    return told(principal, issued, client, linkFor(issued.email ?? ""));
  });
}

async function told(
  principal: Principal,
  { id, token }: { id: string; token: string },
  client: Client,
  link: InviteLink,
): Promise<Result<Invited>> {
  const invitation = await findInvitation(id);
  if (!invitation?.email) return fail("not_found");
  const { email } = invitation;
  const { userId, sessionId } = principal;
  if (link) {
    const mailed = await consumeMail({ budget: "invitation", email, client });
    if (!mailed.ok) return mailed;
    await sendMail(email, "admin-invitation", { url: link(token) });
  }
  await emit("invite.created", { id, email, token });
  await recordEvent("admin.invited", { userId, sessionId, client, detail: hashedAddress(email) });
  return ok({ invitation, token });
}

/** One page of the invitations that wait. @returns `forbidden`. */
export async function listAdminInvitations(principal: Principal, page: { skip: number; take: number }) {
  return can(principal, PERMISSION) ? ok(await listInvitations(page)) : fail("forbidden");
}

/** @returns `forbidden`, `not_found`. */
export async function readInvitation(principal: Principal, id: string): Promise<Result<Verification>> {
  if (!can(principal, PERMISSION)) return fail("forbidden");
  const invitation = await findInvitation(id);
  return invitation ? ok(invitation) : fail("not_found");
}

/** Takes an invitation back, if there is one. @returns `forbidden`, `unauthenticated`. */
export async function withdrawInvitation(principal: Principal, id: string): Promise<Result<void>> {
  if (!can(principal, PERMISSION)) return fail("forbidden");
  return transact(async () => {
    const allowed = await requireNow(principal, PERMISSION);
    if (allowed.ok) await endInvitation(id);
    return allowed;
  });
}

/**
 * Makes the signed-in person the admin that they were invited to become. It works only for the person who
 * has the invited address.
 * @param input.name their name, used where none is known.
 * @returns `unauthenticated` for a token that is wrong, spent, too old, for another address, or of an inviter who is no admin
 * any more; `email_unverified` where a mailbox must be proved; `conflict` for an admin; `too_many_attempts`.
 */
export async function acceptInvitation(
  principal: Principal,
  { token, name }: { token: string; name?: string },
  client: Client,
): Promise<Result<User>> {
  const { userId } = principal;
  const verification = await findVerificationByToken(token);
  const inviterId = verification?.purpose === "invite" ? verification.userId : null;
  if (!verification || !inviterId) return refuseToken(client, DEAD);
  return transact<Result<User>>(async () => {
    const admins = await lockAdmins(userId, inviterId);
    if (!(await lockSession(principal))) return DEAD;
    const user = await findUserById(userId);
    if (!(await mayNow(inviterId, PERMISSION)) || !user || user.disabledAt || user.email !== verification.email)
      return DEAD;
    if (env().AUTH_REQUIRE_EMAIL_VERIFICATION && !user.emailVerified) return fail("email_unverified");
    if (user.role === "admin") return fail("conflict");
    if (!(await consumeVerification(verification.id))) return DEAD;
    const given = await giveRole(user, "admin", `by invitation of ${inviterId}`, admins);
    if (!given.ok) return given;
    const named = await updateUser(userId, user.name === null && name ? { name } : {});
    return named ? ok(named) : DEAD;
  });
}

const DEAD: Refusal = fail("unauthenticated");
const PERMISSION = "user:change-role";

async function mayInvite(principal: Principal): Promise<Result<void>> {
  return can(principal, PERMISSION) ? requireFresh(principal) : fail("forbidden");
}
