import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import Database from "libsql";
import { announceDatabase, CommandError, isCommand, runCommand } from "@/lib/cli/command";
import { generate } from "@/lib/cli/project.mjs";
import { ownersAddress } from "@/lib/db/is-migrated";
import { type DatabaseKind, sqlitePath } from "@/lib/db/kind";
import { migrate, sqliteDriver } from "./migrate";
import { derivePostgresqlSchema } from "./postgresql/derive";
import { datamodel, diffSql, migrationsFolder, openSchemaEngine, schemaPath } from "./schema-engine";

const USAGE = "npm run db:migrate -- --name say_what_changes";

/**
 * Writes the difference between schema.prisma and the migrations into a new folder of each kind's migrations, and the derived
 * schema of PostgreSQL.
 * @returns the files written: none without a difference.
 */
async function createMigrations(name: string): Promise<string[]> {
  const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? ["change"];
  const folder = `${time}_${words.join("_")}`;
  const written = [
    writeMigration("sqlite", folder, await sqliteChanges()),
    writeMigration("postgresql", folder, await postgresqlChanges()),
  ];
  writeFileSync(schemaPath("postgresql"), derivePostgresqlSchema(readSchema()));
  return written.filter((path) => path !== null);
}

/** The SQL from SQLite's migrations to a schema. The migrations run on a throw-away database, which shows their result. */
export async function sqliteChanges(schema = readSchema()): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "migration-"));
  try {
    const url = `file:${join(directory, "migrated.db")}`;
    await migrate(url);
    const engine = await openSchemaEngine(sqliteDriver(url), schema);
    const files = [{ path: "schema.prisma", content: schema }];
    const migrated = { tag: "schemaDatasource" as const, files, configDir: directory };
    const sql = await diffSql(engine, migrated, datamodel(schema));
    engine.free();
    return withTriggers(fixJsonDefaults(sql), sqlitePath(url));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * The SQL from PostgreSQL's schema, as it was when its newest migration was written, to the one that schema.prisma gives now.
 * It compares two schemas, so that a developer with SQLite needs no PostgreSQL; the engine only needs some database to open.
 */
export async function postgresqlChanges(changed = readSchema()): Promise<string> {
  const former = readFileSync(schemaPath("postgresql"), "utf8");
  const schema = derivePostgresqlSchema(changed);
  if (schema === former) return "";
  const engine = await openSchemaEngine(sqliteDriver("file::memory:"), schema);
  const sql = await diffSql(engine, datamodel(former), datamodel(schema));
  engine.free();
  return sql;
}

/** @throws {CommandError} if schema.prisma says more than the migrations: a client made of it would fail at every query. */
export async function refuseWithoutMigration(schema = readSchema()): Promise<void> {
  if (await postgresqlChanges(schema))
    throw new CommandError(`No migration makes what prisma/schema.prisma says. Write one: ${USAGE}`);
}

function readSchema(): string {
  return readFileSync(schemaPath("sqlite"), "utf8");
}

function writeMigration(kind: DatabaseKind, folder: string, sql: string): string | null {
  if (sql === "") return null;
  const path = join(migrationsFolder(kind), folder, "migration.sql");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, sql);
  return relative(process.cwd(), path);
}

/** Adds the triggers again: SQLite makes most changes of a table by building it anew, and drops its triggers with the old one. */
function withTriggers(sql: string, file: string): string {
  const database = new Database(file);
  const triggers = database
    .prepare(`SELECT "tbl_name", "sql" FROM "sqlite_master" WHERE "type" = 'trigger'`)
    .raw()
    .all([]);
  database.close();
  const dropped = (triggers as [string, string][]).filter(([table]) => sql.includes(`DROP TABLE "${table}"`));
  return [sql, ...dropped.map(([, trigger]) => `${trigger};\n`)].join("\n");
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
    announceDatabase(ownersAddress());
    if (!name) await refuseWithoutMigration();
    const written = name ? await createMigrations(name) : [];
    for (const path of written) console.log(`Wrote ${path}: read it before you commit it`);
    if (name && written.length === 0) console.log("schema.prisma says nothing that the migrations do not");
    const { applied } = await migrate();
    console.log(applied.length > 0 ? `Applied ${applied.join(", ")}` : "The database is up to date");
    const { code, output } = await generate();
    if (code !== 0) throw new CommandError(output);
    console.log("The database client is generated. If npm run dev runs, start it again: it holds the former one");
  }, USAGE);
}
