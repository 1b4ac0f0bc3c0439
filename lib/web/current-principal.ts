import { headers } from "next/headers";
import { forbidden, redirect } from "next/navigation";
import { cache } from "react";
import { can, type Permission } from "@/lib/auth/model/permissions";
import type { Holder, Principal } from "@/lib/auth/model/principal";
import { findOwing } from "@/lib/auth/store/owing-sessions";
import { env } from "@/lib/env";
import { safeRedirect, withTo } from "@/lib/wire/safe-redirect";
import { ADDRESS_HEADER } from "@/lib/wire/security-headers";
import { principalOf } from "./request-principal";
import { readSessionToken } from "./session-cookie";

/**
 * Who makes this request, or null. One look-up a render, however many components ask.
 * @throws {DatabaseUnavailable} during an outage, when nobody knows.
 */
export const currentPrincipal = cache(async (): Promise<Principal | null> => {
  const token = await readSessionToken();
  return token ? principalOf(token) : null;
});

/** The same, or the session that owes a factor; null without either. */
export async function currentHolder(): Promise<Holder | null> {
  const principal = await currentPrincipal();
  const token = principal ? null : await readSessionToken();
  return token ? findOwing(token) : principal;
}

/**
 * Who makes this request. Signed out: to /login, or to where a factor is owed, and after that back to the page that was asked for.
 * @param to where to go instead of back
 * @throws {DatabaseUnavailable} during an outage
 */
export async function requirePrincipal(to?: string): Promise<Principal> {
  const holder = await currentHolder();
  if (holder && !("owed" in holder)) return holder;
  redirect(withTo(holder ? "/two-factor" : "/login", to ?? (await currentAddress())));
}

/** The address of the page that was asked for, with its query but for what Next adds to that. */
async function currentAddress(): Promise<string> {
  const url = new URL(safeRedirect((await headers()).get(ADDRESS_HEADER)), env().APP_URL);
  url.searchParams.delete("_rsc");
  return url.pathname + url.search;
}

/** Who makes this request, if they may do this. Else the 403 page. @public: for pages of yours. */
export async function requirePermission(permission: Permission): Promise<Principal> {
  const principal = await requirePrincipal();
  if (!can(principal, permission)) forbidden();
  return principal;
}
