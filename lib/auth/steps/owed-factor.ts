import { isTwoFactor, type Level, type OwedFactor, type Proof } from "@/lib/auth/model/factors";
import type { Client } from "@/lib/auth/model/principal";
import { hasAuthenticator } from "@/lib/auth/store/authenticators";
import { hasPasskey } from "@/lib/auth/store/passkeys";
import { isRemembered } from "@/lib/auth/store/remembered-devices";
import { env } from "@/lib/env";
import type { User } from "@/prisma/client/client";

type Person = Pick<User, "id" | "role">;

/**
 * How much proof a person's account asks for, at sign-in and before a sensitive change: two factors once an authenticator
 * app is set up, or where AUTH_REQUIRE_SECOND_FACTOR says so. A passkey alone does not turn two-step sign-in on: it
 * is a convenience, and a person who loses it must not be locked out.
 */
export async function levelOf({ id, role }: Person): Promise<Level> {
  const { AUTH_REQUIRE_SECOND_FACTOR: required } = env();
  if (required === "all" || (required === "admin" && role === "admin")) return "two";
  return (await hasAuthenticator(id)) ? "two" : "one";
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
