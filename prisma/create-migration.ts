import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isCommand, runCommand } from "@/lib/cli/command";
import { migrate } from "./migrate";
import { FILTERS, MIGRATIONS_DIR, openSchemaEngine, PRISMA_DIR, readSchema } from "./schema-engine";

/**
 * Writes the SQL that leads from the existing migrations to schema.prisma into a new folder of prisma/migrations.
 * @returns the folder's name, or null when schema.prisma says nothing new.
 */
export async function createMigration(name: string): Promise<string | null> {
  const sql = fixJsonDefaults(await diffFromMigrations());
  if (!/^\s*[A-Z]/m.test(sql)) return null;
  const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const folder = `${time}_${name
    .toLowerCase()
    .match(/[a-z0-9]+/g)
    ?.join("_")}`;
  mkdirSync(join(MIGRATIONS_DIR, folder));
  writeFileSync(join(MIGRATIONS_DIR, folder, "migration.sql"), sql);
  return folder;
}

/** What the migrations add up to is asked of a throw-away database that has all of them, not of yours. */
async function diffFromMigrations(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "latchkey-"));
  try {
    const url = `file:${join(directory, "migrated.db")}`;
    await migrate(url);
    const engine = await openSchemaEngine(url);
    const files = [{ path: "schema.prisma", content: readSchema() }];
    const { stdout } = await engine.diff({
      from: { tag: "schemaDatasource", files, configDir: PRISMA_DIR },
      to: { tag: "schemaDatamodel", files },
      script: true,
      exitCode: null,
      filters: FILTERS,
    });
    engine.free();
    return stdout ?? "";
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The engine writes JSON defaults without quotes (`DEFAULT {}`), which SQLite does not read. */
function fixJsonDefaults(sql: string): string {
  return sql.replace(
    /( JSONB(?: NOT NULL)? DEFAULT )([{[].*?)(,?)$/gm,
    (_, before: string, json: string, comma: string) => `${before}'${json.replaceAll("'", "''")}'${comma}`,
  );
}

if (isCommand(import.meta)) {
  await runCommand(async () => {
    const { name } = parseArgs({ options: { name: { type: "string" } } }).values;
    const folder = name ? await createMigration(name) : null;
    if (folder) console.log(`Wrote prisma/migrations/${folder}/migration.sql: read it before you commit it`);
    else if (name) console.log("schema.prisma says nothing that the migrations do not");
    const { applied } = await migrate();
    console.log(applied.length > 0 ? `Applied ${applied.join(", ")}` : "The database is up to date");
  });
}
