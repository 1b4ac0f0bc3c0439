import { z } from "zod";

/** What `sslmode` may be. The names are PostgreSQL's, but for the last, which is the driver's. */
const TLS_MODES = ["disable", "require", "verify-ca", "verify-full", "no-verify"] as const;
type TlsMode = (typeof TLS_MODES)[number];
/** What `target_session_attrs` may be. The site writes, so that both mean the host that takes writes. */
const TARGETS = ["read-write", "primary"];
/** Parameters that the driver itself reads. */
const DRIVERS = ["application_name", "host", "options"];
/** Parameters that an address may have and that change nothing here. */
const SO_ANYWAY = ["pgbouncer=true", "pgbouncer=false", "schema=public"];
/** Parameters of Prisma, PostgreSQL's programs and other drivers, and what to do instead of each. */
const INSTEAD = new Map([
  ["connection_limit", "set DATABASE_POOL_SIZE"],
  ["pool_timeout", "set DATABASE_CONNECT_TIMEOUT_MS, which is in milliseconds"],
  ["connect_timeout", "set DATABASE_CONNECT_TIMEOUT_MS, which is in milliseconds"],
  ["socket_timeout", "set DATABASE_STATEMENT_TIMEOUT_MS, which is in milliseconds"],
  ["statement_timeout", "set DATABASE_STATEMENT_TIMEOUT_MS"],
  ["query_timeout", "set DATABASE_STATEMENT_TIMEOUT_MS"],
  ["max_idle_connection_lifetime", "set DATABASE_IDLE_TIMEOUT_MS, which is in milliseconds"],
  ["schema", "the tables are in the schema public"],
  ["ssl", "write sslmode=require, or disable"],
  ["sslaccept", "write sslmode=verify-full, or no-verify for accept_invalid_certs"],
  ["sslidentity", "name PEM files in sslcert and sslkey"],
  ["sslpassword", "name PEM files in sslcert and sslkey"],
  ["channel_binding", "leave it out; sslmode=verify-full makes sure of the server"],
  ["user", "write it before the host"],
  ["password", "write it before the host"],
  ["port", "write it behind the host"],
  ["dbname", "write it behind the host"],
]);

/** Scheme, user and password, hosts, and the rest. */
const ADDRESS = /^(postgres(?:ql)?:\/\/)([^/?#]*@)?([^/?#@]*)([^?#@]*)(?:\?(.*))?$/s;

export type PostgresqlAddress = {
  /** One address a host, in the order in which they are asked, without the parameters below. */
  hosts: string[];
  /** Whether the host must take writes. */
  writable: boolean;
  tls: { mode: TlsMode | null; rootCertificate: string | null; certificate: string | null; key: string | null };
};

/**
 * Reads an address as PostgreSQL's own programs write it: `postgresql://user:password@one:5432,two:5433/database?sslmode=…`.
 * The driver knows neither several hosts nor what `sslmode` will mean in its next version.
 * @throws {Error} one line that says what is wrong with it, and nothing that stands in it.
 */
export function readAddress(url: string): PostgresqlAddress {
  const [, scheme, user = "", hosts = "", path = "", query = ""] = ADDRESS.exec(url) ?? [];
  // The @ of a password with a ? in it.
  if (!scheme || query.includes("@")) throw new Error(UNREADABLE);
  const parameters = new URLSearchParams(query);
  const take = (name: string) => {
    const value = parameters.get(name);
    parameters.delete(name);
    return value || null;
  };
  const mode = oneOf("sslmode", take("sslmode"), TLS_MODES);
  const target = oneOf("target_session_attrs", take("target_session_attrs"), TARGETS);
  const [rootCertificate, certificate, key] = ["sslrootcert", "sslcert", "sslkey"].map(take);
  if (mode === "verify-ca" && !rootCertificate)
    throw new Error("has sslmode=verify-ca without sslrootcert: name the file of the authority that is meant");
  refuseUnknown(parameters);
  const rest = parameters.size > 0 ? `${path}?${parameters}` : path;
  const each = hosts.split(",").map((host) => `${scheme}${user}${host}${rest}`);
  if (!each.every(isReadable)) throw new Error(UNREADABLE);
  return {
    hosts: each,
    writable: target !== null || each.length > 1,
    tls: { mode, rootCertificate: rootCertificate ?? null, certificate: certificate ?? null, key: key ?? null },
  };
}

/** What is wrong with an address, in words that follow the variable's name; undefined for a right one, and for another kind. */
export function addressProblem(url: string): string | undefined {
  if (!/^postgres(ql)?:/.test(url)) return undefined;
  try {
    readAddress(url);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const UNREADABLE =
  "cannot be read: write it as postgresql://user:password@host:5432/database, and what a password has of @ : / ? # % as %40 %3A %2F %3F %23 %25";

function oneOf<T extends string>(name: string, value: string | null, known: readonly T[]): T | null {
  const found = known.find((one) => one === value);
  if (value !== null && found === undefined)
    throw new Error(`has a parameter ${name} that is none of ${known.join(", ")}`);
  return found ?? null;
}

/** Removes parameters that change nothing. @throws for others without effect, because their author expects one. */
function refuseUnknown(parameters: URLSearchParams): void {
  for (const [name, value] of [...parameters]) {
    if (SO_ANYWAY.includes(`${name}=${value}`)) parameters.delete(name);
    else if (!DRIVERS.includes(name))
      throw new Error(`has a parameter ${name}, which is without effect here: ${INSTEAD.get(name) ?? "leave it out"}`);
    else if (name === "options" && /search_path/i.test(value))
      throw new Error(`has options with a search_path: ${INSTEAD.get("schema")}`);
  }
}

/** No host is one too: it is a socket's folder then, named by the parameter `host`. */
function isReadable(address: string): boolean {
  const withHost = address.replace(/@(?=[/?]|$)/, "@localhost");
  if (!URL.canParse(withHost)) return false;
  try {
    const { username, password, pathname } = new URL(withHost);
    for (const part of [username, password, pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

/** The setting of a database's address: `scheme` is how it may begin. */
export const databaseAddress = (scheme: RegExp, error: string) =>
  z
    .string()
    .regex(scheme, error)
    .superRefine((value, { addIssue }) => {
      const problem = addressProblem(value);
      if (problem) addIssue(problem);
    });
