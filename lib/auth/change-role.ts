import { transact } from "@/lib/db/transact";
import { fail, ok, type Result } from "./model/errors";
import { can, type Role } from "./model/permissions";
import type { Client, Principal } from "./model/principal";
import { asAdmin } from "./steps/as-admin";
import { giveRole } from "./steps/give-role";
import { lockAdmins } from "./steps/lock-admins";
import { lockSession } from "./steps/lock-session";
import { requireFresh } from "./steps/reauthenticate";
import { recordEvent } from "./store/security-events";
import { findUserByEmail, findUserById } from "./store/users";

/**
 * An admin gives another person a role. It counts from that person's next request, and a mail tells them.
 * @returns `forbidden` (also for oneself), `reauthentication_required`, `second_factor_required`, `not_found`, `last_admin`, `unauthenticated`.
 */
export async function changeRole(
  principal: Principal,
  { userId, role }: { userId: string; role: Role },
  client: Client,
): Promise<Result<void>> {
  if (userId === principal.userId) return fail("forbidden");
  return asAdmin(principal, "user:change-role", userId, async (user, admins) => {
    const fresh = await requireFresh(principal);
    if (!fresh.ok) return fresh;
    const given = await giveRole(user, role, `by ${principal.userId}`, admins);
    if (!given.ok || !given.value) return given.ok ? ok(undefined) : given;
    const { userId: by, sessionId } = principal;
    await recordEvent("role.given", { userId: by, sessionId, client, detail: `${role} to ${userId}` });
    return ok(undefined);
  });
}

/**
 * An admin gives the role up, and keeps the account.
 * @returns `forbidden`, `reauthentication_required`, `second_factor_required`, `last_admin`, `unauthenticated`.
 */
export async function giveUpAdmin(principal: Principal): Promise<Result<boolean>> {
  if (!can(principal, "user:change-role")) return fail("forbidden");
  const fresh = await requireFresh(principal);
  if (!fresh.ok) return fresh;
  return transact(async () => {
    const admins = await lockAdmins(principal.userId);
    const user = (await lockSession(principal)) && (await findUserById(principal.userId));
    return user ? giveRole(user, "user", "by themselves", admins) : fail("unauthenticated");
  });
}

/**
 * The operator gives a person a role by `npm run user`. That is how a site gets its first admin.
 * @returns whether that changed the role; or `not_found`, `last_admin`.
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
