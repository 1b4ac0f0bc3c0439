import { closeSync, existsSync, openSync, renameSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import Database from "libsql";
import { announceDatabase, CommandError, runCommand, takeSettingsOfStart } from "@/lib/cli/command";
import { runPostgresql } from "@/lib/cli/postgresql-programs";
import { ownersAddress } from "@/lib/db/is-migrated";
import { databaseKind, sqlitePath } from "@/lib/db/kind";
import { TABLES } from "@/lib/db/tables";

// `npm run db:backup -- site.backup` writes the database as it is in one moment into a file, while the site runs.
takeSettingsOfStart();

const BUSY_MS = 10_000;

await runCommand(async () => {
  const [name, ...more] = process.argv.slice(2);
  if (!name || more.length > 0) throw new CommandError("Say into which file: npm run db:backup -- site.backup");
  const file = resolve(name);
  if (existsSync(file)) throw new CommandError(`${file} exists, and a backup replaces no other.`);
  announceDatabase(ownersAddress());
  const unfinished = `${file}.unfinished`;
  rmSync(unfinished, { force: true });
  // The file is as secret as the database: no other user of the machine may read it, not even while it is written.
  closeSync(openSync(unfinished, "wx", 0o600));
  try {
    await write(unfinished);
    renameSync(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
  }
  console.log(
    `Wrote ${file}. What is sealed in it opens with today's AUTH_SECRET only: keep that too, in another place.`,
  );
});

async function write(file: string): Promise<void> {
  const address = ownersAddress();
  if (databaseKind(address) === "postgresql") {
    const tables = TABLES.map((table) => `--table=public."${table}"`);
    return runPostgresql("pg_dump", address, [
      "--format=custom",
      "--no-owner",
      "--no-privileges",
      ...tables,
      `--file=${file}`,
    ]);
  }
  if (!address.startsWith("file:"))
    throw new CommandError("A libSQL server is backed up where it runs. This command reads files and PostgreSQL.");
  const database = new Database(sqlitePath(address), { timeout: BUSY_MS });
  database.prepare("VACUUM INTO ?").run([file]);
  database.close();
}
