import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { can, type Role } from "@/lib/auth/model/permissions";
import type { Principal } from "@/lib/auth/model/principal";
import { usersWithAuthenticator } from "@/lib/auth/store/authenticators";
import { listFactorResets } from "@/lib/auth/store/factor-resets";
import { usersWithPasskey } from "@/lib/auth/store/passkeys";
import { countSessions } from "@/lib/auth/store/sessions";
import { findUsers, type Sought, type UserPlace } from "@/lib/auth/store/user-search";
import { findAdmins, readUsers } from "@/lib/auth/store/users";
import type { User } from "@/prisma/client/client";
import { asAdmin } from "./steps/as-admin";
import { isLastAdmin } from "./steps/lock-admins";
import { requireFresh } from "./steps/reauthenticate";
import { revokeSessionsAndBegun } from "./steps/revoke-sessions";
import { setDisabled } from "./steps/set-disabled";
import { recordEvent } from "./store/security-events";

const USERS_PER_PAGE = 20;

export type UserRow = Pick<User, "id" | "email" | "name" | "role" | "disabledAt" | "createdAt"> & {
  sessionCount: number;
  hasSecondFactor: boolean;
  /** When an admin's reset of their factors takes effect; null when none waits. */
  factorsResetAt: Date | null;
  self: boolean;
};

export type UserList = {
  /** In the order asked for. */
  users: UserRow[];
  /** How many were found; with `more`, there are others. */
  total: number;
  more: boolean;
  /** Whether the text was so short that only the newest users were searched. */
  newestOnly: boolean;
  /** The pages beside this one, null where there is none. */
  previous: UserPlace | null;
  next: UserPlace | null;
};

/** What an admin may ask of the list: "" finds all, and the newest come first if nothing else is said. */
export type UserQuery = { query: string; role?: Role; isDisabled?: boolean; order?: Sought["order"] };

/**
 * One page of users, found by part of their address or name, by role, or among the disabled. A place without users gives
 * the first page.
 * @returns `forbidden`.
 */
export async function listUsers(principal: Principal, input: UserQuery & UserPlace): Promise<Result<UserList>> {
  if (!can(principal, "user:list")) return fail("forbidden");
  const { query, role, isDisabled = false, order = "newest", ...place } = input;
  const { seqs, ...page } = await findUsers({ text: query, role, isDisabled, order }, place, USERS_PER_PAGE);
  const users = await readUsers(seqs, order);
  const ids = users.map(({ id }) => id);
  const resets = await listFactorResets(ids);
  const withFactor = new Set([...(await usersWithAuthenticator(ids)), ...(await usersWithPasskey(ids))]);
  const sessionCounts = await countSessions(ids);
  const rows = users.map(({ id, email, name, role, disabledAt, createdAt }) => ({
    id,
    email,
    name,
    role,
    disabledAt,
    createdAt,
    sessionCount: sessionCounts.get(id) ?? 0,
    hasSecondFactor: withFactor.has(id),
    factorsResetAt: resets.find(({ userId }) => userId === id)?.dueAt ?? null,
    self: id === principal.userId,
  }));
  return ok({ ...page, users: rows });
}

/** The admins that there are, the disabled ones too, oldest first. @returns `forbidden`. */
export async function listAdminUsers(principal: Principal): Promise<Result<User[]>> {
  return can(principal, "user:list") ? ok(await findAdmins()) : fail("forbidden");
}

/**
 * Disables a user and ends their sessions, or enables them again. For another admin it takes a fresh proof.
 * @returns `forbidden` (also for oneself), `not_found`, `last_admin`, `reauthentication_required`, `second_factor_required`, `unauthenticated`.
 */
export async function setUserDisabled(principal: Principal, userId: string, disabled: boolean): Promise<Result<void>> {
  if (userId === principal.userId) return fail("forbidden");
  return asAdmin(principal, "user:disable", userId, async (user, admins) => {
    if (disabled && isLastAdmin(userId, admins)) return fail("last_admin");
    const fresh = await requireFreshFor(principal, user);
    if (!fresh.ok) return fresh;
    await setDisabled(userId, disabled, `by ${principal.userId}`);
    return ok(undefined);
  });
}

/**
 * Signs a user out everywhere, of one's own sessions all but this one. For another admin it takes a fresh proof, too.
 * @returns how many sessions ended; or `forbidden`, `not_found`, `reauthentication_required`, `second_factor_required`, `unauthenticated`.
 */
export async function revokeUserSessions(principal: Principal, userId: string): Promise<Result<number>> {
  return asAdmin(principal, "user:sign-out", userId, async (user) => {
    const fresh = await requireFreshFor(principal, user);
    if (!fresh.ok) return fresh;
    const count = await revokeSessionsAndBegun(userId, userId === principal.userId ? principal.sessionId : undefined);
    await recordEvent("session.revoked_by_admin", { userId, detail: `${count} by ${principal.userId}` });
    return ok(count);
  });
}

/** A thief in one admin's session must not shut out the others, who could end it. Giving the role takes a fresh proof as well. */
async function requireFreshFor(principal: Principal, { id, role }: User): Promise<Result<void>> {
  return role === "admin" && id !== principal.userId ? requireFresh(principal) : ok(undefined);
}
