import { ok } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { settle } from "@/lib/web/settle";
import type { CheckResponse } from "./contract";

/**
 * refine's `check()`: whether the visitor is signed in, and where to send them if not. One answer for proxy, pages and
 * browser; they differ only in how they find the principal.
 */
export async function checkPrincipal(find: () => Promise<Principal | null>): Promise<CheckResponse> {
  const result = await settle(async () => ok(await find()));
  // Not knowing is not being signed out: no `logout`, no redirect, so that an outage ends no session.
  if (!result.ok) {
    const { code, message } = result.error;
    return { authenticated: false, error: { name: code === "unexpected" ? "Unexpected" : "Unavailable", message } };
  }
  if (result.value) return { authenticated: true };
  const error = { name: "Unauthenticated", message: "User is not authenticated" };
  return { authenticated: false, logout: true, redirectTo: "/login", error };
}
