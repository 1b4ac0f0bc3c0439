import { listAdmins } from "@/lib/auth/store/users";
import { lockRow } from "@/lib/db/lock-row";

/**
 * The step before a person may stop being an admin: locks the rows of all admins, and of these users too, so that two who
 * take the role from each other at once see what the other did. Always in one order, so that neither waits for the other.
 * @returns the ids of the admins that there are, the disabled ones left out.
 */
export async function lockAdmins(...userIds: string[]): Promise<string[]> {
  for (const id of [...new Set([...(await listAdmins()), ...userIds])].sort()) await lockRow("User", id);
  return listAdmins();
}

/** Whether there would be no admin without this person. */
export function isLastAdmin(userId: string, admins: string[]): boolean {
  return admins.length === 1 && admins[0] === userId;
}
