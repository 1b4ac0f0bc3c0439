import { env } from "@/lib/env";

/** `__Host-` binds a cookie to this host and to https; browsers refuse it on plain http, as on localhost. */
export function prefixed(name: string): string {
  return isSecure() ? `__Host-${name}` : name;
}

/** Whether the site is served over https. */
export function isSecure(): boolean {
  return env().APP_URL.startsWith("https:");
}

// Auth.js joins all cookies whose names begin like its session cookie, so no other name here may begin so.
export const SESSION_COOKIE = () => prefixed("authjs.session-token");
/** Marks a browser that signed in before (`lib/auth/model/devices.ts`). */
export const DEVICE_COOKIE = () => prefixed("auth.device");
/** Marks a device that need not show a second factor (`lib/auth/store/remembered-devices.ts`). */
export const REMEMBERED_COOKIE = () => prefixed("auth.remembered");
/** Names the passkey ceremony that this browser began. */
export const CEREMONY_COOKIE = () => prefixed("auth.ceremony");
/** Names the registration that this browser began (`lib/web/registration-cookie.ts`). */
export const REGISTRATION_COOKIE = () => prefixed("auth.registration");
/** Names the sign-in by mail that this browser began (`lib/web/sign-in-code.ts`). */
export const SIGN_IN_COOKIE = () => prefixed("auth.sign-in");
/** Names the visits to third parties that this browser began (`lib/web/provider-cookies.ts`). */
export const OAUTH_COOKIE = () => prefixed("auth.oauth");
/** Names the third-party account that this browser brought, to be linked once its owner signs in. */
export const LINK_COOKIE = () => prefixed("auth.link");

/** The options of all our cookies: no script reads them, and from other sites browsers send them with plain links only. */
export function cookieOptions() {
  return { httpOnly: true, secure: isSecure(), sameSite: "lax", path: "/" } as const;
}
