import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { createActor } from "@/lib/auth/store/actors";
import { findVerification, Registration, reviseRegistration } from "@/lib/auth/store/verifications";
import { logEvent } from "@/lib/log";
import type { Actor, Prisma } from "@/prisma/client/client";

type NewActor = { id: string; type: string; data: Prisma.JsonObject };

/** Makes a user something towards one part of the business: a customer, say. @returns `conflict` when they are already. */
export async function becomeActor(userId: string, actor: NewActor): Promise<Result<Actor>> {
  const created = await createActor({ ...actor, userId });
  if (created.ok) logEvent("actor.created", { userId, outcome: actor.type });
  return created;
}

/**
 * The same for somebody whose registration still waits for its proof: it is kept with the registration, and comes to be
 * with the user. @returns the address that is being proved; `conflict`, or `not_found` when there is nothing to wait for.
 */
export async function becomeActorOnceProved(
  verificationId: string,
  { id, type, data }: NewActor,
): Promise<Result<{ email: string }>> {
  const verification = await findVerification(verificationId);
  if (verification?.purpose !== "register" || !verification.email) return fail("not_found");
  const registration = Registration.parse(verification.payload);
  if (registration.actors?.[type]) return fail("conflict");
  const actors = { ...registration.actors, [type]: { id, data } } as Registration["actors"];
  const revised = await reviseRegistration(verificationId, verification.email, { ...registration, actors });
  return revised ? ok({ email: verification.email }) : fail("not_found");
}
