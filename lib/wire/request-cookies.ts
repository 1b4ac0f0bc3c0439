import type { NewSession } from "@/lib/auth/store/sessions";
import { CONFIRM_LINK_TTL_HOURS } from "@/lib/validity";
import { cookieOptions, REGISTRATION_COOKIE, SESSION_COOKIE } from "./cookies";
import { openIds, sealIds } from "./sealed-ids";

// Cookies of the HTTP interfaces, which work on Request and Response. Pages and actions use lib/web.

/** The value of a request's cookie, or null; of two with one name the first counts. */
export function readCookie(request: Request, name: string): string | null {
  for (const part of (request.headers.get("cookie") ?? "").split(";")) {
    const [key = "", ...value] = part.split("=");
    if (withoutBlanks(key) === name) return withoutBlanks(value.join("=")).replace(/^"(.*)"$/, "$1") || null;
  }
  return null;
}

/**
 * Without spaces and tabs around. `trim` takes other blanks too, and a browser that knows them as letters of a name lets a
 * neighbouring site set such a name in spite of its `__Host-` (RFC 6265 section 5.2).
 */
function withoutBlanks(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, "");
}

/** The session token that a request carries, or null. */
export function sessionTokenOf(request: Request): string | null {
  return readCookie(request, SESSION_COOKIE());
}

/** The header that hands a session to a browser; it ends with the browser unless it is remembered. */
export function sessionCookie({ token, remember, absoluteExpires }: NewSession): string {
  return setCookie(SESSION_COOKIE(), token, remember ? absoluteExpires : undefined);
}

/** The header that takes the session away again. */
export function endedSessionCookie(): string {
  return setCookie(SESSION_COOKIE(), "", new Date(0));
}

/** The registration that the browser of a request began, or null. */
export function pendingIdOf(request: Request): string | null {
  const [id = null] = openIds(REGISTRATION_COOKIE(), readCookie(request, REGISTRATION_COOKIE()));
  return id;
}

/** The header that notes in a browser which registration it began. */
export function pendingCookie(verificationId: string): string {
  const expires = new Date(Date.now() + CONFIRM_LINK_TTL_HOURS * 60 * 60 * 1000);
  return setCookie(REGISTRATION_COOKIE(), sealIds(REGISTRATION_COOKIE(), [verificationId]), expires);
}

/**
 * The header that sets a cookie. The value must be made of what a cookie may hold.
 * @param options.crossSite sends it with forms that other sites post, which browsers allow over https only.
 */
export function setCookie(name: string, value: string, expires?: Date, { crossSite = false } = {}): string {
  const { httpOnly, secure, path } = cookieOptions();
  const parts = [`${name}=${value}`, `Path=${path}`, expires && `Expires=${expires.toUTCString()}`];
  const sameSite = crossSite && secure ? "SameSite=None" : "SameSite=Lax";
  return [...parts, httpOnly && "HttpOnly", secure && "Secure", sameSite].filter(Boolean).join("; ");
}
