import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandError } from "./command";

type Program = "pg_dump" | "pg_restore" | "psql";

/**
 * Runs one of PostgreSQL's own programs on a database. Its address goes by the environment: other users of the machine see
 * parameters.
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
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const settings = {
    PGHOST: searchParams.get("host") ?? hostname.replace(/^\[(.*)\]$/, "$1"),
    PGPORT: port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    PGSSLMODE: searchParams.get("sslmode") ?? "",
    PGSSLROOTCERT: searchParams.get("sslrootcert") ?? "",
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ""));
}
