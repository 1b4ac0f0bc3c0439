import { z } from "zod";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { ProfileValues } from "@/lib/auth/model/profile";
import { metadata } from "@/lib/auth/model/schemas";
import { findUserByUsername, updateUser } from "@/lib/auth/store/users";
import type { Prisma, User } from "@/prisma/client/client";

/** `data` is what an API client keeps with a user, `fields` are the person's. */
export type MetadataChange = { fields: Partial<ProfileValues>; data: Prisma.JsonObject; username?: string };

const TOO_LARGE = "With what is kept already this is too large. Remove keys by setting them to null.";
/** What is kept with a user as JSON. Parsed, because the column may hold any. */
export const Metadata = z.record(z.string(), z.json());

/** What is kept with what is given on top of it; null removes a key. */
export function mergeJson(kept: Prisma.JsonValue, given: Prisma.JsonObject = {}): Prisma.InputJsonObject {
  const merged = { ...Metadata.parse(kept), ...given };
  return Metadata.parse(Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)));
}

/**
 * Merges what is given into what is kept with a user, whose row is locked; null removes a key.
 * @returns `invalid_input` when all of it together would be too large for a token, `user_exists` when another person has
 * the username, `unauthenticated` when the user is gone.
 */
export async function mergeMetadata(user: User, { fields, data, username }: MetadataChange): Promise<Result<User>> {
  const userMetadata = mergeJson(user.userMetadata, data);
  if (!metadata.safeParse(userMetadata).success) return fail("invalid_input", { fields: { data: TOO_LARGE } });
  if (username && ((await findUserByUsername(username))?.id ?? user.id) !== user.id) return fail("user_exists");
  const updated = await updateUser(user.id, { ...fields, userMetadata, username });
  return updated ? ok(updated) : fail("unauthenticated");
}
