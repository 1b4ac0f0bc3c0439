import { transact } from "@/lib/db/transact";
import { sendRoleChanged } from "@/lib/mail/messages";
import { links } from "@/lib/routes";
import type { User } from "@/prisma/client/client";
import { fail, ok, type Result } from "./model/errors";
import { can, type Role } from "./model/permissions";
import type { Client, Principal } from "./model/principal";
import { isLastAdmin, lockAdmins } from "./steps/lock-admins";
import { levelOf } from "./steps/owed-factor";
import { requireFresh } from "./steps/reauthenticate";
import { signOutDevices } from "./steps/sign-out-devices";
import { recordEvent } from "./store/security-events";
import { findUserByEmail, findUserById, updateUser } from "./store/users";

/**
 * An admin gives another person a role. It counts from that person's next request on, and they are told by mail.
 * @returns `forbidden` (also for oneself), `reauthentication_required`, `second_factor_required`, `not_found`, `last_admin`.
 */
export async function changeRole(
  principal: Principal,
  { userId, role }: { userId: string; role: Role },
  client: Client,
): Promise<Result<void>> {
  if (!can(principal, "user:change-role") || userId === principal.userId) return fail("forbidden");
  const fresh = await requireFresh(principal);
  if (!fresh.ok) return fresh;
  return transact(async () => {
    const admins = await lockAdmins(userId, principal.userId);
    // Another admin may have taken the role away meanwhile.
    const actor = await findUserById(principal.userId);
    if (!actor || actor.disabledAt || !can({ roles: [actor.role] }, "user:change-role")) return fail("forbidden");
    const user = await findUserById(userId);
    if (!user) return fail("not_found");
    const given = await giveRole(user, role, `by ${actor.id}`, admins);
    if (!given.ok || !given.value) return given.ok ? ok(undefined) : given;
    const { sessionId } = principal;
    await recordEvent("role.given", { userId: actor.id, sessionId, client, detail: `${role} to ${userId}` });
    return ok(undefined);
  });
}

/**
 * The operator does, by `npm run user`. So the first admin comes into being.
 * @returns whether the role was another one before; or `not_found`, `last_admin`.
 */
export async function changeRoleByOperator({ email, role }: { email: string; role: Role }): Promise<Result<boolean>> {
  return transact(async () => {
    const found = await findUserByEmail(email);
    if (!found) return fail("not_found");
    const admins = await lockAdmins(found.id);
    const user = await findUserById(found.id);
    return user ? giveRole(user, role, "by operator", admins) : fail("not_found");
  });
}

/** `admins` as `lockAdmins` returned them. @returns whether the role was another one before; or `last_admin`. */
async function giveRole(user: User, role: Role, by: string, admins: string[]): Promise<Result<boolean>> {
  const { id: userId, email } = user;
  if (user.role === role) return ok(false);
  if (isLastAdmin(userId, admins)) return fail("last_admin");
  const [before, after] = [await levelOf(user), await levelOf({ id: userId, role })];
  await updateUser(userId, { role });
  // What one factor opened must not stand for a role that asks for two: the person signs in again, and shows both.
  if (before === "one" && after === "two") await signOutDevices(userId);
  await recordEvent("role.changed", { userId, email, detail: `${role} ${by}` });
  await sendRoleChanged(email, { newRole: role, at: new Date(), accountUrl: links.account() });
  return ok(true);
}
