import { resolve } from "node:path";

/** PostgreSQL's addresses may name several: scheme, user, hosts and path. */
const SEVERAL_HOSTS = /^(postgres(?:ql)?:\/\/)(?:([^:@/?#]*)[^@/?#]*@)?([^@/?#]*,[^@/?#]*)([^?#]*)/;

/**
 * Which database an address (`DATABASE_URL`) names, for people: without password and parameters.
 * @param {string} url
 */
export function whichDatabase(url) {
  if (url.startsWith("file:")) return resolve(decodeURIComponent(url.replace(/^file:(\/\/)?|\?.*$/g, "")));
  const [, scheme, user, hosts, path] = SEVERAL_HOSTS.exec(url) ?? [];
  if (hosts) return `${scheme}${user ? `${user}@` : ""}${hosts}${path}`;
  if (!URL.canParse(url)) return url.replace(/:.*/s, ":…");
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username ? `${username}@` : ""}${host}${pathname}`;
}

/**
 * Whether it is on this machine: a file, a socket, or a server at a loopback address.
 * @param {string} url
 */
export function isLocalDatabase(url) {
  if (url.startsWith("file:")) return true;
  if (!URL.canParse(url)) return false;
  const { hostname, searchParams } = new URL(url);
  const host = searchParams.get("host") ?? hostname;
  return host === "" || host.startsWith("/") || isLoopback(host);
}

/**
 * Whether a host's name or address is a loopback address, which no other machine reaches.
 * @param {string} hostname as in a URL
 */
export function isLoopback(hostname) {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(hostname);
}
