import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { beginDeviceEra, findUserByEmail, isReserved, updateUser } from "@/lib/auth/store/users";
import { emit } from "@/lib/events/emit";
import type { User } from "@/prisma/client/client";

/**
 * Gives a user another address, and makes strangers of their known devices, in the transaction of its cause. No other code does.
 * @param how.emailVerified Null: the new address is unproved. Without it, it counts as proved if the former did.
 * @param how.emailVouched An operator gives it.
 * @param how.isUndoing The change is undone: the former address is reserved for that.
 * @returns `user_exists` for an address that another user has, or may get back.
 */
export async function moveAddress(
  { id: userId, email: from }: User,
  to: string,
  {
    emailVerified,
    emailVouched = false,
    isUndoing = false,
  }: Partial<Pick<User, "emailVerified" | "emailVouched"> & { isUndoing: boolean }>,
): Promise<Result<void>> {
  if ((await findUserByEmail(to)) || (!isUndoing && (await isReserved(to)))) return fail("user_exists");
  await updateUser(userId, { email: to, emailVerified, emailVouched });
  await beginDeviceEra(userId);
  await emit("user.email_changed", { userId, from, to, at: new Date().toISOString() });
  return ok(undefined);
}
