import { can, type Permission } from "@/lib/auth/model/permissions";
import { findUserById } from "@/lib/auth/store/users";

/** Whether a person may do this now: another admin may have taken the role away, or disabled them, since the request began. */
export async function mayNow(userId: string, permission: Permission): Promise<boolean> {
  const user = await findUserById(userId);
  return user !== null && !user.disabledAt && can({ roles: [user.role] }, permission);
}
