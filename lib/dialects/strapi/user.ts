import { apiFieldsOf, type ProfileValues } from "@/lib/auth/model/profile";
import { listAccounts } from "@/lib/auth/store/accounts";
import { findPasswordHash } from "@/lib/auth/store/credentials";
import { env } from "@/lib/env";
import type { User } from "@/prisma/client/client";
import type { StrapiSettings } from "./settings";

type Shown = Partial<ProfileValues> &
  Pick<User, "seq" | "id" | "username" | "email" | "userMetadata" | "disabledAt" | "createdAt" | "updatedAt">;

/** A user in Strapi's shape: its id is a number, and nothing is private. */
export function userView(user: Shown, provider: string, confirmed: boolean, { allowedFields }: StrapiSettings) {
  const metadata = Object(user.userMetadata) as Record<string, unknown>;
  const own = allowedFields.filter((field) => Object.hasOwn(metadata, field)).map((field) => [field, metadata[field]]);
  return {
    ...Object.fromEntries(own),
    ...apiFieldsOf(user),
    id: user.seq,
    documentId: user.id,
    username: user.username ?? user.email,
    email: user.email,
    provider,
    confirmed,
    blocked: user.disabledAt !== null,
    createdAt: user.createdAt,
    updatedAt: user.updatedAt,
    publishedAt: user.createdAt,
  };
}

/** The same for a stored user. */
export async function showUser(user: User, settings: StrapiSettings) {
  const provider = await providerOf(user);
  const { AUTH_REQUIRE_EMAIL_VERIFICATION } = env();
  return userView(user, provider, Boolean(user.emailVerified) || !AUTH_REQUIRE_EMAIL_VERIFICATION, settings);
}

async function providerOf({ id }: User): Promise<string> {
  if (await findPasswordHash(id)) return "local";
  return (await listAccounts(id))[0]?.provider ?? "local";
}
