import type { Principal } from "@/lib/auth/model/principal";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { lookUpOnce } from "@/lib/wire/lookups";

/**
 * Whom a session's token stands for, or null. `proxy.ts` and the page ask this of every request, and the database is
 * asked once: a session that ends in between is refused at the next request, and by every action at once.
 */
export function principalOf(token: string): Promise<Principal | null> {
  return lookUpOnce(`principal ${token}`, () => findPrincipal(token));
}
