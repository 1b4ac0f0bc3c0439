import { z } from "zod";
import { findUserById } from "@/lib/auth/store/users";
import { findVerificationByToken } from "@/lib/auth/store/verifications";
import type { User, Verification } from "@/prisma/client/client";

/** What a mailed link may be bound to besides its user. */
const Reset = z.object({ actorType: z.string().optional() });

/** The verification of a reset link, by its token, and its user; null for a link that does not work. Spends nothing. */
export async function findReset(
  token: string,
  actorType?: string,
): Promise<{ verification: Verification; user: User } | null> {
  const verification = await findVerificationByToken(token);
  if (verification?.purpose !== "reset") return null;
  if (actorType !== undefined && Reset.parse(verification.payload).actorType !== actorType) return null;
  const user = await findResetOwner(verification);
  return user && { verification, user };
}

/** The user that a reset is for, if the address that it was mailed to is still theirs. */
export async function findResetOwner({ userId, email }: Verification): Promise<User | null> {
  const user = userId ? await findUserById(userId) : null;
  return user && user.email === email && !user.disabledAt ? user : null;
}
