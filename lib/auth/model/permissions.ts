import type { Principal } from "./principal";

/** What each role may do, as "entity:action". The role is stored, the permission derived: add one here. */
const PERMISSIONS: Record<string, readonly string[]> = {
  admin: ["user:list", "user:disable", "user:sign-out", "user:reset-factors"],
  user: [],
};

/** Whether one of the principal's roles holds the permission. */
export function can(principal: Principal, permission: string): boolean {
  return principal.roles.some((role) => PERMISSIONS[role]?.includes(permission));
}
