import { BRAND } from "@/lib/brand";
import { env } from "@/lib/env";

/** What browsers must make a key for, best first: EdDSA, ES256, RS256 (COSE algorithm numbers, RFC 9053 and RFC 8812). */
export const ALGORITHMS = [-8, -7, -257];

/**
 * Whom passkeys are made for (WebAuthn, section 4, "Relying Party Identifier"): the host of APP_URL. Passkeys of one id
 * are lost under another, so it outlives any move of the site. `origins` are the sites whose pages may use them; how
 * to add related ones says README.md here.
 */
export function relyingParty(): { id: string; name: string; origins: string[] } {
  const { origin, hostname } = new URL(env().APP_URL);
  return { id: hostname, name: BRAND.name, origins: [origin] };
}

/** What an authenticator keeps of a user, as bytes: the id, which says nothing about the person. */
export function userHandleOf(userId: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(userId);
}
