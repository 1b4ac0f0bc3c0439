import { isIP } from "node:net";
import { env } from "@/lib/env";
import { singleton } from "@/lib/singleton";

/** Our own production server, which writes the header below itself and drops what a client sent under its name. */
export const ownServer = singleton("own-server", () => ({ isRunning: false }));
const OWN_HEADER = "x-internal-client-ip";

/**
 * The address a request came from. Anybody may write X-Forwarded-For, so only as many of its last entries count as
 * proxies are ours; without our own server and without proxies of ours the address is unknown.
 */
export function clientAddress(headers: Headers): string | null {
  const hops = env().TRUSTED_PROXY_HOPS;
  const forwarded = headers.get("x-forwarded-for")?.split(",") ?? [];
  const ours = hops > 0 ? forwarded.at(-hops) : null;
  const address = (ownServer.isRunning ? headers.get(OWN_HEADER) : ours)?.trim();
  return address && isIP(address) ? address : null;
}
