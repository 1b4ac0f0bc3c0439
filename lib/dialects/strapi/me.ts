import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { findUserById } from "@/lib/auth/store/users";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { requirePrincipal } from "./session";
import type { StrapiSettings } from "./settings";
import { showUser } from "./user";

const ROLES: Record<string, { id: number; name: string; description: string; type: string }> = {
  user: { id: 1, name: "Authenticated", description: "Everybody who signed in.", type: "authenticated" },
  admin: { id: 2, name: "Admin", description: "Who runs this site.", type: "admin" },
};

/** `GET /users/me`, with `?populate=role` and `?fields=`. */
export async function me(call: ApiCall, settings: StrapiSettings): Promise<Result<Response>> {
  const principal = await requirePrincipal(call);
  if (principal instanceof Response) return ok(principal);
  const user = await findUserById(principal.userId);
  if (!user) return fail("unauthenticated");
  const { id, documentId, ...rest } = await showUser(user, settings);
  const wanted = listOf(call.url, "fields");
  const shown = Object.entries(rest).filter(
    ([key]) => wanted.length === 0 || wanted.some((w) => w === key || w === "*"),
  );
  const populate = listOf(call.url, "populate");
  const role = populate.includes("role") || populate.includes("*") ? { role: ROLES[user.role] ?? ROLES.user } : {};
  return ok(json(200, { id, documentId, ...Object.fromEntries(shown), ...role }));
}

/** The values of a parameter in each of the ways that clients write a list: `a=x,y`, `a[0]=x`, `a[x]=true`. */
function listOf({ searchParams }: URL, name: string): string[] {
  return [...searchParams].flatMap(([key, value]) => {
    if (key === name || new RegExp(`^${name}\\[\\d*\\]$`).test(key)) return value.split(",");
    const inside = key.match(/^(\w+)\[(\w+)\]$/);
    return inside?.[1] === name && inside[2] ? [inside[2]] : [];
  });
}
