import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import type { ProfileValues } from "@/lib/auth/model/profile";
import { type MetadataChange, mergeMetadata } from "@/lib/auth/steps/merge-metadata";
import { findUserById, freeUsername, updateUser } from "@/lib/auth/store/users";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import type { User } from "@/prisma/client/client";

/** Changes what the person says of themselves, as far as it is given. @returns `unauthenticated` when the user is gone. */
export async function updateProfile(principal: Principal, input: Partial<ProfileValues>): Promise<Result<void>> {
  const user = await updateUser(principal.userId, input);
  return user ? ok(undefined) : fail("unauthenticated");
}

/**
 * Changes what an API client keeps with its user, and the person's fields. Given keys replace stored ones; null removes one.
 * @returns `invalid_input` when all of it together would be too large for a token, `user_exists` when another person has
 * the username, `unauthenticated` when the user is gone.
 */
export async function updateMetadata(
  principal: Pick<Principal, "userId">,
  given: MetadataChange,
): Promise<Result<User>> {
  return transact<Result<User>>(async () => {
    await lockRow("User", principal.userId);
    const user = await findUserById(principal.userId);
    return user ? mergeMetadata(user, given) : fail("unauthenticated");
  });
}

/** Gives a user who has none the wanted username, or one like it. */
export async function giveUsername(user: User, wanted: string): Promise<User> {
  return transact(async () => (await updateUser(user.id, { username: await freeUsername(wanted) })) ?? user);
}
