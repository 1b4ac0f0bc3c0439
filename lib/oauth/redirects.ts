import { env } from "@/lib/env";
import { isDestination } from "@/lib/routes";

/** The routes of ours that third parties lead back to. */
const CALLBACK = /^\/(callback\/[\w-]+|api\/connect\/[\w-]+\/callback|auth\/[\w-]+(\/[\w-]+)?\/callback)$/;
/** An entry that stands for many addresses. Its scheme is spelled out, and no host of the web is "**". */
const PATTERN = /^(?!https?:\/\/[^/]*\*\*)[a-z][a-z0-9+.-]*:\/\/.*\*/i;

/** Whether a provider may send people back to this address: a callback of ours, or a target of an API client. */
export function isAllowedCallback(url: string): boolean {
  const parsed = readAddress(url);
  if (parsed && isOwn(parsed) && CALLBACK.test(parsed.pathname)) return true;
  return isAllowedTarget(url);
}

/**
 * Whether an API client may have people sent to this address, with a token or a code for the app that is there: one
 * that API_REDIRECT_URLS lists, where origin and path must be the same and the query may differ, or a page of ours. Routes of
 * ours that redirect are excluded: browsers would carry the fragment on to their target. In an entry "*" stands
 * for any characters but "." and "/", and "**" for any, as in Supabase's list.
 */
export function isAllowedTarget(url: string): boolean {
  const parsed = readAddress(url);
  if (!parsed) return false;
  if (isOwn(parsed)) return isDestination(parsed.pathname);
  const address = addressOf(url);
  return env().API_REDIRECT_URLS.some((entry) =>
    entry.includes("*") ? fits(entry, address) : URL.canParse(entry) && addressOf(entry) === address,
  );
}

/** Where people are sent when a client names no allowed address: the first entry without `*`; null without one. */
export function firstTarget(): string | null {
  return env().API_REDIRECT_URLS.find((entry) => !entry.includes("*") && URL.canParse(entry)) ?? null;
}

/** `address` is spelled by the parser of addresses, so that none of its parts can pass for another's. */
function fits(pattern: string, address: string): boolean {
  if (!PATTERN.test(pattern)) return false;
  const parts = pattern.split(/(\*+)/).map((part, n) => {
    if (n % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return part === "*" ? "[^./]*" : ".*";
  });
  return new RegExp(`^${parts.join("")}$`).test(address);
}

/** The address; null for other text, and for addresses with a user name, a password or a fragment. */
function readAddress(url: string): URL | null {
  if (!URL.canParse(url)) return null;
  const parsed = new URL(url);
  return parsed.username || parsed.password || parsed.hash ? null : parsed;
}

function isOwn({ protocol, origin }: URL): boolean {
  return /^https?:$/.test(protocol) && origin === env().APP_URL;
}

/** Origin and path. An app's own scheme has no origin, so the parts are put together by hand. */
function addressOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
