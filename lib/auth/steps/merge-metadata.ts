import { z } from "zod";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { ProfileValues } from "@/lib/auth/model/profile";
import { metadata } from "@/lib/auth/model/schemas";
import { findUserByUsername, updateUser } from "@/lib/auth/store/users";
import type { Prisma, User } from "@/prisma/client/client";

/** `data` is what an API client keeps with a user, `fields` are the person's. */
export type MetadataChange = { fields: Partial<ProfileValues>; data: Prisma.JsonObject; username?: string };

const TOO_LARGE = "With what is kept already this is too large. Remove keys by setting them to null.";
/** Parsed, because the column is JSON. */
const Metadata = z.record(z.string(), z.json());

/**
 * Merges what is given into what is kept with a user, whose row is locked; null removes a key.
 * @returns `invalid_input` when all of it together would be too large for a token, `user_exists` when another person has
 * the username, `unauthenticated` when the user is gone.
 */
export async function mergeMetadata(user: User, { fields, data, username }: MetadataChange): Promise<Result<User>> {
  const merged = Object.entries({ ...Metadata.parse(user.userMetadata), ...data }).filter(
    ([, value]) => value !== null,
  );
  const kept = metadata.safeParse(Object.fromEntries(merged));
  if (!kept.success) return fail("invalid_input", { fields: { data: TOO_LARGE } });
  if (username && ((await findUserByUsername(username))?.id ?? user.id) !== user.id) return fail("user_exists");
  const userMetadata = kept.data as Prisma.InputJsonObject;
  const updated = await updateUser(user.id, { ...fields, userMetadata, username });
  return updated ? ok(updated) : fail("unauthenticated");
}
