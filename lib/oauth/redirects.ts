import { env } from "@/lib/env";

/**
 * Whether a third party may send people back to this address: one of ours, or one that API_REDIRECT_URLS lists, where
 * origin and path must be the same and the query may differ.
 */
export function isAllowedRedirect(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, origin, username, password, hash } = new URL(url);
  if (username || password || hash) return false;
  if (/^https?:$/.test(protocol) && origin === env().APP_URL) return true;
  return env().API_REDIRECT_URLS.some((allowed) => URL.canParse(allowed) && addressOf(allowed) === addressOf(url));
}

/** Origin and path. An app's own scheme has no origin, so the parts are put together by hand. */
function addressOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
