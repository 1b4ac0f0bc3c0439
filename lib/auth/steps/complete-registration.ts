import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Proof } from "@/lib/auth/model/factors";
import type { Client } from "@/lib/auth/model/principal";
import { Registration } from "@/lib/auth/model/registration";
import { createActor } from "@/lib/auth/store/actors";
import { findPasswordHash } from "@/lib/auth/store/credentials";
import { findUserByEmail, findUserById, freeUsername, isReserved } from "@/lib/auth/store/users";
import { consumeVerification } from "@/lib/auth/store/verifications";
import { lockRow } from "@/lib/db/lock-row";
import type { User, Verification } from "@/prisma/client/client";
import { addUser } from "./add-user";
import { type BegunSession, beginSession, type SessionOptions } from "./begin-session";
import { claimAccount } from "./claim-account";

/** `session` is null where none was asked for. */
export type Confirmed = { user: User; session: BegunSession | null; to: string | null };

/**
 * Completes a registration whose mailbox was proved, in the transaction of the proof: spends the verification, makes or claims
 * the user, and signs the person in.
 * @param input.session null makes no session.
 * @param input.otherwise the refusal for a verification that is spent or that makes no user.
 * @param input.ownPassword false where the password may be a stranger's: the account then has none.
 * @returns also `user_exists` for a code, when another verification of the same address came first.
 */
export async function completeRegistration(
  verification: Verification,
  input: {
    proof: Proof;
    session: SessionOptions | null;
    client: Client;
    otherwise: "token_invalid" | "code_expired";
    ownPassword?: boolean;
  },
): Promise<Result<Confirmed>> {
  const { proof, session: options, client, otherwise, ownPassword = true } = input;
  const registration = Registration.parse(verification.payload);
  if (registration.taken || !(await consumeVerification(verification.id))) return fail(otherwise);
  const user = verification.userId
    ? await proveUser(verification.userId, ownPassword)
    : await makeUser(verification, registration, ownPassword);
  if (user === "taken") return fail(otherwise === "code_expired" ? "user_exists" : otherwise);
  if (!user || user.disabledAt) return fail(otherwise);
  for (const [type, actor] of Object.entries(registration.actors ?? {}))
    await createActor({ ...actor, type, userId: user.id });
  const to = registration.to ?? null;
  if (!options) return ok({ user, session: null, to });
  const begun = await beginSession({ ...options, userId: user.id, proof, client, isNew: true });
  return begun.ok ? ok({ user, session: begun.value, to }) : fail(otherwise);
}

/** A user who exists, and typed the password to get here. Any other way in may be a stranger's. */
async function proveUser(userId: string, ownPassword: boolean): Promise<User | null> {
  await lockRow("User", userId);
  const passwordHash = ownPassword ? ((await findPasswordHash(userId)) ?? undefined) : undefined;
  return claimAccount(userId, { passwordHash });
}

/** The user gets the id that the registration had: API clients were told it when they signed up. */
async function makeUser(
  { id, email }: Verification,
  { profile: { username: wanted, userMetadata = {}, ...fields }, seq, passwordHash: chosen }: Registration,
  ownPassword: boolean,
): Promise<User | "taken" | null> {
  if (!email || !chosen) return null;
  const passwordHash = ownPassword ? chosen : undefined;
  const username = wanted && (await freeUsername(wanted));
  const profile = { ...fields, username, userMetadata };
  const owner = await findUserByEmail(email);
  if (!owner) {
    if (await isReserved(email)) return "taken";
    return addUser({ ...profile, id, seq, email, passwordHash, emailVerified: new Date() });
  }
  await lockRow("User", owner.id);
  if ((await findUserById(owner.id))?.emailVerified) return "taken";
  return claimAccount(owner.id, { passwordHash, profile });
}
