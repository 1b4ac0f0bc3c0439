import { env } from "@/lib/env";
import { isDestination } from "@/lib/routes";

export const DEFAULT_PAGE = "/dashboard";
/** Browsers drop tabs and line breaks from URLs and read backslashes as slashes; encoded ones are decoded by some proxies. */
const DISGUISED = /[\\\p{Cc}\p{Cf}\p{Z}]|%(25)*(2f|5c|0[0-9a-d])/iu;
const MAX_LENGTH = 2_000;

/**
 * Where to send a visitor who wanted to go to `to`: a path of this site with its query, or `fallback`.
 * `to` is untrusted. What parses to another origin, in this parser or in a sloppier one, is not followed.
 */
export function safeRedirect(to: unknown, fallback: string = DEFAULT_PAGE): string {
  if (typeof to !== "string" || to.length > MAX_LENGTH) return fallback;
  const { APP_URL } = env();
  const path = to.startsWith(`${APP_URL}/`) ? to.slice(APP_URL.length) : to;
  if (!path.startsWith("/") || path.startsWith("//") || !URL.canParse(path, APP_URL)) return fallback;
  const url = new URL(path, APP_URL);
  const beforeQuery = path.split(/[?#]/)[0] ?? "";
  if (url.origin !== APP_URL || url.pathname.startsWith("//") || DISGUISED.test(beforeQuery)) return fallback;
  // After a sign-in these lead in a circle, or sign the person out again.
  if (!isDestination(url.pathname)) return fallback;
  return url.pathname + url.search + url.hash;
}

/** A page's address with `?to=`, the place to go to afterwards. */
export function withTo(page: string, to: string | null | undefined): string {
  return to && to !== DEFAULT_PAGE ? `${page}?${new URLSearchParams({ to })}` : page;
}
