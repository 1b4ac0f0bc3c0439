import type { Principal } from "./principal";

/** What each role may do, as "entity:action". A user's row stores the role, and permissions follow from it. Add permissions and roles here. */
const PERMISSIONS = {
  admin: ["user:list", "user:disable", "user:sign-out", "user:reset-factors", "user:change-role"],
  user: [],
} as const satisfies Record<string, readonly `${string}:${string}`[]>;

export type Role = keyof typeof PERMISSIONS;

/** What some role may do. A question for anything else does not compile. */
export type Permission = (typeof PERMISSIONS)[Role][number];

/** Every role that there is. */
export const ROLES = Object.keys(PERMISSIONS).filter(isRole);

/** Whether there is a role of this name. */
export function isRole(name: string): name is Role {
  return Object.hasOwn(PERMISSIONS, name);
}

/** All that the principal's roles may do. */
export function permissionsOf({ roles }: Pick<Principal, "roles">): Permission[] {
  return [...new Set(roles.filter(isRole).flatMap((role): readonly Permission[] => PERMISSIONS[role]))];
}

/** Whether one of the principal's roles holds the permission. */
export function can(principal: Pick<Principal, "roles">, permission: Permission): boolean {
  return permissionsOf(principal).includes(permission);
}
