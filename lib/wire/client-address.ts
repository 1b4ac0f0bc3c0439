import { isIP } from "node:net";
import { env } from "@/lib/env";
import { singleton } from "@/lib/singleton";

/** Our own production server, which writes the header below itself and drops what a client sent under its name. */
export const ownServer = singleton("own-server", () => ({ isRunning: false }));
const OWN_HEADER = "x-internal-client-ip";

/**
 * The address a request came from. Any client may write X-Forwarded-For, so only as many of its last entries count as
 * proxies are ours. Without our own server a platform may say it in a header of its own, which it never passes on from
 * clients; without either the address is unknown.
 */
export function clientAddress(headers: Headers): string | null {
  const { TRUSTED_PROXY_HOPS: hops, CLIENT_IP_HEADER } = env();
  const forwarded = headers.get("x-forwarded-for")?.split(",") ?? [];
  const ours = hops > 0 ? forwarded.at(-hops) : null;
  const platforms = CLIENT_IP_HEADER ? headers.get(CLIENT_IP_HEADER) : ours;
  const address = (ownServer.isRunning ? headers.get(OWN_HEADER) : platforms)?.trim();
  return address && isIP(address) ? address : null;
}
