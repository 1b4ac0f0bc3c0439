import { listAccounts } from "@/lib/auth/store/accounts";
import { findPasswordHash } from "@/lib/auth/store/credentials";
import type { Account, User } from "@/prisma/client/client";
import { nameOf } from "./names";

/** A person's identities in Supabase's sense: the address with a password, and the linked providers. */
export async function identitiesOf(user: User) {
  const [passwordHash, accounts] = [await findPasswordHash(user.id), await listAccounts(user.id)];
  const linked = accounts.map(accountIdentity);
  return passwordHash || linked.length === 0 ? [emailIdentity(user), ...linked] : linked;
}

/** The identity of the address. A person has only one, so the user's id is its id too. */
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
