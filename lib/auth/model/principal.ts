import { isIPv6 } from "node:net";

/** Who is making this request: the first argument of every guarded function. Read from the database, never from the client. */
export type Principal = {
  userId: string;
  sessionId: string;
  email: string;
  name: string | null;
  image: string | null;
  roles: string[];
  /** Which of the person's actors an API client speaks as; null in a browser. */
  actorType: string | null;
  /** When a password or a provider last proved in this session who this is. */
  authenticatedAt: Date;
};

/** Where a request comes from, as far as it can be known. */
export type Client = {
  /** The client's address, null when it cannot be derived safely. */
  ip: string | null;
  userAgent: string | null;
  /** The known-device cookie as it came. Untrusted. */
  device?: string | null;
};

/**
 * What limits per source count by: an IPv4 address, or the /64 network of an IPv6 one, all of which one customer has.
 * Clients whose address is unknown share one bucket.
 */
export function sourceOf({ ip }: Client): string {
  if (ip === null) return "unknown";
  return isIPv6(ip) ? networkOf(ip) : ip;
}

function networkOf(ip: string): string {
  // URL knows every spelling of an address and writes the shortest; a zone ("%eth0") is no part of it.
  const shortest = new URL(`http://[${ip.split("%")[0]}]`).hostname.slice(1, -1);
  const [left = [], right = []] = shortest.split("::").map((half) => half.split(":").filter(Boolean));
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill("0"), ...right];
  const mapped = groups.slice(0, 6).join(":") === "0:0:0:0:0:ffff";
  if (!mapped) return `${groups.slice(0, 4).join(":")}::/64`;
  return groups
    .slice(6)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
    .join(".");
}
