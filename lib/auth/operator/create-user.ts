import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { hashPassword } from "@/lib/auth/model/password-hash";
import { passwordProblem } from "@/lib/auth/model/password-policy";
import { addUser } from "@/lib/auth/steps/add-user";
import { recordEvent } from "@/lib/auth/store/security-events";
import { findUserByEmail, isReserved, type UserDetails } from "@/lib/auth/store/users";
import { type IssuedVerification, issueVerification } from "@/lib/auth/store/verifications";
import { transact } from "@/lib/db/transact";
import type { User } from "@/prisma/client/client";

// Stories of a site's operator, whose server calls with a key. `by` is the name of the key.

type NewUser = { email: string; password?: string; confirmed: boolean } & Omit<UserDetails, "image" | "username">;

/**
 * Makes a user, and sends no mail: the operator tells the person.
 * @param input.confirmed The operator vouches that the mailbox is this person's. Else the first proof of the mailbox removes
 * the password, as for any account that was never proved.
 * @returns `user_exists`, `invalid_input`.
 */
export async function createUserByOperator(input: NewUser, by: string): Promise<Result<User>> {
  const hashed = await hashOf(input);
  return hashed.ok ? transact(() => make(input, hashed.value, by)) : hashed;
}

type SignedUp = { user: User; issued: IssuedVerification };

/** Makes a user whose mailbox is to be proved, by the link and the code that come with it and that the operator mails. */
export async function signUpByOperator(input: Omit<NewUser, "confirmed">, by: string): Promise<Result<SignedUp>> {
  const hashed = await hashOf(input);
  if (!hashed.ok) return hashed;
  return transact<Result<SignedUp>>(async () => {
    const made = await make({ ...input, confirmed: false }, hashed.value, by);
    if (!made.ok) return made;
    const { id: userId, email } = made.value;
    return ok({
      user: made.value,
      issued: await issueVerification({ purpose: "verify", userId, email, withCode: true }),
    });
  });
}

async function hashOf({ email, password }: Omit<NewUser, "confirmed">): Promise<Result<string | undefined>> {
  const problem = password === undefined ? null : await passwordProblem(password, [email]);
  if (problem) return fail("invalid_input", { fields: { password: problem } });
  return ok(password === undefined ? undefined : await hashPassword(password));
}

async function make(input: NewUser, passwordHash: string | undefined, by: string): Promise<Result<User>> {
  const { email, password: _, confirmed, ...profile } = input;
  if ((await findUserByEmail(email)) || (await isReserved(email))) return fail("user_exists");
  const proof = { emailVerified: confirmed ? new Date() : null, emailVouched: confirmed };
  const user = await addUser({ ...profile, email, passwordHash, ...proof });
  await recordEvent("user.created_by_operator", { userId: user.id, email, detail: `by ${by}` });
  return ok(user);
}
