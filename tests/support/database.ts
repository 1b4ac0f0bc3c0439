import { randomUUID } from "node:crypto";
import { copyFileSync, rmSync } from "node:fs";
import { afterAll, inject } from "vitest";
import { db } from "@/lib/db";

// A setup file: every test file has a database of its own from the start, so that files can run side by side.
const template = inject("templateDatabase");
const file = template.replace(/template\.db$/, `${randomUUID()}.db`);
copyFileSync(template, file);
process.env.DATABASE_URL = `file:${file}`;

afterAll(async () => {
  await db.$disconnect();
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
});

/** Empties every table, for tests that count rows. What belongs to a user goes with the user. */
export async function resetDatabase(): Promise<void> {
  await db.user.deleteMany();
  await db.verification.deleteMany();
  await db.rateLimit.deleteMany();
  await db.signingKey.deleteMany();
}
