import { listAccounts } from "@/lib/auth/store/accounts";
import { findPasswordHash } from "@/lib/auth/store/credentials";
import { findPasskeys } from "@/lib/auth/store/passkeys";

/**
 * Whether the person could still sign in without this account or passkey: by a password, another account at a provider
 * that is on, or another passkey. A code by mail does not count: it is the way back for people who lost all others, and
 * one press must not leave a person with nothing else. Lock the user's row first, so that two parallel removals do not take
 * the last two ways.
 * @param providers The ids of the providers that are on.
 */
export async function hasAnotherWayIn(
  userId: string,
  without: { accountId?: string; passkeyId?: string },
  providers: readonly string[],
): Promise<boolean> {
  if (await findPasswordHash(userId)) return true;
  const accounts = await listAccounts(userId);
  if (accounts.some(({ id, provider }) => id !== without.accountId && providers.includes(provider))) return true;
  return (await findPasskeys(userId)).some(({ id }) => id !== without.passkeyId);
}
