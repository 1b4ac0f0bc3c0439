import { appendFileSync, chmodSync, existsSync, readFileSync, statSync } from "node:fs";
import { PrismaLibSql } from "@prisma/adapter-libsql";
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { announceDatabase, CommandError, isCommand, runCommand, takeSettingsOfStart } from "@/lib/cli/command";
import { isMigrated, ownersAddress } from "@/lib/db/is-migrated";
import { databaseKind, sqlitePath } from "@/lib/db/kind";
import { withPostgresql } from "./migrate-postgresql";
import { FILTERS, openSchemaEngine, readMigrations, schemaPath } from "./schema-engine";

/** One process migrates; the others wait this long for it, then fail with the database's own message. */
const LOCK_TIMEOUT_MS = 60_000;

/**
 * Brings the database to the newest migration, and returns the applied ones, oldest first: `[]` when none was
 * pending. May run in several processes at once: one migrates, the others wait and find nothing to do.
 * @throws when a migration fails, or failed before; the message is Prisma's.
 */
export async function migrate(url = ownersAddress()): Promise<{ applied: string[] }> {
  const kind = databaseKind(url);
  if (await isMigrated(url)) return { applied: [] };
  const migrationsList = readMigrations(kind);
  const schema = readFileSync(schemaPath(kind), "utf8");
  const apply: Work<{ applied: string[] }> = async (driver) => {
    const engine = await openSchemaEngine(driver, schema);
    try {
      const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: FILTERS });
      return { applied: appliedMigrationNames };
    } finally {
      engine.free();
    }
  };
  if (kind === "sqlite") return withSqlite(url, apply);
  try {
    return await withPostgresql(url, LOCK_TIMEOUT_MS, apply);
  } catch (cause) {
    if (!/permission denied|must be owner/i.test(String(cause))) throw cause;
    throw new CommandError(MAY_NOT_MIGRATE, { cause });
  }
}

const MAY_NOT_MIGRATE =
  "Migrations wait, and this role may not change tables: set DIRECT_URL to the role that owns them, or run npm run db:deploy with it first.";

type Work<T> = (driver: SqlMigrationAwareDriverAdapterFactory) => Promise<T>;

/**
 * Runs `work` in one process at a time. The lock is SQLite's own, on an empty file beside the database: the system
 * drops it with the process that held it, so that a crash leaves nothing to clean up. A migration cannot hold a lock
 * on the database itself, because rebuilding a table switches foreign keys off, which no transaction allows.
 * A database behind `libsql:` has no file to lock; migrate it from one place.
 */
async function withSqlite<T>(url: string, work: Work<T>): Promise<T> {
  const driver = sqliteDriver(url);
  if (!url.startsWith("file:")) return work(driver);
  const lock = await openLock(`${url.split("?")[0]}-migrate`);
  const transaction = await lock.startTransaction();
  try {
    // The first write of a transaction takes the lock; it is rolled back below.
    await transaction.executeRaw({ sql: "PRAGMA user_version = 1", args: [], argTypes: [] });
    makePrivate(sqlitePath(url));
    await enableWriteAheadLog(driver);
    return await work(driver);
  } finally {
    await transaction.rollback();
    await lock.dispose();
  }
}

/** Opens the lock's file. It is the first file to be opened, so a wrong folder shows here. */
async function openLock(url: string): Promise<SqlDriverAdapter> {
  try {
    return await sqliteDriver(url).connect();
  } catch {
    throw new CommandError("DATABASE_URL names a file that cannot be opened: its folder must exist and be writable");
  }
}

/**
 * Keeps a new database from the machine's other users; SQLite gives the files that it puts beside it the same mode. Who asked
 * whether it is migrated may have made an empty one. One with content is not opened here: to close it again would drop SQLite's
 * own locks on it.
 */
function makePrivate(file: string): void {
  if (existsSync(file) && statSync(file).size > 0) return;
  appendFileSync(file, "");
  chmodSync(file, 0o600);
}

/** The driver for migrations, which waits for locks where the app's own driver would not. */
export function sqliteDriver(url: string): SqlMigrationAwareDriverAdapterFactory {
  const driver = new PrismaLibSql({ url, timeout: LOCK_TIMEOUT_MS });
  const connect = async () => readingPartialIndexes(await driver.connect());
  const { provider, adapterName } = driver;
  return { provider, adapterName, connect, connectToShadowDb: () => driver.connectToShadowDb() };
}

/** Prisma 7.10's engine asks for a partial index by its name in double quotes, which libSQL takes for a column's. */
function readingPartialIndexes(adapter: SqlDriverAdapter): SqlDriverAdapter {
  const ask = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = ({ sql, ...rest }) =>
    ask({ ...rest, sql: sql.replace(/(type = 'index' AND name =) "(\w+)"/, "$1 '$2'") });
  return adapter;
}

/**
 * Switches to a write-ahead log, in which readers and a writer do not wait for each other. The file remembers it, so once is
 * enough.
 */
async function enableWriteAheadLog(driver: SqlMigrationAwareDriverAdapterFactory): Promise<void> {
  const connection = await driver.connect();
  await connection.queryRaw({ sql: "PRAGMA journal_mode = WAL", args: [], argTypes: [] });
  await connection.dispose();
}

// `npm run db:deploy`, as a step of a deployment of its own. `npm start` does the same.
if (isCommand(import.meta)) {
  takeSettingsOfStart();
  await runCommand(async () => {
    announceDatabase(ownersAddress());
    const { applied } = await migrate();
    console.log(applied.length > 0 ? `Applied ${applied.join(", ")}` : "The database is up to date");
  });
}
