import { ok } from "@/lib/auth/model/errors";
import type { Holder } from "@/lib/auth/model/principal";
import { settle } from "@/lib/web/settle";
import type { CheckResponse } from "./contract";

const OWING = { name: "SecondFactorRequired", message: "The second step is still to be taken" };

/**
 * refine's `check()`: whether the visitor is signed in, and where to send them if not. One answer for proxy, pages and
 * browser; they differ only in how they find the principal.
 */
export async function checkPrincipal(find: () => Promise<Holder | null>): Promise<CheckResponse> {
  const result = await settle(async () => ok(await find()));
  // During an outage the visitor may be signed in: no `logout` and no redirect, so that it ends no session.
  if (!result.ok) {
    const { code, message } = result.error;
    return { authenticated: false, error: { name: code === "unexpected" ? "Unexpected" : "Unavailable", message } };
  }
  const holder = result.value;
  if (holder && !("owed" in holder)) return { authenticated: true };
  if (holder) return { authenticated: false, redirectTo: "/two-factor", error: OWING };
  const error = { name: "Unauthenticated", message: "User is not authenticated" };
  return { authenticated: false, logout: true, redirectTo: "/login", error };
}
