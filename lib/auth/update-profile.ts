import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { findUserById, freeUsername, updateUser } from "@/lib/auth/store/users";
import { transact } from "@/lib/db/transact";
import type { Prisma, User } from "@/prisma/client/client";

/** Changes what the header shows. @returns `unauthenticated` when the user is gone. */
export async function updateProfile(
  principal: Principal,
  input: { name: string; image: string | null },
): Promise<Result<void>> {
  const user = await updateUser(principal.userId, { name: input.name || null, image: input.image });
  return user ? ok(undefined) : fail("unauthenticated");
}

/**
 * Changes what an API client keeps with its user: what is given is put over what is there, null takes a key away.
 * @returns `unauthenticated` when the user is gone.
 */
export async function updateMetadata(principal: Principal, data: Prisma.JsonObject): Promise<Result<User>> {
  const user = await findUserById(principal.userId);
  const merged = { ...Object(user?.userMetadata), ...data } as Prisma.InputJsonObject;
  const kept = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
  const updated = user && (await updateUser(user.id, { userMetadata: kept }));
  return updated ? ok(updated) : fail("unauthenticated");
}

/** Gives a user who has none the wanted username, or one like it. */
export async function giveUsername(user: User, wanted: string): Promise<User> {
  return transact(async () => (await updateUser(user.id, { username: await freeUsername(wanted) })) ?? user);
}
