import { z } from "zod";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Client, Principal, SessionRef } from "@/lib/auth/model/principal";
import { seenFrom } from "@/lib/auth/model/user-agent";
import { lockSession } from "@/lib/auth/steps/lock-session";
import { requireFresh } from "@/lib/auth/steps/reauthenticate";
import { revokeSessionsAndBegun } from "@/lib/auth/steps/revoke-sessions";
import { hasAnotherWayIn } from "@/lib/auth/steps/ways-in";
import { findAccountOwner, linkAccount, listAccounts, unlinkAccount } from "@/lib/auth/store/accounts";
import { recordEvent } from "@/lib/auth/store/security-events";
import { findUserByEmail, findUserById, updateUser } from "@/lib/auth/store/users";
import {
  consumeVerification,
  endVerifications,
  findVerification,
  issueVerification,
} from "@/lib/auth/store/verifications";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { sendMail } from "@/lib/mail/messages";
import type { User } from "@/prisma/client/client";
import { takeOverPicture } from "./avatar";
import type { Profile } from "./provider";
import { enabledProviders, nameOfProvider } from "./registry";

const Waiting = z.object({
  provider: z.string(),
  providerAccountId: z.string(),
  label: z.string().nullable(),
  image: z.string().nullish(),
});

/**
 * Keeps an account that was refused because its email belongs to a user, until that user signs in and gets it.
 * Returns the id that the browser keeps, or null when there is no such user.
 */
export async function keepForLinking(profile: Profile): Promise<string | null> {
  const user = profile.email && profile.emailVerified ? await findUserByEmail(profile.email) : null;
  if (!user) return null;
  const { provider, providerAccountId } = profile;
  const payload = { provider, providerAccountId, label: labelOf(profile), image: profile.image };
  return (await issueVerification({ purpose: "link-account", userId: user.id, email: user.email, payload })).id;
}

/**
 * Links the account that waits under this id, now that its user has signed in. For any other user it goes on waiting. It is
 * dropped where the user has another address by now than the one that the provider proved.
 * @returns whether it waits no longer.
 */
export async function linkWaiting(
  verificationId: string,
  { userId, sessionId }: SessionRef,
  client: Client,
): Promise<boolean> {
  return transact(async () => {
    const verification = await findVerification(verificationId);
    if (verification?.purpose !== "link-account") return true;
    if (verification.userId !== userId) return false;
    await lockRow("User", userId);
    if (!(await consumeVerification(verification.id))) return true;
    const account = Waiting.parse(verification.payload);
    const user = await findUserById(userId);
    if (user?.email !== verification.email || (await findAccountOwner(account))) return true;
    await addAccount(user, account, { sessionId, client });
    return true;
  });
}

/**
 * Takes a way to sign in from the person, unless it is the last, and tells them by mail. Their other sessions end: it may have
 * begun them. So does what waits to be connected: else the next sign-in in another browser would bring it back.
 * @returns `not_found`, also for another person's; `last_sign_in_method`, `reauthentication_required`, `second_factor_required`,
 * `unauthenticated`.
 */
export async function disconnectAccount(
  principal: Principal,
  { accountId }: { accountId: string },
  client: Client,
): Promise<Result<void>> {
  const allowed = await requireFresh(principal);
  if (!allowed.ok) return allowed;
  const { userId, sessionId, email } = principal;
  const usable = enabledProviders().map(({ id }) => id);
  return transact(async () => {
    if (!(await lockSession(principal))) return fail("unauthenticated");
    const accounts = await listAccounts(userId);
    const account = accounts.find(({ id }) => id === accountId);
    if (!account) return fail("not_found");
    if (!(await hasAnotherWayIn(userId, { accountId }, usable))) return fail("last_sign_in_method");
    await unlinkAccount(userId, accountId);
    await revokeSessionsAndBegun(userId, sessionId);
    await endVerifications(userId, ["link-account"]);
    await recordEvent("account.unlinked", { userId, sessionId, client, detail: account.provider });
    await sendMail(email, "account-unlinked", { provider: nameOfProvider(account.provider), ...seenFrom(client) });
    return ok(undefined);
  });
}

/**
 * Adds an account to an existing user, notes that in their activity and tells them by mail. A user without a picture gets the
 * provider's.
 */
export function addAccount(
  user: User,
  { image, ...account }: z.infer<typeof Waiting>,
  { sessionId, client }: { sessionId: string; client: Client },
): Promise<void> {
  const { provider } = account;
  return transact(async () => {
    await linkAccount(user.id, account);
    if (image && !user.image) {
      await updateUser(user.id, { image });
      takeOverPicture({ id: user.id, image }, provider);
    }
    await recordEvent("account.linked", { userId: user.id, sessionId, client, detail: provider });
    await sendMail(user.email, "account-linked", { provider: nameOfProvider(provider), ...seenFrom(client) });
  });
}

/** What tells one account of a provider from another in the list on /account/security. */
export function labelOf({ email, username, fields }: Profile): string | null {
  return email ?? username ?? fields.name ?? null;
}
