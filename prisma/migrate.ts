import { isCommand, runCommand } from "@/lib/cli/command";
import { env } from "@/lib/env";
import { FILTERS, migrationDriver, openSchemaEngine, readMigrations } from "./schema-engine";

/**
 * Brings the database to the newest migration and says which were applied, oldest first: `[]` when it was there
 * already. May run in several processes at once: one migrates, the others wait and find nothing to do.
 * @throws when a migration fails, or failed before; the message is Prisma's.
 */
export async function migrate(url = env().DATABASE_URL): Promise<{ applied: string[] }> {
  return withLock(url, async () => {
    const engine = await openSchemaEngine(url);
    try {
      const migrationsList = readMigrations();
      const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: FILTERS });
      return { applied: appliedMigrationNames };
    } finally {
      engine.free();
    }
  });
}

/**
 * Runs `work` in one process at a time. The lock is SQLite's own, on an empty file beside the database: the system
 * drops it with the process that held it, so that a crash leaves nothing to clean up. A migration cannot hold a lock
 * on the database itself, because rebuilding a table switches foreign keys off, which no transaction allows.
 * A database behind `libsql:` has no file to lock; migrate it from one place.
 */
async function withLock<T>(url: string, work: () => Promise<T>): Promise<T> {
  if (!url.startsWith("file:")) return work();
  const lock = await migrationDriver(`${url.split("?")[0]}-migrate`).connect();
  const transaction = await lock.startTransaction();
  try {
    // The first write of a transaction takes the lock; it is rolled back below.
    await transaction.executeRaw({ sql: "PRAGMA user_version = 1", args: [], argTypes: [] });
    await enableWriteAheadLog(url);
    return await work();
  } finally {
    await transaction.rollback();
    await lock.dispose();
  }
}

/** Readers and a writer do not wait for each other. The file remembers it, so that once is enough. */
async function enableWriteAheadLog(url: string): Promise<void> {
  const connection = await migrationDriver(url).connect();
  await connection.queryRaw({ sql: "PRAGMA journal_mode = WAL", args: [], argTypes: [] });
  await connection.dispose();
}

if (isCommand(import.meta)) {
  await runCommand(async () => {
    const { applied } = await migrate();
    console.log(applied.length > 0 ? `Applied ${applied.join(", ")}` : "The database is up to date");
  });
}
