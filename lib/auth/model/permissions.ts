import type { Principal } from "./principal";

/**
 * What each role may do, as "entity:action". A user's row stores the role, and permissions follow from it. Add permissions and roles
 * here. What protects admins goes by the name `admin`: a site keeps its last one, AUTH_REQUIRE_SECOND_FACTOR=admin asks them for two
 * factors, and others need a fresh proof to sign them out.
 */
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

/** Whose permissions are asked for. Without `actorType`: those of the person, whatever the session. */
type RoleHolder = Pick<Principal, "roles"> & Partial<Pick<Principal, "actorType">>;

/** The actor as which an API client may do what its person's roles allow. */
const ACTOR_WITH_ROLES = "user";

/** The roles that count: none for a client that speaks as another actor, like a customer, or for an app. */
export function rolesOf({ roles, actorType }: RoleHolder): Role[] {
  return actorType && actorType !== ACTOR_WITH_ROLES ? [] : roles.filter(isRole);
}

/** All that the principal's roles may do. */
export function permissionsOf(principal: RoleHolder): Permission[] {
  return [...new Set(rolesOf(principal).flatMap((role): readonly Permission[] => PERMISSIONS[role]))];
}

/** Whether one of the principal's roles holds the permission. */
export function can(principal: RoleHolder, permission: Permission): boolean {
  return permissionsOf(principal).includes(permission);
}
