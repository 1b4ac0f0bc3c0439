import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { can } from "@/lib/auth/model/permissions";
import type { Principal } from "@/lib/auth/model/principal";
import { usersWithAuthenticator } from "@/lib/auth/store/authenticators";
import { listFactorResets } from "@/lib/auth/store/factor-resets";
import { usersWithPasskey } from "@/lib/auth/store/passkeys";
import { listUsersPage, updateUser } from "@/lib/auth/store/users";
import { transact } from "@/lib/db/transact";
import { isLastAdmin, lockAdmins } from "./steps/lock-admins";
import { signOutDevices } from "./steps/sign-out-devices";
import { recordEvent } from "./store/security-events";

const USERS_PER_PAGE = 20;

export type UserRow = {
  id: string;
  email: string;
  name: string | null;
  role: string;
  disabledAt: Date | null;
  createdAt: Date;
  sessionCount: number;
  hasSecondFactor: boolean;
  /** When an admin's reset of their factors takes effect; null when none waits. */
  factorsResetAt: Date | null;
  self: boolean;
};

/** One page of users, found by part of their address or name. `page` starts at 1. @returns `forbidden`. */
export async function listUsers(
  principal: Principal,
  input: { query: string; page: number },
): Promise<Result<{ users: UserRow[]; total: number; page: number; pages: number }>> {
  if (!can(principal, "user:list")) return fail("forbidden");
  const { query, page } = input;
  const { total, users } = await listUsersPage({ query, skip: (page - 1) * USERS_PER_PAGE, take: USERS_PER_PAGE });
  const ids = users.map(({ id }) => id);
  const resets = await listFactorResets(ids);
  const withFactor = new Set([...(await usersWithAuthenticator(ids)), ...(await usersWithPasskey(ids))]);
  const rows = users.map(({ id, email, name, role, disabledAt, createdAt, _count }) => ({
    ...{ id, email, name, role, disabledAt, createdAt },
    sessionCount: _count.sessions,
    hasSecondFactor: withFactor.has(id),
    factorsResetAt: resets.find(({ userId }) => userId === id)?.dueAt ?? null,
    self: id === principal.userId,
  }));
  return ok({ users: rows, total, page, pages: Math.max(1, Math.ceil(total / USERS_PER_PAGE)) });
}

/** Disables a user and ends their sessions, or enables them again. @returns `forbidden` (also for oneself), `not_found`, `last_admin`. */
export async function setUserDisabled(principal: Principal, userId: string, disabled: boolean): Promise<Result<void>> {
  if (!can(principal, "user:disable") || userId === principal.userId) return fail("forbidden");
  return transact(async () => {
    if (disabled && isLastAdmin(userId, await lockAdmins(userId))) return fail("last_admin");
    const user = await updateUser(userId, { disabledAt: disabled ? new Date() : null });
    if (!user) return fail("not_found");
    if (disabled) await signOutDevices(userId);
    await recordEvent(disabled ? "user.disabled" : "user.enabled", { userId, detail: `by ${principal.userId}` });
    return ok(undefined);
  });
}

/** Signs a user out everywhere. Returns how many sessions ended. @returns `forbidden`. */
export async function endUserSessions(principal: Principal, userId: string): Promise<Result<number>> {
  if (!can(principal, "user:sign-out")) return fail("forbidden");
  return transact(async () => {
    const count = await signOutDevices(userId, userId === principal.userId ? principal.sessionId : undefined);
    await recordEvent("session.revoked_by_admin", { userId, detail: `${count} by ${principal.userId}` });
    return ok(count);
  });
}
