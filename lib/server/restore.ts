import { closeSync, copyFileSync, existsSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import Database from "libsql";
import { announceDatabase, CommandError, runCommand, takeSettingsOfStart } from "@/lib/cli/command";
import { runPostgresql } from "@/lib/cli/postgresql-programs";
import { OPEN_FOR_A_WHILE } from "@/lib/db/clean-up";
import { ownersAddress } from "@/lib/db/is-migrated";
import { databaseKind, sqlitePath } from "@/lib/db/kind";
import { MODEL_TABLES, TABLES } from "@/lib/db/tables";
import { migrate } from "@/prisma/migrate";

// `npm run db:restore -- site.backup --replace` restores a backup in one transaction, so that the site may run meanwhile: it
// answers from the state before, then from that of the backup. It signs everyone out, because else a session that was revoked
// since would live again, a used link would work again, and a mail would be sent again.
takeSettingsOfStart();

const BUSY_MS = 30_000;
const USAGE = "Say which file is to replace all there is: npm run db:restore -- site.backup --replace";

await runCommand(async () => {
  const { values, positionals } = parseArgs({ options: { replace: { type: "boolean" } }, allowPositionals: true });
  const [name, ...more] = positionals;
  if (!name || more.length > 0 || !values.replace) throw new CommandError(USAGE);
  const file = resolve(name);
  if (!existsSync(file)) throw new CommandError(`There is no file ${file}.`);
  announceDatabase(ownersAddress());
  const folder = mkdtempSync(join(tmpdir(), "restore-"));
  try {
    // Migrates first, for the parts that no backup contains, like an index of search.
    await migrate();
    await (databaseKind(ownersAddress()) === "postgresql"
      ? restorePostgresql(file, folder)
      : restoreSqlite(file, folder));
    await migrate();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`Restored ${file}. Everybody is signed out, and mailed links and codes have ended.`);
}, "npm run db:restore -- site.backup --replace");

async function restorePostgresql(file: string, folder: string): Promise<void> {
  const address = ownersAddress();
  if (beginning(file) !== "PGDMP") throw notABackup(file, "PostgreSQL");
  const scripts = ["drop.sql", "restore.sql", "end.sql"].map((name) => join(folder, name));
  const [drop = "", restore = "", end = ""] = scripts;
  writeFileSync(drop, TABLES.map((table) => `DROP TABLE IF EXISTS public."${table}" CASCADE;\n`).join(""));
  await runPostgresql("pg_restore", address, ["--no-owner", "--no-privileges", `--file=${restore}`, file]);
  writeFileSync(end, OPEN_FOR_A_WHILE.map((table) => `DELETE FROM public."${table}";\n`).join(""));
  const parameters = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"];
  await runPostgresql("psql", address, [...parameters, ...scripts.map((script) => `--file=${script}`)]);
}

async function restoreSqlite(file: string, folder: string): Promise<void> {
  const address = ownersAddress();
  if (!address.startsWith("file:"))
    throw new CommandError("A libSQL server is restored where it runs. This command writes files and PostgreSQL.");
  if (beginning(file) !== "SQLit") throw notABackup(file, "SQLite");
  const copy = join(folder, "copy.db");
  copyFileSync(file, copy);
  // Migrates the copy first, because rows are moved by the names of their columns.
  await migrate(`file:${copy}`);
  const database = new Database(sqlitePath(address), { timeout: BUSY_MS });
  try {
    database.exec("PRAGMA foreign_keys = OFF");
    database.exec("PRAGMA synchronous = FULL");
    database.prepare("ATTACH ? AS backup").run([copy]);
    const unknown = database
      .prepare(
        `SELECT "migration_name" FROM backup."_prisma_migrations" EXCEPT SELECT "migration_name" FROM main."_prisma_migrations"`,
      )
      .pluck()
      .all([]);
    if (unknown.length > 0)
      throw new CommandError(`${file} is of a newer release, which has ${unknown.join(", ")}: restore it with that.`);
    database.exec("BEGIN IMMEDIATE");
    for (const table of MODEL_TABLES) {
      const columns = database.prepare(`SELECT "name" FROM pragma_table_info('${table}')`).pluck().all([]);
      const names = columns.map((column) => `"${column}"`).join(", ");
      database.exec(`DELETE FROM main."${table}"`);
      if (!OPEN_FOR_A_WHILE.includes(table))
        database.exec(`INSERT INTO main."${table}" (${names}) SELECT ${names} FROM backup."${table}"`);
    }
    database.exec("COMMIT");
  } finally {
    database.close();
  }
}

function beginning(file: string): string {
  const [bytes, descriptor] = [Buffer.alloc(5), openSync(file, "r")];
  readSync(descriptor, bytes);
  closeSync(descriptor);
  return bytes.toString();
}

function notABackup(file: string, kind: string): CommandError {
  return new CommandError(`${file} is no backup of ${kind}, which DATABASE_URL names.`);
}
