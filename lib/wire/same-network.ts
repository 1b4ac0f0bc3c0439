import { sourceOf } from "@/lib/auth/model/network";
import type { Client } from "@/lib/auth/model/principal";

/**
 * Whether a request may finish what `source` began, for contracts whose clients keep no cookie. A browser from another network
 * is most likely a victim's, led to an address that holds a stranger's sign-in. Other clients may always finish: a storefront's
 * server finishes visits for all its people, and must know by itself whose each is.
 */
export function mayEnd(source: string, { headers }: Request, client: Client): boolean {
  // Pages can neither set these headers nor leave them out. Node's fetch sends Sec-Fetch-Mode, but neither of them.
  const isBrowser = headers.has("sec-fetch-site") || headers.has("origin");
  return !isBrowser || source === sourceOf(client);
}
