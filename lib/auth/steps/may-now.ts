import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { can, type Permission } from "@/lib/auth/model/permissions";
import type { Principal } from "@/lib/auth/model/principal";
import { findUserById } from "@/lib/auth/store/users";
import { lockSession } from "./lock-session";

/** Whether a person may do this now: another admin may have taken the role away, or disabled them, since the request began. */
export async function mayNow(userId: string, permission: Permission): Promise<boolean> {
  const user = await findUserById(userId);
  return user !== null && !user.disabledAt && can({ roles: [user.role] }, permission);
}

/** The same of a request's person, in its transaction: also that the session has not ended since. @returns `unauthenticated`, `forbidden`. */
export async function requireNow(principal: Principal, permission: Permission): Promise<Result<void>> {
  if (!(await lockSession(principal))) return fail("unauthenticated");
  return (await mayNow(principal.userId, permission)) ? ok(undefined) : fail("forbidden");
}
