import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { PrismaPg } from "@prisma/adapter-pg";
import { Client } from "pg";
import { expect, inject, test, vi } from "vitest";
import { env } from "@/lib/env";
import { migrate, sqliteDriver } from "@/prisma/migrate";
import { withPostgresql } from "@/prisma/migrate-postgresql";
import { datamodel, diffSql, FILTERS, openSchemaEngine, readMigrations, schemaPath } from "@/prisma/schema-engine";
import { SITE_ROLE } from "@/tests/support/postgresql-server";
import { runCommand } from "@/tests/support/run-command";

const AUTH_SECRET = "a-secret-for-tests-only-0123456789-abcdefghij";
const COLUMNS = `SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
  WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' ORDER BY 1, 2`;
const INDEXES = `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1`;
const CONSTRAINTS = `SELECT conname::text, pg_get_constraintdef(oid) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> '_prisma_migrations' ORDER BY 1`;

/** Runs a script of statements, and gives the last one's rows where there is one only. */
async function run(database: string, sql: string): Promise<unknown[][]> {
  const url = inject("templateDatabase").replace(/template$/, database);
  const connection = await new PrismaPg({ connectionString: url }).connect();
  try {
    return (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows;
  } finally {
    await connection.dispose();
  }
}

async function emptyDatabase(): Promise<string> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await run("postgres", `CREATE DATABASE ${name}`);
  return name;
}

test("the migrations add up to PostgreSQL's schema", async () => {
  const schema = readFileSync(schemaPath("postgresql"), "utf8");
  const engine = await openSchemaEngine(sqliteDriver("file::memory:"), schema);
  const created = await emptyDatabase();
  await run(created, "CREATE EXTENSION pg_trgm");
  for (const statement of (await diffSql(engine, { tag: "empty" }, datamodel(schema))).split(/;\n/))
    if (/^[A-Z]/m.test(statement)) await run(created, statement);
  for (const question of [COLUMNS, INDEXES, CONSTRAINTS])
    expect(await run("template", question)).toEqual(await run(created, question));
});

test("a database that is not there, or a role that it does not know, is one line", { timeout: 60_000 }, async () => {
  const missing = inject("templateDatabase").replace(/template$/, "missing");
  const stranger = Object.assign(new URL(inject("templateDatabase")), { username: "stranger" }).href;
  for (const [DATABASE_URL, says] of [
    [missing, /^PostgreSQL says: .*"missing".* Create it, or mend DATABASE_URL\.\n$/],
    [stranger, /^PostgreSQL says: .*"stranger".* Mend DATABASE_URL\.\n$/],
  ] as const) {
    const { code, output } = await runCommand(process.cwd(), "lib/cli/prepare.ts", { DATABASE_URL, AUTH_SECRET });
    expect([code, output]).toEqual([1, expect.stringMatching(says)]);
  }
});

test("five instances that start at once migrate once", { timeout: 120_000 }, async () => {
  const DATABASE_URL = inject("templateDatabase").replace(/template$/, await emptyDatabase());
  const env = { ...process.env, DATABASE_URL, DIRECT_URL: "" };
  const start = () => promisify(execFile)(process.execPath, ["--import", "tsx", "prisma/migrate.ts"], { env });
  const said = await Promise.all([start(), start(), start(), start(), start()]);
  const words = said.map(({ stdout }) => stdout.match(/^(Applied|The) /m)?.[1]);
  expect(words.sort()).toEqual(["Applied", "The", "The", "The", "The"]);
});

test("the site's own role starts where nothing waits to be migrated, and is told what to do where something does", async () => {
  const url = inject("templateDatabase").replace(/template$/, await emptyDatabase());
  const asSite = Object.assign(new URL(url), { username: SITE_ROLE, password: SITE_ROLE }).href;
  await expect(migrate(asSite)).rejects.toThrow(/set DIRECT_URL/);
  expect(await migrate(env().DATABASE_URL)).toEqual({ applied: [] });
});

test("people write while an index is built, where it is made CONCURRENTLY and alone in its migration", async () => {
  const name = await emptyDatabase();
  const url = inject("templateDatabase").replace(/template$/, name);
  await migrate(url);
  const { migrationDirectories, ...list } = readMigrations("postgresql");
  const migrationFile = {
    path: "migration.sql",
    content: { tag: "ok" as const, value: 'CREATE INDEX CONCURRENTLY "built_beside" ON "User" ("name");\n' },
  };
  const migrationsList = {
    ...list,
    migrationDirectories: [...migrationDirectories, { path: "29990101000000_concurrent", migrationFile }],
  };
  const writer = new Client(url);
  await writer.connect();
  await writer.query("BEGIN");
  await writer.query(writing("first"));
  const applied = withPostgresql(url, WAIT_MS, async (driver) => {
    const engine = await openSchemaEngine(driver, readFileSync(schemaPath("postgresql"), "utf8"));
    return engine.applyMigrations({ migrationsList, filters: FILTERS });
  });
  await vi.waitFor(async () => expect(await run(name, BUILDING)).toHaveLength(1), WAIT_MS);
  await run(name, writing("second"));
  await writer.query("COMMIT");
  await writer.end();
  expect((await applied).appliedMigrationNames).toEqual(["29990101000000_concurrent"]);
  expect(await run(name, VALID)).toEqual([[true]]);
});

const WAIT_MS = 20_000;
const writing = (id: string) => `INSERT INTO "User" ("id", "email", "updatedAt") VALUES ('${id}', '${id}', now())`;
/** It waits for the transactions that have written. */
const BUILDING = `SELECT 1 FROM pg_stat_activity
  WHERE "datname" = current_database() AND "query" LIKE 'CREATE INDEX CONCURRENTLY%' AND "wait_event_type" = 'Lock'`;
const VALID = `SELECT "indisvalid" FROM pg_index WHERE "indexrelid" = '"built_beside"'::regclass`;
