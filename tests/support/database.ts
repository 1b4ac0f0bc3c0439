import { randomUUID } from "node:crypto";
import { copyFileSync, rmSync } from "node:fs";
import { PrismaPg } from "@prisma/adapter-pg";
import { afterAll, inject } from "vitest";
import { db } from "@/lib/db";
import { databaseKind } from "@/lib/db/kind";
import { SITE_ROLE } from "./postgresql-server";

// A setup file: every test file has its own database from the start, so that files can run side by side.
const template = inject("templateDatabase");
const copy = databaseKind(template) === "sqlite" ? copyFile() : await copyOnServer();
process.env.DATABASE_URL = copy.url;
if (copy.owner) process.env.DIRECT_URL = copy.owner;

afterAll(async () => {
  await db.$disconnect();
  await copy.remove();
});

function copyFile() {
  const file = template.replace(/template\.db$/, `${randomUUID()}.db`);
  copyFileSync(template, file);
  const remove = () => {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
  };
  return { url: `file:${file}`, owner: null, remove };
}

/** Tests use it as the site's own role, which may not change tables. The copy goes with the server. */
async function copyOnServer() {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const server = await new PrismaPg({ connectionString: template.replace(/template$/, "postgres") }).connect();
  await server.executeRaw({ sql: `CREATE DATABASE ${name} TEMPLATE template`, args: [], argTypes: [] });
  await server.dispose();
  const owner = template.replace(/template$/, name);
  const url = new URL(owner);
  Object.assign(url, { username: SITE_ROLE, password: SITE_ROLE });
  return { url: url.href, owner, remove: () => {} };
}

/** Runs a statement that only the tables' owner may. */
export async function asOwner(sql: string): Promise<void> {
  if (!copy.owner) return void (await db.$executeRawUnsafe(sql));
  const server = await new PrismaPg({ connectionString: copy.owner }).connect();
  await server.executeRaw({ sql, args: [], argTypes: [] });
  await server.dispose();
}

/** Empties every table, for tests that count rows. A user's rows go with the user. */
export async function resetDatabase(): Promise<void> {
  await db.user.deleteMany();
  await db.verification.deleteMany();
  await db.rateLimit.deleteMany();
  await db.signingKey.deleteMany();
}
