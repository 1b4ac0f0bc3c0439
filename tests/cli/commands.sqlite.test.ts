import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { PrismaLibSql } from "@prisma/adapter-libsql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { PrismaClient } from "@/prisma/client/client";
import { migratedDatabase } from "@/tests/support/migrated-database";
import { verifiedUser } from "@/tests/support/people";
import { serverSettings } from "@/tests/support/server";

const AUTH_SECRET = "a-secret-for-tests-only-0123456789-abcdefghij";
const LOADER = pathToFileURL(resolve("node_modules/tsx/dist/loader.mjs")).href;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-commands-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command of the project in the folder of .env files, with no other settings than these. */
function run(
  file: string,
  settings: Record<string, string> = {},
  args: string[] = [],
  cwd = folder,
): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env };
  for (const name of Object.keys(env)) if (name !== "PATH" && name !== "HOME") delete env[name];
  Object.assign(env, { TSX_TSCONFIG_PATH: resolve("tsconfig.json") }, settings);
  const loader = file.endsWith(".ts") ? ["--import", LOADER] : [];
  const child = spawn(process.execPath, [...loader, resolve(file), ...args], { cwd, env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  return new Promise((done) => child.on("close", (code) => done({ code, output })));
}

test("keys:rotate changes the database that npm start serves, and says which", async () => {
  const production = migratedDatabase(join(folder, "production.db"));
  const development = migratedDatabase(join(folder, "development.db"));
  const settings = Object.entries({ ...serverSettings(production), BCRYPT_COST: "12", NODE_ENV: "" });
  writeFileSync(
    join(folder, ".env.production"),
    settings.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join("\n"),
  );
  writeFileSync(join(folder, ".env.development"), `DATABASE_URL=file:${development}\nAUTH_SECRET=${AUTH_SECRET}\n`);

  const { code, output } = await run("lib/cli/rotate-keys.ts");
  expect([code, output]).toEqual([0, expect.stringContaining(`Database: ${production}`)]);
  expect([await keysIn(production), await keysIn(development)]).toEqual([1, 0]);
});

test("keys:rotate leaves a machine alone where neither production nor development has a database", async () => {
  const own = mkdtempSync(join(folder, "empty-"));
  const { code } = await run("lib/cli/rotate-keys.ts", {}, [], own);
  expect([code, readdirSync(own)]).toEqual([1, []]);
});

test("a developer's machine needs nothing filled in: commands make the secret once, and use development's database", async () => {
  const own = mkdtempSync(join(folder, "machine-"));
  mkdirSync(join(own, "prisma"));
  const seeded = await run("prisma/seed.ts", {}, [], own);
  expect([seeded.code, seeded.output]).toEqual([0, expect.stringMatching(/^Made AUTH_SECRET in .env.local$/m)]);
  expect(statSync(join(own, ".env.local")).mode & 0o077, "others on this machine do not read it").toBe(0);
  const secret = readFileSync(join(own, ".env.local"), "utf8");
  const rotated = await run("lib/cli/rotate-keys.ts", {}, [], own);
  expect([rotated.code, rotated.output]).toEqual([0, expect.stringContaining(`Database: ${own}/prisma/dev.db`)]);
  expect(readFileSync(join(own, ".env.local"), "utf8")).toBe(secret);
});

describe("npm run user", () => {
  const user = (...args: string[]) =>
    run("lib/cli/user.ts", { DATABASE_URL: env().DATABASE_URL, AUTH_SECRET, NODE_ENV: "development" }, args);

  test("shows a person, and makes the first admin, who is told by mail; once made nothing happens", async () => {
    const { id, email } = await verifiedUser({ name: "Alice" });
    expect((await user("show", email.toUpperCase())).output).toMatch(/^Role: +user$/m);
    const made = await user("role", email, "admin");
    expect([made.code, made.output]).toEqual([0, expect.stringMatching(/^Database: .+\n.+ was user and is admin now/)]);
    const again = await user("role", email, "admin");
    expect([again.code, again.output]).toEqual([0, expect.stringContaining("is admin already")]);
    expect(await db.user.findUnique({ where: { id } })).toMatchObject({ role: "admin" });
    expect(await db.securityEvent.count({ where: { userId: id, type: "role.changed" } })).toBe(1);
    expect(await db.outboxMail.count()).toBe(1);
    const last = await user("role", email, "user");
    expect([last.code, last.output]).toEqual([1, expect.stringContaining("There must be an admin left.")]);
  });

  test.each([
    [["role", "ghost@example.com", "admin"], /No account has the address ghost@example\.com/],
    [["role", "ghost@example.com", "boss"], /^There is no role "boss"\. There are: admin, user\.\n$/],
    [["role", "ghost", "admin"], /^"ghost" is no email address/],
    [["show", "ghost@example.com"], /No account has the address/],
    [[], /npm run user -- show/],
    [["delete", "ghost@example.com"], /npm run user -- show/],
  ])("answers %j with what is wrong, and no stack", async (args, says) => {
    const { code, output } = await user(...args);
    expect(code).toBe(1);
    expect(output).toMatch(says);
    expect(output).not.toMatch(/^\s+at /m);
  });
});

test("a command says which database it is about to change, without the password", async () => {
  const DATABASE_URL = "postgresql://owner:opensesame@127.0.0.1:1/app?sslpassword=opensesame";
  const { code, output } = await run("prisma/seed.ts", { DATABASE_URL, AUTH_SECRET });
  expect(code).toBe(1);
  expect(output).toMatch(/^Database: postgresql:\/\/owner@127\.0\.0\.1:1\/app$/m);
  expect(output).not.toContain("opensesame");
});

describe("npm run dev", () => {
  test("adds no demo accounts to a database with other people in it, and goes on", async () => {
    await verifiedUser({ email: "customer@example.com" });
    const { code, output } = await run("lib/cli/prepare.ts", { DATABASE_URL: env().DATABASE_URL, AUTH_SECRET });
    expect(code).toBe(0);
    expect(JSON.parse(output.trim())).toEqual({ applied: [], problem: expect.stringContaining("other users") });
  });

  test("tells to delete the file only where a migration of a file has failed", async () => {
    const broken = join(folder, "broken.db");
    writeFileSync(broken, "this is no database, and long enough to be read as one".repeat(40));
    const failed = await run("lib/cli/prepare.ts", { DATABASE_URL: `file:${broken}`, AUTH_SECRET });
    expect([failed.code, failed.output]).toEqual([1, expect.stringContaining(`delete ${broken}`)]);
    const wrong = await run("lib/cli/prepare.ts", { DATABASE_URL: "mysql://x", AUTH_SECRET });
    expect(wrong).toEqual({ code: 1, output: expect.stringMatching(/^DATABASE_URL .*\n$/) });
  });

  test.each(["example.com", "ftp://example.com"])("answers APP_URL=%s with one line", async (APP_URL) => {
    const { code, output } = await run("lib/cli/dev.mjs", { APP_URL, AUTH_SECRET });
    expect(code).toBe(1);
    expect(output).toMatch(/APP_URL must be .*\n$/);
    expect(output).not.toMatch(/^\s+at /m);
  });
});

async function keysIn(file: string): Promise<number> {
  const other = new PrismaClient({ adapter: new PrismaLibSql({ url: `file:${file}` }) });
  try {
    return await other.signingKey.count();
  } finally {
    await other.$disconnect();
  }
}
