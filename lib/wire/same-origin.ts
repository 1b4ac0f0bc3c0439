import { env } from "@/lib/env";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether a request that may change something comes from our own pages, as far as its headers tell. Browsers send
 * Origin with every POST and say in Sec-Fetch-Site where it started. Old browsers and some proxies leave only the Referer, which
 * then decides. A request with none of the three comes from no browser, and carries only cookies that its sender knows.
 * A form on a page that sends no Referer has the origin "null": then Sec-Fetch-Site decides alone.
 */
export function isSameOrigin(method: string, headers: Headers): boolean {
  if (SAFE_METHODS.has(method)) return true;
  const site = headers.get("sec-fetch-site");
  if (site && site !== "same-origin" && site !== "none") return false;
  const origin = headers.get("origin");
  if (origin === "null") return site === "same-origin";
  if (origin !== null) return origin.toLowerCase() === ownOrigin(headers);
  return site !== null || isOwnPage(headers.get("referer"), headers);
}

/** Whether a Referer is missing, or names a page of ours. */
function isOwnPage(referer: string | null, headers: Headers): boolean {
  return referer === null || (URL.canParse(referer) && new URL(referer).origin === ownOrigin(headers));
}

/** Our own origin, in lower case. In development the dev server may be reached under another name than APP_URL says. */
export function ownOrigin(headers: Headers): string {
  const { APP_URL, production } = env();
  const host = headers.get("host");
  return production || !host ? APP_URL.toLowerCase() : `http://${host.toLowerCase()}`;
}
