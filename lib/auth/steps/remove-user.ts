import { deleteEvents } from "@/lib/auth/store/security-events";
import { revokeSessions } from "@/lib/auth/store/sessions";
import { deleteUser } from "@/lib/auth/store/users";
import { afterCommit } from "@/lib/db/transaction-context";
import { emit } from "@/lib/events/emit";
import { hashedAddress, logEvent } from "@/lib/log";
import type { User } from "@/prisma/client/client";

/**
 * Deletes a person's account and all that hangs on it, and tells subscribers and the log. Call it in a transaction that has
 * locked the user.
 * @param how more for the log.
 */
export async function removeUser(
  { id: userId, email }: Pick<User, "id" | "email">,
  how: { ip: string | null } | { outcome: string },
): Promise<void> {
  // The cascade would delete any number of events in one statement. This deletes them in batches.
  await deleteEvents(userId);
  await revokeSessions(userId);
  await deleteUser(userId);
  await emit("user.deleted", { userId, email, at: new Date().toISOString() });
  afterCommit(() => logEvent("user.deleted", { userId, email: hashedAddress(email), ...how }));
}
