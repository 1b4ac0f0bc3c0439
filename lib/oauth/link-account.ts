import { z } from "zod";
import { ok, type Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { linkAccount, unlinkAccount } from "@/lib/auth/store/accounts";
import { findUserByEmail, findUserById } from "@/lib/auth/store/users";
import { consumeVerification, findVerification, issueVerification } from "@/lib/auth/store/verifications";
import { env } from "@/lib/env";
import { logEvent } from "@/lib/log";
import { sendAccountLinked } from "@/lib/mail/messages";
import type { User } from "@/prisma/client/client";
import type { Profile } from "./provider";
import { enabledProviders, findProvider } from "./registry";

const Waiting = z.object({ provider: z.string(), providerAccountId: z.string(), label: z.string().nullable() });

/**
 * Keeps an account that was refused because its e-mail belongs to a user, until that user signs in: then it is theirs.
 * Returns the id by which the browser that brought it is to be known again, or null when there is no such user.
 */
export async function keepForLinking(profile: Profile): Promise<string | null> {
  const user = profile.email && profile.emailVerified ? await findUserByEmail(profile.email) : null;
  if (!user) return null;
  const { provider, providerAccountId } = profile;
  const payload = { provider, providerAccountId, label: labelOf(profile) };
  return (await issueVerification({ purpose: "link-account", userId: user.id, payload })).id;
}

/**
 * Links the account that waits under this id, now that its user has signed in. For anybody else it goes on waiting.
 * @returns whether it waits no longer.
 */
export async function linkWaiting(verificationId: string, userId: string): Promise<boolean> {
  const verification = await findVerification(verificationId);
  if (verification?.purpose !== "link-account") return true;
  if (verification.userId !== userId) return false;
  if (!(await consumeVerification(verification.id))) return true;
  const account = Waiting.parse(verification.payload);
  const user = await findUserById(userId);
  if (user && (await linkAccount(userId, account)).ok) announceLink(user, account.provider);
  return true;
}

/** Takes a way to sign in from the person, unless it is the last. @returns `not_found`, `last_sign_in_method`. */
export async function disconnectAccount(
  principal: Principal,
  { accountId }: { accountId: string },
): Promise<Result<void>> {
  const usable = enabledProviders().map(({ id }) => id);
  const unlinked = await unlinkAccount(principal.userId, accountId, usable);
  if (!unlinked.ok) return unlinked;
  const { userId, sessionId } = principal;
  logEvent("account.unlinked", { userId, sessionId, provider: unlinked.value.provider });
  return ok(undefined);
}

/** What happened, for the log and for the owner. */
export function announceLink(user: User, provider: string): void {
  logEvent("account.linked", { userId: user.id, provider });
  sendAccountLinked(user.email, {
    provider: findProvider(provider)?.name ?? provider,
    at: new Date(),
    accountUrl: `${env().APP_URL}/account`,
  });
}

/** What tells one account of a provider from another in the list on /account. */
export function labelOf({ email, username, name }: Profile): string | null {
  return email ?? username ?? name;
}
