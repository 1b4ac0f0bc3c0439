import { ok, type Result } from "@/lib/auth/model/errors";
import { type ApiCall, bearerOf } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { strapiError } from "./errors";
import { forPrincipal, requirePrincipal } from "./session";

/** Our roles in Strapi's shape. Roles and their permissions are code, so no route changes them. */
const ROLES = {
  user: role(1, "Authenticated", "Everybody who signed in.", "authenticated"),
  admin: role(2, "Admin", "Who runs this site.", "admin"),
};
const PUBLIC = role(3, "Public", "Everybody else.", "public");

function role(id: number, name: string, description: string, type: string) {
  return { id, documentId: `role-${type}`, name, description, type };
}

/** A user's role in Strapi's shape. */
export function roleOf(name: string) {
  return name === "admin" ? ROLES.admin : ROLES.user;
}

type Plugin = Record<string, { public?: string[]; signedIn?: string[] }>;

/** The plugin's actions that are routes here, by controller, and the callers who may call them. */
const ACTIONS: Plugin = {
  auth: {
    public: [
      ...["callback", "connect", "register", "forgotPassword", "resetPassword", "refresh"],
      ...["emailConfirmation", "sendEmailConfirmation"],
    ],
    signedIn: ["callback", "connect", "refresh", "changePassword", "logout", "getSessions", "revokeSession"],
  },
  user: { signedIn: ["me", "find", "findOne", "count", "update", "destroy"] },
  role: { signedIn: ["find", "findOne"] },
  permissions: { public: ["getPermissions"], signedIn: ["getPermissions"] },
};

/** `GET /users-permissions/permissions`: the actions that the caller may call. Those of `user` reach only the caller. */
export async function permissions(call: ApiCall): Promise<Result<Response>> {
  const caller = bearerOf(call.request) ? await requirePrincipal(call) : null;
  if (caller?.ok === false) return caller;
  const controllers = Object.entries(ACTIONS).map(([name, { public: open = [], signedIn = [] }]) => {
    const allowed = caller ? signedIn : open;
    const actions = [...new Set([...open, ...signedIn])];
    return [name, Object.fromEntries(actions.map((action) => [action, granted(allowed.includes(action))]))];
  });
  const plugin = { controllers: Object.fromEntries(controllers) };
  return ok(json(200, { permissions: { "plugin::users-permissions": plugin } }));
}

function granted(enabled: boolean) {
  return { enabled, policy: "" };
}

/** `GET /users-permissions/roles`, for forms that show a person's role. It does not tell how many people have a role. */
export const findRoles = forPrincipal(async () => ok(json(200, { roles: [ROLES.user, ROLES.admin, PUBLIC] })));

/** `GET /users-permissions/roles/[id]`. */
export const findRole = forPrincipal(async ({ params }) => {
  const found = [ROLES.user, ROLES.admin, PUBLIC].find(({ id }) => String(id) === params.id);
  return found ? ok(json(200, { role: found })) : strapiError("NotFoundError", "Role not found");
});
