import type { Principal } from "./principal";

/** What each role may do, as "entity:action". The role is stored, the permission derived: add one here, or a role. */
const PERMISSIONS = {
  admin: ["user:list", "user:disable", "user:sign-out", "user:reset-factors", "user:change-role"],
  user: [],
} satisfies Record<string, string[]>;

export type Role = keyof typeof PERMISSIONS;

/** Every role that there is. */
export const ROLES = Object.keys(PERMISSIONS).filter(isRole);

/** Whether there is a role of this name. */
export function isRole(name: string): name is Role {
  return Object.hasOwn(PERMISSIONS, name);
}

/** Whether one of the principal's roles holds the permission. */
export function can({ roles }: Pick<Principal, "roles">, permission: string): boolean {
  const held: string[] = roles.filter(isRole).flatMap((role) => PERMISSIONS[role]);
  return held.includes(permission);
}
