import { randomUUID } from "node:crypto";
import { copyFileSync, rmSync } from "node:fs";
import { PrismaPg } from "@prisma/adapter-pg";
import { afterAll, inject } from "vitest";
import { db } from "@/lib/db";
import { databaseKind } from "@/lib/db/kind";

// A setup file: every test file has a database of its own from the start, so that files can run side by side.
const template = inject("templateDatabase");
const copy = databaseKind(template) === "sqlite" ? copyFile() : await copyOnServer();
process.env.DATABASE_URL = copy.url;

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
  return { url: `file:${file}`, remove };
}

/** What is left over goes with the server. */
async function copyOnServer() {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const server = await new PrismaPg({ connectionString: template.replace(/template$/, "postgres") }).connect();
  await server.executeRaw({ sql: `CREATE DATABASE ${name} TEMPLATE template`, args: [], argTypes: [] });
  await server.dispose();
  return { url: template.replace(/template$/, name), remove: () => {} };
}

/** Empties every table, for tests that count rows. What belongs to a user goes with the user. */
export async function resetDatabase(): Promise<void> {
  await db.user.deleteMany();
  await db.verification.deleteMany();
  await db.rateLimit.deleteMany();
  await db.signingKey.deleteMany();
}
