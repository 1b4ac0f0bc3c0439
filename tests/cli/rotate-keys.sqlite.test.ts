import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PrismaLibSql } from "@prisma/adapter-libsql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PrismaClient } from "@/prisma/client/client";
import { migratedDatabase } from "@/tests/support/migrated-database";
import { runCommand } from "@/tests/support/run-command";
import { serverSettings } from "@/tests/support/server";

const AUTH_SECRET = "a-secret-for-tests-only-0123456789-abcdefghij";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-commands-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("keys:rotate changes the database that npm start serves, and says which", async () => {
  const production = migratedDatabase(join(folder, "production.db"));
  const development = migratedDatabase(join(folder, "development.db"));
  const settings = Object.entries({ ...serverSettings(production), BCRYPT_COST: "12", NODE_ENV: "" });
  writeFileSync(
    join(folder, ".env.production"),
    settings.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join("\n"),
  );
  writeFileSync(join(folder, ".env.development"), `DATABASE_URL=file:${development}\nAUTH_SECRET=${AUTH_SECRET}\n`);

  const { code, output } = await runCommand(folder, "lib/cli/rotate-keys.ts");
  expect([code, output]).toEqual([0, expect.stringContaining(`Database: ${production}`)]);
  expect([await keysIn(production), await keysIn(development)]).toEqual([1, 0]);
});

test("keys:rotate leaves a machine alone where neither production nor development has a database", async () => {
  const own = mkdtempSync(join(folder, "empty-"));
  const { code } = await runCommand(own, "lib/cli/rotate-keys.ts");
  expect([code, readdirSync(own)]).toEqual([1, []]);
});

test("a developer's machine needs nothing filled in: commands make the secret once, and use development's database", async () => {
  const own = mkdtempSync(join(folder, "machine-"));
  mkdirSync(join(own, "prisma"));
  const seeded = await runCommand(own, "prisma/seed.ts");
  expect([seeded.code, seeded.output]).toEqual([0, expect.stringMatching(/^Made AUTH_SECRET in .env.local$/m)]);
  expect(statSync(join(own, ".env.local")).mode & 0o077, "others on this machine do not read it").toBe(0);
  const secret = readFileSync(join(own, ".env.local"), "utf8");
  const rotated = await runCommand(own, "lib/cli/rotate-keys.ts");
  expect([rotated.code, rotated.output]).toEqual([0, expect.stringContaining(`Database: ${own}/prisma/dev.db`)]);
  expect(readFileSync(join(own, ".env.local"), "utf8")).toBe(secret);
});

async function keysIn(file: string): Promise<number> {
  const db = new PrismaClient({ adapter: new PrismaLibSql({ url: `file:${file}` }) });
  try {
    return await db.signingKey.count();
  } finally {
    await db.$disconnect();
  }
}
