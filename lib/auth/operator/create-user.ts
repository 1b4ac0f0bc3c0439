import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { hashPassword } from "@/lib/auth/model/password-hash";
import { passwordProblem } from "@/lib/auth/model/password-policy";
import { addUser } from "@/lib/auth/steps/add-user";
import { recordEvent } from "@/lib/auth/store/security-events";
import { findUserByEmail, isReserved, type Profile } from "@/lib/auth/store/users";
import { transact } from "@/lib/db/transact";
import type { User } from "@/prisma/client/client";

// What the operator of a site does from a server of theirs, by a key. `by` is the name of the key.

/**
 * Makes a user. Nobody is told: the operator does that.
 * @param input.confirmed The operator vouches that the mailbox is this person's. Else the first proof of it takes the
 * password away, as from any account that was never proved.
 * @returns `user_exists`, `invalid_input`.
 */
export async function createUserByOperator(
  input: { email: string; password?: string; confirmed: boolean } & Omit<Profile, "image" | "username">,
  by: string,
): Promise<Result<User>> {
  const { email, password, confirmed, ...profile } = input;
  const problem = password === undefined ? null : await passwordProblem(password, [email]);
  if (problem) return fail("invalid_input", { fields: { password: problem } });
  const passwordHash = password === undefined ? undefined : await hashPassword(password);
  return transact<Result<User>>(async () => {
    if ((await findUserByEmail(email)) || (await isReserved(email))) return fail("user_exists");
    const user = await addUser({ ...profile, email, passwordHash, emailVerified: confirmed ? new Date() : null });
    await recordEvent("user.created_by_operator", { userId: user.id, email, detail: `by ${by}` });
    return ok(user);
  });
}
