import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Client } from "@/lib/auth/model/principal";
import { unlinkAccounts } from "@/lib/auth/store/accounts";
import { createActor } from "@/lib/auth/store/actors";
import { setPasswordHash } from "@/lib/auth/store/credentials";
import { createSession, type NewSession, revokeSessions, type SessionOptions } from "@/lib/auth/store/sessions";
import { createUser, findUserByEmail, findUserById, freeUsername, updateUser } from "@/lib/auth/store/users";
import { consumeVerification, endVerifications, Registration } from "@/lib/auth/store/verifications";
import { logEvent } from "@/lib/log";
import type { User, Verification } from "@/prisma/client/client";

export type Verified = { user: User; session: NewSession; to: string | null };

/**
 * The step after every proof of a mailbox: spends it, makes the user or marks them proved, and signs them in.
 * @returns `otherwise` when the proof is spent, or nothing can come of it; `user_exists` for who typed the code here,
 * when another proof of the same address came first.
 */
export async function completeSignUp(
  verification: Verification,
  session: SessionOptions,
  client: Client,
  otherwise: "token_invalid" | "code_expired",
): Promise<Result<Verified>> {
  const registration = Registration.parse(verification.payload);
  if (registration.taken || !(await consumeVerification(verification.id))) return fail(otherwise);
  const user = verification.userId
    ? await proveUser(verification.userId)
    : await createProvedUser(verification, registration);
  if (user === "taken" && otherwise === "code_expired") return fail("user_exists");
  if (!user || user === "taken" || user.disabledAt) return fail(otherwise);
  for (const [type, actor] of Object.entries(registration.actors ?? {}))
    await createActor({ ...actor, type, userId: user.id });
  logEvent("email.verified", { userId: user.id, ip: client.ip, userAgent: client.userAgent });
  const started = await createSession({ ...session, userId: user.id, client });
  return ok({ user, session: started, to: registration.to ?? null });
}

async function proveUser(userId: string): Promise<User | null> {
  const user = await findUserById(userId);
  if (!user || user.emailVerified) return user;
  return updateUser(userId, { emailVerified: new Date() });
}

/** The user gets the id that the registration had: API clients were told it when they signed up. */
async function createProvedUser(
  { id, email }: Verification,
  { username: wanted, ...registration }: Registration,
): Promise<User | "taken" | null> {
  const { name, seq, passwordHash, userMetadata } = registration;
  if (!email || !passwordHash) return null;
  const username = wanted && (await freeUsername(wanted));
  const about = { name, username, userMetadata: userMetadata ?? {}, emailVerified: new Date() };
  const created = await createUser({ id, seq, email, passwordHash, ...about });
  if (created.ok) return created.value;
  // The address got a user meanwhile. Proved: that one stays. Never proved: whoever holds the mailbox takes it over
  // clean, so that whatever way in somebody has who only claimed the address dies.
  const user = await findUserByEmail(email);
  if (!user) return null;
  if (user.emailVerified) return "taken";
  await setPasswordHash(user.id, passwordHash);
  await unlinkAccounts(user.id);
  await revokeSessions(user.id);
  await endVerifications(user.id, ["reset", "verify", "change-email"]);
  return updateUser(user.id, about);
}
