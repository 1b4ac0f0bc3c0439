import { recordEvent } from "@/lib/auth/store/security-events";
import { createUser } from "@/lib/auth/store/users";
import { emit } from "@/lib/events/emit";
import type { User } from "@/prisma/client/client";

/**
 * Makes a user, in the transaction of its cause. No other code does. The caller has checked that address, username and account
 * are free.
 */
export async function addUser(input: Parameters<typeof createUser>[0]): Promise<User> {
  const user = await createUser(input);
  const { id: userId, email, name, createdAt } = user;
  const emailVerified = user.emailVerified !== null;
  if (emailVerified) await recordEvent("email.verified", { userId, email });
  const provider = input.account?.provider ?? null;
  await emit("user.created", { userId, email, emailVerified, name, provider, at: createdAt.toISOString() });
  return user;
}
