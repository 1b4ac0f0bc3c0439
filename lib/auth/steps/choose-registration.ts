import { sourceOf } from "@/lib/auth/model/network";
import type { Client } from "@/lib/auth/model/principal";
import { findRegistrationId, type RegistrationPurpose } from "@/lib/auth/store/registrations";
import { findVerification } from "@/lib/auth/store/verifications";
import type { Verification } from "@/prisma/client/client";

/**
 * The open registration of an address that a client means who names no more than the address: the one that its browser waits for,
 * else the newest that was begun from its network, else the newest. A stranger who registers the address after its owner hides
 * the owner's from a client elsewhere only.
 * @param purposes `register` alone leaves out those of users, who have their password already.
 * @param pendingId what the browser waits for, if anything.
 */
export async function chooseRegistration(
  email: string,
  client: Client,
  purposes: readonly RegistrationPurpose[],
  pendingId?: string | null,
): Promise<Verification | null> {
  const pending = pendingId ? await findVerification(pendingId) : null;
  if (pending?.email === email && purposes.some((purpose) => purpose === pending.purpose)) return pending;
  const id = await findRegistrationId(email, sourceOf(client), purposes);
  // Asks the database also without one, so that an address without registrations takes as long as one with them.
  return findVerification(id ?? "none");
}
