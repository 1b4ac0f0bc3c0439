import { forbidden, redirect } from "next/navigation";
import { cache } from "react";
import { can } from "@/lib/auth/model/permissions";
import type { Principal } from "@/lib/auth/model/principal";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { withTo } from "@/lib/wire/safe-redirect";
import { readSessionToken } from "./session-cookie";

/** Who makes this request, or null. One look-up a render, however many components ask. */
export const currentPrincipal = cache(async (): Promise<Principal | null> => {
  const token = await readSessionToken();
  return token ? findPrincipal(token) : null;
});

/** Who makes this request. Signed out: to /login, and after that back to `path`. */
export async function requirePrincipal(path: string): Promise<Principal> {
  return (await currentPrincipal()) ?? redirect(withTo("/login", path));
}

/** Who makes this request, if they may do this. Else the 403 page. */
export async function requirePermission(permission: string, path: string): Promise<Principal> {
  const principal = await requirePrincipal(path);
  if (!can(principal, permission)) forbidden();
  return principal;
}
