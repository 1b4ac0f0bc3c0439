import { createHash } from "node:crypto";
import { isIP } from "node:net";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { sameHash } from "@/lib/auth/model/secrets";
import { env } from "@/lib/env";
import { logEvent } from "@/lib/log";

// Neither is in any answer to a preflight, so that no page of another site can send it.
const KEY_HEADER = "x-server-key";
const ADDRESS_HEADER = "x-client-ip";

/** A backend that calls for its own users. @property clientIp the address of the person it calls for, null without one */
export type CallingServer = { name: string; clientIp: string | null };

/**
 * The backend that a request comes from, by its key in `X-Server-Key`, and in `X-Client-IP` the address of the person it
 * calls for: limits then count that person and not the backend with all its people. Null without a key, whatever
 * `X-Client-IP` says. Keys are made by `npm run api-key` and listed in API_SERVER_KEYS.
 * @returns `server_key_refused` for a key that is not listed, and for any key that a browser sends; `malformed` for text that
 * is no address.
 */
export function callingServer(headers: Headers): Result<CallingServer | null> {
  const key = headers.get(KEY_HEADER);
  if (key === null) return ok(null);
  if (isFromBrowser(headers)) return fail("server_key_refused", { message: NOT_IN_BROWSERS });
  const name = nameOfKey(key, env().API_SERVER_KEYS);
  if (!name) {
    logEvent("server_key.refused");
    return fail("server_key_refused");
  }
  const clientIp = headers.get(ADDRESS_HEADER)?.trim() || null;
  if (clientIp && !isIP(clientIp)) return fail("malformed", { message: NO_ADDRESS });
  return ok({ name, clientIp });
}

export const NOT_IN_BROWSERS =
  "Server keys are for servers. Take this one out of the browser, and replace it: it is no secret any more.";
const NO_ADDRESS = "X-Client-IP must be one IP address, like 203.0.113.7 or 2001:db8::1.";

/** Browsers send one of these headers with every request of a page, and no page can prevent it. Node sends neither. */
export function isFromBrowser(headers: Headers): boolean {
  return headers.has("origin") || headers.has("sec-fetch-site");
}

/** The name of a key in such a list, or null. Compares with every hash, so that the time tells nothing of them. */
export function nameOfKey(key: string, keys: readonly { name: string; hash: string }[]): string | null {
  const hash = createHash("sha256").update(key).digest("hex");
  const matching = keys.filter((listed) => sameHash(listed.hash, hash));
  return matching[0]?.name ?? null;
}
