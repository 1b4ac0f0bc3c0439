import { randomUUID } from "node:crypto";
import { env } from "@/lib/env";
import { isSecure } from "./cookies";

const HSTS_SECONDS = 2 * 365 * 24 * 60 * 60;
/**
 * Sent on https only. lib/server/front.ts puts it on every answer, files and interfaces included. Without
 * `includeSubDomains`: subdomains may belong to others, and a browser keeps this for two years.
 */
export const STRICT_TRANSPORT_SECURITY = `max-age=${HSTS_SECONDS}`;

/** A fresh nonce: 154 random bits. Node keeps a supply for UUIDs, where `randomBytes` asks the system each time. */
export function createNonce(): string {
  return randomUUID() + randomUUID().slice(0, 8);
}

/**
 * The content security policy of our pages: scripts and styles by nonce, nothing framed, forms to ourselves. Pictures may
 * come from any https address, because avatars do. In development React needs eval and the overlay inline styles.
 */
export function contentSecurityPolicy(nonce: string): string {
  const { production } = env();
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${production ? "" : " 'unsafe-eval'"}`,
    production ? `style-src 'self' 'nonce-${nonce}'` : "style-src 'self' 'unsafe-inline'",
    "img-src 'self' https: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "frame-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    ...(isSecure() ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
}

export const NONCE_HEADER = "x-nonce";

/** The request header by which a page learns its own address, with the query. lib/server/check-request.ts drops a client's. */
export const ADDRESS_HEADER = "x-internal-address";

/** Request headers by which our layout learns the nonce, and by which Next learns the one for its scripts and styles. */
export function nonceHeaders(nonce: string): Record<string, string> {
  return { [NONCE_HEADER]: nonce, "content-security-policy": contentSecurityPolicy(nonce) };
}

/** Headers that depend on the environment; the constant ones are in next.config.mjs. */
export function setSecurityHeaders(headers: Headers, nonce: string): void {
  headers.set("content-security-policy", contentSecurityPolicy(nonce));
  // Every page is rendered for one visitor, with their nonce and perhaps their name in it.
  headers.set("cache-control", "private, no-store");
  if (isSecure()) headers.set("strict-transport-security", STRICT_TRANSPORT_SECURITY);
}
