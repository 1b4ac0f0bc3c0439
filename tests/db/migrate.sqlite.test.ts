import { execFile } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import Database from "libsql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sqlitePath } from "@/lib/db/kind";
import { postgresqlChanges, refuseWithoutMigration, sqliteChanges } from "@/prisma/create-migration";
import { migrate } from "@/prisma/migrate";
import { derivePostgresqlSchema } from "@/prisma/postgresql/derive";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "latchkey-migrate-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("several instances that start at once migrate once", async () => {
  const env = { ...process.env, DATABASE_URL: `file:${join(directory, "test.db")}` };
  const start = () => promisify(execFile)(process.execPath, ["--import", "tsx", "prisma/migrate.ts"], { env });
  const said = (await Promise.all([start(), start(), start()])).map(
    ({ stdout }) => stdout.match(/^(Applied|The) /m)?.[1],
  );
  expect(said.sort()).toEqual(["Applied", "The", "The"]);
});

test("a new database is read by nobody else on the machine, nor what SQLite puts beside it", async () => {
  const url = `file:${join(directory, "private.db")}`;
  await migrate(url);
  const database = new Database(sqlitePath(url));
  database.exec(`UPDATE "_prisma_migrations" SET "applied_steps_count" = 1`);
  const modes = ["", "-wal", "-shm"].map((more) => statSync(sqlitePath(url) + more).mode & 0o077);
  database.close();
  expect(modes).toEqual([0, 0, 0]);
});

test("a migration that failed is told at each start, until it is mended", async () => {
  const url = `file:${join(directory, "failed.db")}`;
  expect((await migrate(url)).applied).not.toEqual([]);
  const database = new Database(sqlitePath(url));
  database.exec(`UPDATE "_prisma_migrations" SET "finished_at" = NULL WHERE "migration_name" LIKE '%_init'`);
  await expect(migrate(url)).rejects.toThrow(/failed migrations/);
  database.exec(`UPDATE "_prisma_migrations" SET "finished_at" = 0`);
  database.close();
  expect(await migrate(url)).toEqual({ applied: [] });
});

test("the migrations add up to schema.prisma", async () => {
  expect(await sqliteChanges()).toBe("");
});

test("a migration that builds the table of users anew keeps the search", async () => {
  const url = `file:${join(directory, "rebuilt.db")}`;
  await migrate(url);
  const schema = readFileSync("prisma/schema.prisma", "utf8");
  const changed = schema.replace('role          String    @default("user")', 'role String @default("guest")');
  const database = new Database(sqlitePath(url));
  database.exec(await sqliteChanges(changed));
  database.exec(`INSERT INTO "User" ("id", "email", "updatedAt") VALUES ('1', 'alice@example.com', 0)`);
  const search = database.prepare(`SELECT "rowid" FROM "UserSearch" WHERE "UserSearch" MATCH 'alice'`);
  expect(search.all([])).toHaveLength(1);
  database.close();
});

test("PostgreSQL's schema is what schema.prisma makes of it, and its migrations were written with it", async () => {
  const derived = derivePostgresqlSchema(readFileSync("prisma/schema.prisma", "utf8"));
  expect(readFileSync("prisma/postgresql/schema.prisma", "utf8")).toBe(derived);
  expect(await postgresqlChanges()).toBe("");
  const schema = readFileSync("prisma/schema.prisma", "utf8");
  const named = (line: string) => schema.replace("  emailVerified ", `  ${line}\n  emailVerified `);
  expect(await postgresqlChanges(named("nickname String?"))).toContain('ADD COLUMN     "nickname" TEXT');
  expect(await postgresqlChanges(named("// what they are called"))).toBe("");
  await expect(refuseWithoutMigration(named("nickname String?"))).rejects.toThrow("npm run db:migrate -- --name");
});
