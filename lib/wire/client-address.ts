import { isIP } from "node:net";
import { env } from "@/lib/env";
import { singleton } from "@/lib/singleton";

/** Whether lib/server/front.ts stands before Next. It writes the header below, and drops what a client sent under its name. */
export const frontStands = singleton("front-stands", () => ({ yes: false }));
export const ADDRESS_HEADER_OF_FRONT = "x-internal-client-ip";

/** As much of a user agent as is stored and logged. */
const MAX_USER_AGENT = 400;

/** What the client says that it is, cut; null where it says nothing. */
export function userAgentOf(headers: Headers): string | null {
  return headers.get("user-agent")?.slice(0, MAX_USER_AGENT) ?? null;
}

/** The address a request came from, or null where it is unknown. */
export function clientAddress(headers: Headers): string | null {
  return frontStands.yes ? addressIn(headers.get(ADDRESS_HEADER_OF_FRONT)) : toldAddress((name) => headers.get(name));
}

/**
 * What headers tell of a client's address. Any client may write X-Forwarded-For. Every proxy of ours appends the address
 * that called it, so the client's is TRUSTED_PROXY_HOPS entries from the right; the client itself wrote all further left. A
 * platform may use a header of its own instead, which it never passes on from clients.
 */
export function toldAddress(header: (name: string) => string | null | undefined): string | null {
  const { TRUSTED_PROXY_HOPS: hops, CLIENT_IP_HEADER: name } = env();
  if (name) return addressIn(header(name.toLowerCase()));
  return hops > 0 ? addressIn(header("x-forwarded-for")?.split(",").at(-hops)) : null;
}

function addressIn(text: string | null | undefined): string | null {
  const address = text?.trim();
  return address && isIP(address) ? address : null;
}
