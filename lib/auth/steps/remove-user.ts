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
 * @param how what the log says of it besides.
 */
export async function removeUser(
  { id: userId, email }: Pick<User, "id" | "email">,
  how: { ip: string | null } | { outcome: string },
): Promise<void> {
  // The database would delete these with the user, however many they are, in one go.
  await deleteEvents(userId);
  await revokeSessions(userId);
  await deleteUser(userId);
  await emit("user.deleted", { userId, email, at: new Date().toISOString() });
  afterCommit(() => logEvent("user.deleted", { userId, email: hashedAddress(email), ...how }));
}
