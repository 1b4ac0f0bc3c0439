import type { SessionRef } from "@/lib/auth/model/principal";
import { lockRow } from "@/lib/db/lock-row";

/**
 * Locks the person and the session of a request whose writes outlive the session: what a thief begins must not come after the owner
 * has shut them out. A request that ends the session waits for these writes, or they find it gone.
 * @returns whether it is still there.
 */
export async function lockSession({ userId, sessionId }: SessionRef): Promise<boolean> {
  return (await lockRow("User", userId)) && (await lockRow("Session", sessionId));
}
