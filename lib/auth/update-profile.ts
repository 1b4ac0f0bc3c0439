import { fail, ok, type Result } from "./errors";
import type { Principal } from "./principal";
import { updateUser } from "./users";

/** Changes what the header shows. @returns `unauthenticated` when the user is gone. */
export async function updateProfile(
  principal: Principal,
  input: { name: string; image: string | null },
): Promise<Result<void>> {
  const user = await updateUser(principal.userId, { name: input.name || null, image: input.image });
  return user ? ok(undefined) : fail("unauthenticated");
}
