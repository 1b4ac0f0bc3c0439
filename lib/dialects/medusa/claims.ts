import { apiFieldsOf } from "@/lib/auth/model/profile";
import type { Claims } from "@/lib/auth/steps/access-token";
import type { SignedIn } from "@/lib/auth/steps/begin-session";
import { listAccounts } from "@/lib/auth/store/accounts";
import { listActors } from "@/lib/auth/store/actors";
import { hasAuthenticator } from "@/lib/auth/store/authenticators";
import { findPasswordHash } from "@/lib/auth/store/credentials";
import { env } from "@/lib/env";
import type { User } from "@/prisma/client/client";
import { PASSWORD_PROVIDER } from "./actor-types";

/** The claims of a person's token, read from the database each time, so that a demoted admin's next token is no admin's. */
export async function claimsOf(user: User, signedIn: SignedIn, actorType: string, provider: string): Promise<Claims> {
  const ids = await actorIds(user);
  const { name, email } = user;
  const picture = user.image && new URL(user.image, env().APP_URL).href;
  const profile = provider === PASSWORD_PROVIDER ? {} : { ...apiFieldsOf(user), name, email, picture };
  return {
    actor_id: ids[`${actorType}_id`] ?? "",
    actor_type: actorType,
    auth_identity_id: user.id,
    auth_provider: provider,
    mfa_enabled: await hasAuthenticator(user.id),
    mfa_challenge_completed_at: ("twoFactorAt" in signedIn && signedIn.twoFactorAt?.toISOString()) || null,
    app_metadata: { ...Object(user.appMetadata), ...ids },
    // Last, because storefronts take the address from here, and what people keep by another API may have any keys.
    user_metadata: { ...Object(user.userMetadata), ...profile },
  };
}

async function actorIds(user: User): Promise<Record<string, string>> {
  const ids: Record<string, string> = {};
  for (const { type, id } of await listActors(user.id)) ids[`${type}_id`] = id;
  if (user.role === "admin") ids.user_id = adminIdOf(user);
  return ids;
}

/** The id of an admin, as `user_id` and as `actor_id` of the actor `user`. */
export function adminIdOf({ id }: Pick<User, "id">): string {
  return `user_${id.replaceAll("-", "")}`;
}

/** Whether a user is an actor of any type. */
export async function hasActor(user: User): Promise<boolean> {
  return Object.keys(await actorIds(user)).length > 0;
}

/** The `auth_provider` of a person, for requests whose token names none. */
export async function providerOf(user: User): Promise<string> {
  if (await findPasswordHash(user.id)) return PASSWORD_PROVIDER;
  return (await listAccounts(user.id))[0]?.provider ?? PASSWORD_PROVIDER;
}

/** The claims of a registration's token. The user will get the registration's id. */
export function pendingClaims(verificationId: string, actorType: string): Claims {
  return actorlessClaims(verificationId, actorType, PASSWORD_PROVIDER, false);
}

/** The claims of a token that speaks for no actor: they name the identity, and tell nothing about its person. */
export function actorlessClaims(identityId: string, actorType: string, provider: string, mfaEnabled: boolean): Claims {
  return {
    actor_id: "",
    actor_type: actorType,
    auth_identity_id: identityId,
    auth_provider: provider,
    mfa_enabled: mfaEnabled,
    mfa_challenge_completed_at: null,
    app_metadata: {},
    user_metadata: {},
  };
}
