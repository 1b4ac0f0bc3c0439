import { listAdmins } from "@/lib/auth/store/users";
import { lockRow } from "@/lib/db/lock-row";

/**
 * The step before a person may stop being an admin: locks the rows of all admins, and of these users too, so that two
 * admins who take the role from each other at once see each other's change. It locks in one order, so that no two calls wait
 * for each other.
 * @returns the ids of the admins who are not disabled.
 */
export async function lockAdmins(...userIds: string[]): Promise<string[]> {
  for (const id of [...new Set([...(await listAdmins()), ...userIds])].sort()) await lockRow("User", id);
  return listAdmins();
}

/** Whether this person is the only admin. */
export function isLastAdmin(userId: string, admins: string[]): boolean {
  return admins.length === 1 && admins[0] === userId;
}
