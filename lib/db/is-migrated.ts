import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { SqlDriverAdapter } from "@prisma/driver-adapter-utils";
import { env } from "@/lib/env";
import { type DatabaseKind, databaseKind } from "./kind";
import { SqliteConnection } from "./sqlite-connection";

/** Each kind of database has a folder with its schema.prisma and its migrations. */
export const SCHEMA_FOLDERS: Record<DatabaseKind, string> = { sqlite: "prisma", postgresql: "prisma/postgresql" };
const CONNECT_TIMEOUT_MS = 5_000;
/**
 * How long to wait for SQLite's lock. A process that migrates holds it for longer: then `migrate` waits, which blocks no
 * thread.
 */
const BUSY_MS = 100;

/**
 * The address for code that changes tables, or all of their rows: `DIRECT_URL` where another role owns them, else the site's
 * own.
 */
export function ownersAddress(): string {
  return env().DIRECT_URL ?? env().DATABASE_URL;
}

/**
 * Whether each migration has been applied, and none has failed. It does without Prisma's schema engine, which takes as long to
 * load as the rest of a start and never gives its memory back.
 */
export async function isMigrated(url = ownersAddress()): Promise<boolean> {
  try {
    const rows = await ask(
      url,
      `SELECT "migration_name", "finished_at" FROM "_prisma_migrations" WHERE "rolled_back_at" IS NULL`,
    );
    const finished = new Set(rows.filter(([, at]) => at !== null).map(([name]) => name));
    return rows.length === finished.size && migrationsOf(databaseKind(url)).every((name) => finished.has(name));
  } catch {
    // The table or the database does not exist yet: the engine says so in better words.
    return false;
  }
}

async function ask(url: string, sql: string): Promise<unknown[][]> {
  if (url.startsWith("file:")) return askFile(url, sql);
  const connection = await connect(url);
  try {
    return (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows;
  } finally {
    await connection.dispose();
  }
}

/** Asks without Prisma, because a start needs no client of Prisma's. */
function askFile(url: string, sql: string): unknown[][] {
  const file = new SqliteConnection(url, BUSY_MS);
  try {
    return file.execute({ sql, args: [] }).rows;
  } finally {
    file.close();
  }
}

async function connect(url: string): Promise<SqlDriverAdapter> {
  if (databaseKind(url) === "sqlite") {
    const { PrismaLibSql } = await import("@prisma/adapter-libsql");
    return new PrismaLibSql({ url }).connect();
  }
  const [{ PrismaPg }, { chooseHost }] = await Promise.all([
    import("@prisma/adapter-pg"),
    import("./postgresql-connection"),
  ]);
  const timeouts = { connectionTimeoutMillis: CONNECT_TIMEOUT_MS, query_timeout: CONNECT_TIMEOUT_MS };
  return new PrismaPg({ ...(await chooseHost(url, CONNECT_TIMEOUT_MS)), max: 1, ...timeouts }).connect();
}

function migrationsOf(kind: DatabaseKind): string[] {
  const folder = join(/* turbopackIgnore: true */ process.cwd(), SCHEMA_FOLDERS[kind], "migrations");
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
