import { env } from "@/lib/env";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether a request that may change something comes from our own pages, as far as its headers tell. Browsers send
 * Origin with every POST and say in Sec-Fetch-Site where it started; a request without either is no browser's, and
 * carries only the cookies its sender knows.
 */
export function isSameOrigin(method: string, headers: Headers): boolean {
  if (SAFE_METHODS.has(method)) return true;
  const site = headers.get("sec-fetch-site");
  if (site && site !== "same-origin" && site !== "none") return false;
  const origin = headers.get("origin");
  return origin === null || origin.toLowerCase() === ownOrigin(headers);
}

/** In development the dev server may be reached under another name than APP_URL says. */
function ownOrigin(headers: Headers): string {
  const { APP_URL, production } = env();
  const host = headers.get("host");
  return production || !host ? APP_URL.toLowerCase() : `http://${host.toLowerCase()}`;
}
