import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PrismaLibSql } from "@prisma/adapter-libsql";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as glue from "@prisma/schema-engine-wasm/schema_engine_bg";

/** One process migrates; the others wait this long for it, then give up with the database's own words. */
const LOCK_TIMEOUT_MS = 60_000;
export const PRISMA_DIR = import.meta.dirname;
export const MIGRATIONS_DIR = join(PRISMA_DIR, "migrations");
/** The engine wants it with every call: tables and enums that somebody else manages. There are none. */
export const FILTERS = { externalTables: [], externalEnums: [] };

export type SchemaEngine = glue.SchemaEngine;
export type MigrationList = glue.MigrationList;

/** The driver for migrations: it waits for locks where the app's own driver would not. */
export function migrationDriver(url: string): PrismaLibSql {
  if (!/^(file|libsql):/.test(url))
    throw new Error("prisma/migrations are written for SQLite: set DATABASE_URL to file:… or libsql:…");
  return new PrismaLibSql({ url, timeout: LOCK_TIMEOUT_MS });
}

let loaded = false;
/**
 * Prisma's schema engine, as WebAssembly, on the database at `url`. The `prisma` command downloads the same engine
 * as a native program; this one comes with the packages, so that a machine without that download migrates too.
 */
export async function openSchemaEngine(url: string): Promise<SchemaEngine> {
  if (!loaded) {
    // Node does not import .wasm files as modules, which is what the package's own entry expects.
    const gluePath = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
    const { instance } = await WebAssembly.instantiate(readFileSync(gluePath.replace(/js$/, "wasm")), {
      "./schema_engine_bg.js": { ...glue },
    });
    // These two are how the package's entry starts the engine; its types leave them out.
    const { __wbg_set_wasm } = glue as unknown as { __wbg_set_wasm(exports: WebAssembly.Exports): void };
    __wbg_set_wasm(instance.exports);
    (instance.exports.__wbindgen_start as () => void)();
    loaded = true;
  }
  const options = { datamodels: [["schema.prisma", readSchema()]] as [string, string][] };
  return glue.SchemaEngine.new(options, () => {}, bindMigrationAwareSqlAdapterFactory(migrationDriver(url)));
}

export function readSchema(): string {
  return readFileSync(join(PRISMA_DIR, "schema.prisma"), "utf8");
}

/** The migrations folder as the engine wants it, oldest first. */
export function readMigrations(): MigrationList {
  const folders = readdirSync(MIGRATIONS_DIR, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return {
    baseDir: MIGRATIONS_DIR,
    lockfile: {
      path: "migration_lock.toml",
      content: readFileSync(join(MIGRATIONS_DIR, "migration_lock.toml"), "utf8"),
    },
    shadowDbInitScript: "",
    migrationDirectories: folders
      .map(({ name }) => ({ path: name, migrationFile: { path: "migration.sql", content: readSql(name) } }))
      .sort((a, b) => a.path.localeCompare(b.path, "en")),
  };
}

function readSql(name: string): glue.JsResult<string, string> {
  return { tag: "ok", value: readFileSync(join(MIGRATIONS_DIR, name, "migration.sql"), "utf8") };
}
