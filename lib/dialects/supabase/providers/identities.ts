import { ok, type Result } from "@/lib/auth/model/errors";
import { requireFresh } from "@/lib/auth/steps/reauthenticate";
import { listAccounts } from "@/lib/auth/store/accounts";
import { findPasswordHash } from "@/lib/auth/store/credentials";
import { disconnectAccount } from "@/lib/oauth/link-account";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import type { PathParams } from "@/lib/wire/router";
import type { Account, User } from "@/prisma/client/client";
import { supabaseError } from "../errors";
import { requirePrincipal } from "../session";
import { nameOf } from "./names";

/** The ways in which a person signs in, as Supabase calls them: the address with a password, and providers. */
export async function identitiesOf(user: User) {
  const [passwordHash, accounts] = [await findPasswordHash(user.id), await listAccounts(user.id)];
  const linked = accounts.map(accountIdentity);
  return passwordHash || linked.length === 0 ? [emailIdentity(user), ...linked] : linked;
}

/** That of the address. A person has one, so that it needs no other id than theirs. */
export function emailIdentity({
  id,
  email,
  emailVerified,
  createdAt,
}: Pick<User, "id" | "email" | "emailVerified" | "createdAt">) {
  const identity_data = { email, email_verified: emailVerified !== null, phone_verified: false, sub: id };
  return identity({ identityId: id, id, userId: id, provider: "email", email, identity_data, createdAt });
}

function accountIdentity({ id: identityId, providerAccountId: id, userId, provider, label, createdAt }: Account) {
  const email = label?.includes("@") ? label : undefined;
  const identity_data = { sub: id, ...(email ? { email } : { name: label }) };
  return identity({ identityId, id, userId, provider: nameOf(provider), email, identity_data, createdAt });
}

function identity(of: {
  identityId: string;
  id: string;
  userId: string;
  provider: string;
  email: string | undefined;
  identity_data: object;
  createdAt: Date;
}) {
  const { identityId, userId, createdAt, ...rest } = of;
  const times = { last_sign_in_at: createdAt, created_at: createdAt, updated_at: createdAt };
  return { identity_id: identityId, user_id: userId, ...rest, ...times };
}

/** `DELETE /user/identities/{id}`: takes a provider from the ways in, unless it is the last. */
export async function unlinkIdentity(call: ApiCall<PathParams>): Promise<Result<Response>> {
  const principal = await requirePrincipal(call);
  if (principal instanceof Response) return ok(principal);
  const { id: accountId = "" } = call.params;
  if (accountId === principal.userId) return ok(supabaseError(call.request, "email_conflict_identity_not_deletable"));
  const allowed = await requireFresh(principal);
  if (!allowed.ok) return allowed;
  const unlinked = await disconnectAccount(principal, { accountId });
  if (unlinked.ok) return ok(json(200, {}));
  return unlinked.error.code === "not_found" ? ok(supabaseError(call.request, "identity_not_found")) : unlinked;
}
