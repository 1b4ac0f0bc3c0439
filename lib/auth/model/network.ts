import { isIPv6 } from "node:net";
import type { Client } from "./principal";

const GROUPS = 8;
/** Prefixes under which an IPv6 address is an IPv4 address in disguise: mapped (RFC 4291, 2.5.5.2) and NAT64 (RFC 6052, 2.1). */
const IPV4_INSIDE = ["0:0:0:0:0:ffff", "64:ff9b:0:0:0:0"];

/**
 * The source a client counts as, the narrow one: an IPv4 address, or the /64 network of an IPv6 one, because one line
 * has all of it. Clients whose address is unknown are one source.
 */
export function sourceOf(client: Client): string {
  return sourcesOf(client)[0];
}

/** Whether the client is where `source` was. Where addresses are unknown, nobody is. @public: for routes of yours. */
export function isFrom(source: string, client: Client): boolean {
  return client.ip !== null && source === sourceOf(client);
}

/**
 * All sources a client counts as, from narrow to wide. An IPv6 client also counts as its /56, which providers give to a home,
 * and its /48, which they give to a company (RIPE-690): that is 256 and 65,536 networks of /64 to guess from. An IPv4 client has
 * one source.
 */
export function sourcesOf({ ip }: Pick<Client, "ip">): [narrow: string, ...wider: string[]] {
  if (ip === null) return ["unknown"];
  if (!isIPv6(ip)) return [ip];
  const groups = groupsOf(ip);
  if (IPV4_INSIDE.includes(groups.slice(0, 6).join(":"))) return [ipv4Of(groups.slice(6))];
  const company = groups.slice(0, 3).join(":");
  const [, , , subnet = "0"] = groups;
  const home = (Number.parseInt(subnet, 16) & 0xff00).toString(16);
  return [`${company}:${subnet}::/64`, `${company}:${home}::/56`, `${company}::/48`];
}

/** The widest source of a client, all of which one attacker may have. */
export function networkOf(client: Pick<Client, "ip">): string {
  return sourcesOf(client).at(-1) ?? "unknown";
}

/** The same items in turns: the first of each network, then the second of each, and so on. */
export function inTurns<T extends Pick<Client, "ip">>(items: T[]): T[] {
  const networks = new Map<string, number>();
  const turns = items.map((item) => {
    const network = networkOf(item);
    const turn = networks.get(network) ?? 0;
    networks.set(network, turn + 1);
    return { item, turn };
  });
  return turns.sort((a, b) => a.turn - b.turn).map(({ item }) => item);
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(ip: string): string[] {
  // URL reads every spelling of an address and writes the shortest; a zone ("%eth0") is no part of the address.
  const shortest = new URL(`http://[${ip.split("%")[0]}]`).hostname.slice(1, -1);
  const [left = [], right = []] = shortest.split("::").map((half) => half.split(":").filter(Boolean));
  return [...left, ...Array<string>(GROUPS - left.length - right.length).fill("0"), ...right];
}

function ipv4Of(groups: string[]): string {
  return groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]).join(".");
}
