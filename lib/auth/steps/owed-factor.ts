import { isTwoFactor, type Level, type OwedFactor, type Proof } from "@/lib/auth/model/factors";
import type { Client } from "@/lib/auth/model/principal";
import { hasAuthenticator } from "@/lib/auth/store/authenticators";
import { hasPasskey } from "@/lib/auth/store/passkeys";
import { isRemembered } from "@/lib/auth/store/remembered-devices";
import { findUserById } from "@/lib/auth/store/users";
import { env } from "@/lib/env";
import type { User } from "@/prisma/client/client";

type Person = Pick<User, "id" | "role">;

/**
 * How much proof a person's account asks for, at sign-in and before a sensitive change: two factors once an authenticator
 * app is set up, or where AUTH_REQUIRE_SECOND_FACTOR says so. A passkey alone does not turn two-step sign-in on: it
 * is a convenience, and a person who loses it must not be locked out.
 */
export async function levelOf({ id, role }: Person): Promise<Level> {
  return isRequiredOf(role) || (await hasAuthenticator(id)) ? "two" : "one";
}

function isRequiredOf(role: string): boolean {
  const { AUTH_REQUIRE_SECOND_FACTOR: required } = env();
  return required === "all" || (required === "admin" && role === "admin");
}

/** What a session with these proofs still owes before it stands for the person; null for nothing. */
export async function owedAfter(person: Person, proofs: readonly Proof[], client: Client): Promise<OwedFactor | null> {
  if (isTwoFactor(proofs) || (await levelOf(person)) === "one") return null;
  if (!(await hasSecondFactor(person.id))) return "setup";
  return (await isRemembered(person.id, client.remembered)) ? null : "second-factor";
}

/** Whether the person has anything that can come second. */
export async function hasSecondFactor(userId: string): Promise<boolean> {
  return (await hasAuthenticator(userId)) || (await hasPasskey(userId));
}

/**
 * Whether the site requires a second factor of the person, who has none. A story that removes one asks this afterwards, in the same
 * transaction: if the last one went, the password alone would set up the next.
 */
export async function lacksRequiredFactor(userId: string): Promise<boolean> {
  const user = await findUserById(userId);
  return user !== null && isRequiredOf(user.role) && !(await hasSecondFactor(userId));
}
