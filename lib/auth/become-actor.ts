import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import type { Actor, Prisma, User } from "@/prisma/client/client";
import { fail, ok, type Result } from "./model/errors";
import type { ProfileValues } from "./model/profile";
import { type NewProfile, Registration } from "./model/registration";
import { createActor, findActor, updateActor } from "./store/actors";
import { reviseRegistration } from "./store/registrations";
import { recordEvent } from "./store/security-events";
import { updateUser } from "./store/users";
import { findVerification } from "./store/verifications";

type NewActor = { id: string; type: string; data: Prisma.JsonObject };
/** What the actor's client said of the person. */
type Fields = Partial<ProfileValues>;

/** Makes a user an actor: a customer, say. @returns `conflict` when the user is that already. */
export async function becomeActor(
  userId: string,
  actor: NewActor,
  fields: Fields,
): Promise<Result<{ actor: Actor; user: User }>> {
  return transact(async () => {
    if (await findActor(userId, actor.type)) return fail("conflict");
    const created = await createActor({ ...actor, userId });
    await recordEvent("actor.created", { userId, detail: actor.type });
    const user = await updateUser(userId, fields);
    return user ? ok({ actor: created, user }) : fail("unauthenticated");
  });
}

/** Replaces what is kept with an actor, and changes the person's fields. @returns `unauthenticated` when they are gone. */
export async function changeActor(
  { id, userId }: Pick<Actor, "id" | "userId">,
  data: Prisma.InputJsonObject,
  fields: Fields,
): Promise<Result<{ actor: Actor; user: User }>> {
  return transact(async () => {
    const user = await updateUser(userId, fields);
    const actor = await updateActor(id, data);
    return actor && user ? ok({ actor, user }) : fail("unauthenticated");
  });
}

/**
 * The same for a registration that waits for its proof: the registration keeps the actor until it becomes a user.
 * @returns the address to be proved, and the person's fields; `conflict`, or `not_found` without such a registration.
 */
export async function becomeActorOnceProved(
  verificationId: string,
  { id, type, data }: NewActor,
  fields: Fields,
): Promise<Result<{ email: string; profile: NewProfile }>> {
  return transact(async () => {
    await lockRow("Verification", verificationId);
    const verification = await findVerification(verificationId);
    if (verification?.purpose !== "register" || !verification.email) return fail("not_found");
    const registration = Registration.parse(verification.payload);
    if (registration.actors?.[type]) return fail("conflict");
    const actors = { ...registration.actors, [type]: { id, data } } as Registration["actors"];
    const profile = { ...registration.profile, ...fields };
    const revised = await reviseRegistration(verificationId, verification.email, { ...registration, profile, actors });
    return revised ? ok({ email: verification.email, profile }) : fail("not_found");
  });
}
