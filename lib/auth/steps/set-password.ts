import { removePasswordHash, setPasswordHash } from "@/lib/auth/store/credentials";
import { beginDeviceEra } from "@/lib/auth/store/users";

/**
 * Sets a user's password, in place of a former one, or takes it away. Devices that were known are strangers from now on. Call it in
 * the transaction of its cause.
 * @param passwordHash null for none
 */
export async function setPassword(userId: string, passwordHash: string | null): Promise<void> {
  if (passwordHash) await setPasswordHash(userId, passwordHash);
  else await removePasswordHash(userId);
  await beginDeviceEra(userId);
}
