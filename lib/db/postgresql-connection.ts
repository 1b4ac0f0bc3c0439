import { readFileSync } from "node:fs";
import { Client, type ClientConfig } from "pg";
import { EnvError } from "@/lib/env";
import { type PostgresqlAddress, readAddress } from "@/lib/postgresql-address";
import { NoWrites } from "./is-outage";

/**
 * The configuration for each host of an address, in the order in which we try them.
 * @throws {EnvError} when the address is wrong, or names a certificate's file that cannot be read.
 */
export function connectionConfigs(url: string): ClientConfig[] {
  const { hosts, tls } = read(url);
  const ssl = tlsOptions(tls);
  return hosts.map((connectionString) => ({ connectionString, ...(ssl !== undefined && { ssl }) }));
}

/** Whether an address asks for a host that takes writes. */
export function mustTakeWrites(url: string): boolean {
  return read(url).writable;
}

/** @throws {NoWrites} when the host of this connection is read-only: a standby, or by an operator's setting. */
export async function requireWrites(client: Pick<Client, "query">): Promise<void> {
  const { rows } = await client.query({ text: "SHOW transaction_read_only", rowMode: "array" });
  if (rows[0]?.[0] === "on") throw new NoWrites("This host of the database only reads");
}

/**
 * The host of an address to connect to: of several, the first that answers and takes writes.
 * @throws the last host's error.
 */
export async function chooseHost(url: string, connectMs: number): Promise<ClientConfig> {
  const configs = connectionConfigs(url);
  let failure: unknown;
  for (const config of configs) {
    if (!mustTakeWrites(url)) return config;
    const client = new Client({ ...config, connectionTimeoutMillis: connectMs });
    client.on("error", () => {});
    try {
      await client.connect();
      await requireWrites(client);
      return config;
    } catch (error) {
      failure = error;
    } finally {
      await client.end().catch(() => {});
    }
  }
  throw failure;
}

function read(url: string): PostgresqlAddress {
  try {
    return readAddress(url);
  } catch (error) {
    throw new EnvError(`The database's address ${error instanceof Error ? error.message : "cannot be read"}`);
  }
}

/**
 * `require` checks the server's certificate and name as `verify-full` does, because a connection encrypted for an impostor is
 * no better than a plain one. Without a mode the driver decides, by PostgreSQL's own variables.
 */
function tlsOptions({ mode, rootCertificate, certificate, key }: PostgresqlAddress["tls"]): ClientConfig["ssl"] {
  if (mode === "disable") return false;
  if (mode === null && !rootCertificate && !certificate) return undefined;
  return {
    ...(rootCertificate && rootCertificate !== "system" && { ca: readPem("sslrootcert", rootCertificate) }),
    ...(certificate && { cert: readPem("sslcert", certificate) }),
    ...(key && { key: readPem("sslkey", key) }),
    ...(mode === "verify-ca" && { checkServerIdentity: () => undefined }),
    rejectUnauthorized: mode !== "no-verify",
  };
}

function readPem(parameter: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new EnvError(`The database's address names a file in ${parameter} that cannot be read: ${path}`);
  }
}

/** A sentence for people when the server's certificate made a connection fail, else undefined. */
export function certificateProblem(error: unknown): string | undefined {
  const { code = "", message = "" } = error as { code?: unknown; message?: string };
  if (message === "The server does not support SSL connections")
    return "The database's address asks for an encrypted connection, and its server offers none: turn ssl on there, or use sslmode=disable where nobody else reaches the network between";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return "The database server's certificate is for another name than the address has: use the name that it is for";
  if (typeof code === "string" && /CERT|_LEAF_SIGNATURE|INVALID_CA/.test(code))
    return `The database server's certificate is not trusted (${code}): name the file of its authority in the address, as sslmode=verify-full&sslrootcert=/path/to/authority.pem`;
  return undefined;
}
