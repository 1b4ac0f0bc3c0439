import { readMark } from "@/lib/auth/model/devices";
import type { Client } from "@/lib/auth/model/principal";
import { provedOrSetAt } from "@/lib/auth/store/users";

/**
 * The nonce of a device that signed in as this user, since the mailbox was proved and since the password was set; else null.
 * A browser from before either of them is a stranger's. A stranger's device costs no statement.
 */
export async function knownDevice({ device }: Client, userId: string | undefined): Promise<string | null> {
  const mark = userId ? readMark(device, userId) : null;
  if (!mark || !userId) return null;
  const since = await provedOrSetAt(userId);
  return since && mark.markedAt < since.getTime() ? null : mark.nonce;
}
