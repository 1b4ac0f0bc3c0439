import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type PostgresqlAddress, readAddress } from "@/lib/postgresql-address";
import { CommandError } from "./command";

type Program = "pg_dump" | "pg_restore" | "psql";

/**
 * Runs one of PostgreSQL's own programs on a database. It passes the address by the environment, because other users of
 * the machine see parameters.
 * @param url `postgresql://…`
 * @throws {CommandError} with the program's own words, or when it is not installed
 */
export async function runPostgresql(program: Program, url: string, parameters: string[]): Promise<void> {
  try {
    await promisify(execFile)(program, parameters, { env: { ...process.env, ...libpqSettings(url) } });
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT")
      throw new CommandError(`${program} is missing: install PostgreSQL's client programs, as new as its server.`);
    throw new CommandError(`${program} failed:\n${stderr || error}`);
  }
}

function libpqSettings(url: string): Record<string, string> {
  const { hosts, writable, tls } = readAddress(url);
  const urls = hosts.map((host) => new URL(host.replace(/@(?=[/?]|$)/, "@localhost")));
  const { username = "", password = "", pathname = "" } = urls[0] ?? {};
  const settings = {
    PGHOST: urls
      .map(({ hostname, searchParams }) => searchParams.get("host") ?? hostname.replace(/^\[(.*)\]$/, "$1"))
      .join(),
    PGPORT: urls.some(({ port }) => port) ? urls.map(({ port }) => port).join() : "",
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    PGOPTIONS: urls[0]?.searchParams.get("options") ?? "",
    PGTARGETSESSIONATTRS: writable ? "read-write" : "",
    PGSSLMODE: libpqMode(tls),
    PGSSLROOTCERT: tls.rootCertificate ?? "",
    PGSSLCERT: tls.certificate ?? "",
    PGSSLKEY: tls.key ?? "",
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ""));
}

/** Unlike Node they bring no certificate authorities: without a file of one, `require` is the most they can check. */
function libpqMode({ mode, rootCertificate }: PostgresqlAddress["tls"]): string {
  if (mode === "no-verify") return "require";
  if (mode === "require" && rootCertificate) return "verify-full";
  return mode ?? "";
}
