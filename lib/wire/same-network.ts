import { isFrom } from "@/lib/auth/model/network";
import type { Client } from "@/lib/auth/model/principal";

/**
 * Whether a request may finish what `source` began, for contracts whose clients keep no cookie. A browser from another network
 * is most likely a victim's, led to an address that holds a stranger's sign-in. Other clients may always finish: a storefront's
 * server finishes visits for all its people, and must know by itself whose each is.
 */
export function mayEnd(source: string, { headers }: Request, client: Client): boolean {
  // Pages can neither set the first two nor leave them out, but browsers of 2022 did. Node's fetch sends none of the three.
  const isBrowser =
    headers.has("sec-fetch-site") || headers.has("origin") || headers.get("user-agent")?.startsWith("Mozilla/");
  return !isBrowser || isFrom(source, client);
}
