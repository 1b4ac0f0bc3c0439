import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import type { Actor, Prisma } from "@/prisma/client/client";
import { fail, ok, type Result } from "./model/errors";
import { Registration } from "./model/registration";
import { createActor, findActor } from "./store/actors";
import { recordEvent } from "./store/security-events";
import { findVerification, reviseRegistration } from "./store/verifications";

type NewActor = { id: string; type: string; data: Prisma.JsonObject };

/** Makes a user something towards one part of the business: a customer, say. @returns `conflict` when they are already. */
export async function becomeActor(userId: string, actor: NewActor): Promise<Result<Actor>> {
  return transact(async () => {
    if (await findActor(userId, actor.type)) return fail("conflict");
    const created = await createActor({ ...actor, userId });
    await recordEvent("actor.created", { userId, detail: actor.type });
    return ok(created);
  });
}

/**
 * The same for a registration that waits for its proof: the actor is kept with it, and comes to be with the user.
 * @returns the address that is being proved; `conflict`, or `not_found` when there is nothing to wait for.
 */
export async function becomeActorOnceProved(
  verificationId: string,
  { id, type, data }: NewActor,
): Promise<Result<{ email: string }>> {
  return transact(async () => {
    await lockRow("Verification", verificationId);
    const verification = await findVerification(verificationId);
    if (verification?.purpose !== "register" || !verification.email) return fail("not_found");
    const registration = Registration.parse(verification.payload);
    if (registration.actors?.[type]) return fail("conflict");
    const actors = { ...registration.actors, [type]: { id, data } } as Registration["actors"];
    const revised = await reviseRegistration(verificationId, verification.email, { ...registration, actors });
    return revised ? ok({ email: verification.email }) : fail("not_found");
  });
}
