import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import type * as Glue from "@prisma/schema-engine-wasm/schema_engine_bg";
import { SCHEMA_FOLDERS } from "@/lib/db/is-migrated";
import type { DatabaseKind } from "@/lib/db/kind";

/** The project is one folder up, both from here and from .next, where the compiled server runs. */
const PROJECT = join(import.meta.dirname, "..");
/** Tables that are not in schema.prisma and that the engine must leave alone: the search's, to which SQLite adds some. */
const SEARCH_TABLES = ["", "_config", "_data", "_docsize", "_idx"].map((suffix) => `UserSearch${suffix}`);
export const FILTERS = { externalTables: SEARCH_TABLES, externalEnums: [] };

export type SchemaEngine = Glue.SchemaEngine;
export type DiffTarget = Glue.DiffTarget;
export type MigrationList = Glue.MigrationList;

export const schemaPath = (kind: DatabaseKind) => join(PROJECT, SCHEMA_FOLDERS[kind], "schema.prisma");
export const migrationsFolder = (kind: DatabaseKind) => join(PROJECT, SCHEMA_FOLDERS[kind], "migrations");

let loaded: typeof Glue | undefined;
/**
 * Prisma's schema engine, as WebAssembly, on a database. The `prisma` command downloads the same engine as a native
 * program; this one comes with the packages, so that a machine without that download migrates too.
 */
export async function openSchemaEngine(
  driver: SqlMigrationAwareDriverAdapterFactory,
  schema: string,
): Promise<SchemaEngine> {
  loaded ??= await load();
  const options = { datamodels: [["schema.prisma", schema]] as [string, string][] };
  return loaded.SchemaEngine.new(options, () => {}, bindMigrationAwareSqlAdapterFactory(driver));
}

async function load(): Promise<typeof Glue> {
  const glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  // Node does not import .wasm files as modules, but the package's own entry needs that.
  const gluePath = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const { instance } = await WebAssembly.instantiate(readFileSync(gluePath.replace(/js$/, "wasm")), {
    "./schema_engine_bg.js": { ...glue },
  });
  // The package's entry starts the engine by these two, which its types leave out.
  const { __wbg_set_wasm } = glue as unknown as { __wbg_set_wasm(exports: WebAssembly.Exports): void };
  __wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return glue;
}

/** The SQL that leads from one state to another: "" when they are equal. */
export async function diffSql(engine: SchemaEngine, from: DiffTarget, to: DiffTarget): Promise<string> {
  const { stdout } = await engine.diff({ from, to, script: true, exitCode: null, filters: FILTERS });
  return /^\s*[A-Z]/m.test(stdout ?? "") ? (stdout ?? "") : "";
}

/** A schema as one end of a diff. */
export function datamodel(schema: string): DiffTarget {
  return { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content: schema }] };
}

/** A kind's migrations as the engine wants them, oldest first. */
export function readMigrations(kind: DatabaseKind): MigrationList {
  const baseDir = migrationsFolder(kind);
  const folders = readdirSync(baseDir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return {
    baseDir,
    lockfile: {
      path: "migration_lock.toml",
      content: readFileSync(join(baseDir, "migration_lock.toml"), "utf8"),
    },
    shadowDbInitScript: "",
    migrationDirectories: folders
      .map(({ name }) => ({
        path: name,
        migrationFile: { path: "migration.sql", content: readText(join(baseDir, name, "migration.sql")) },
      }))
      .sort((a, b) => a.path.localeCompare(b.path, "en")),
  };
}

function readText(path: string): Glue.JsResult<string, string> {
  return { tag: "ok", value: readFileSync(path, "utf8") };
}
