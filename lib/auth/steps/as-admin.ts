import { fail, type Result } from "@/lib/auth/model/errors";
import { can, type Permission } from "@/lib/auth/model/permissions";
import type { Principal } from "@/lib/auth/model/principal";
import { findUserById } from "@/lib/auth/store/users";
import { transact } from "@/lib/db/transact";
import type { User } from "@/prisma/client/client";
import { lockAdmins } from "./lock-admins";
import { requireNow } from "./may-now";

/**
 * What an admin does to a person, in one transaction: asks whether they may, before it and within it, and locks all admins, the
 * person, and the admin's session.
 * @param act is told the person, and the admins as `lockAdmins` returned them.
 * @returns what `act` returns, or `forbidden`, `unauthenticated`, `not_found`.
 */
export async function asAdmin<T>(
  principal: Principal,
  permission: Permission,
  userId: string,
  act: (user: User, admins: string[]) => Promise<Result<T>>,
): Promise<Result<T>> {
  if (!can(principal, permission)) return fail("forbidden");
  return transact<Result<T>>(async () => {
    const admins = await lockAdmins(userId, principal.userId);
    const allowed = await requireNow(principal, permission);
    if (!allowed.ok) return allowed;
    const user = await findUserById(userId);
    return user ? act(user, admins) : fail("not_found");
  });
}
