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

/** Whose permissions are asked for. Without `actorType` it is the person's, in any session. */
type Holder = Pick<Principal, "roles"> & Partial<Pick<Principal, "actorType">>;

/** The actor as which an API client may do what its person's roles allow. */
const ACTOR_WITH_ROLES = "user";

/** All that the principal's roles may do: nothing for a client that speaks as another actor, like a customer, or for an app. */
export function permissionsOf({ roles, actorType }: Holder): Permission[] {
  const held = actorType && actorType !== ACTOR_WITH_ROLES ? [] : roles.filter(isRole);
  return [...new Set(held.flatMap((role): readonly Permission[] => PERMISSIONS[role]))];
}

/** Whether one of the principal's roles holds the permission. */
export function can(principal: Holder, permission: Permission): boolean {
  return permissionsOf(principal).includes(permission);
}
