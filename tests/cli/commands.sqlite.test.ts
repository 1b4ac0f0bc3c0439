import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { verifiedUser } from "@/tests/support/people";
import { runCommand } from "@/tests/support/run-command";

const AUTH_SECRET = "a-secret-for-tests-only-0123456789-abcdefghij";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-commands-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("npm run user", () => {
  const user = (...args: string[]) =>
    runCommand(
      folder,
      "lib/cli/user.ts",
      { DATABASE_URL: env().DATABASE_URL, AUTH_SECRET, NODE_ENV: "development" },
      args,
    );

  test("makes the first admin, who is told by mail; once made nothing happens", { timeout: 120_000 }, async () => {
    const { id, email } = await verifiedUser({ name: "Alice" });
    const made = await user("role", email.toUpperCase(), "admin");
    expect([made.code, made.output]).toEqual([0, expect.stringMatching(/^Database: .+\n.+ was user and is admin now/)]);
    const [again, shown] = await Promise.all([user("role", email, "admin"), user("show", email)]);
    expect([again.code, again.output]).toEqual([0, expect.stringContaining("is admin already")]);
    expect([shown.code, shown.output]).toEqual([0, expect.stringMatching(/^Role: +admin$/m)]);
    expect(await db.securityEvent.count({ where: { userId: id, type: "role.changed" } })).toBe(1);
    expect(await db.outboxMail.count()).toBe(1);
  });

  test.each([
    [
      ["role", "ghost@example.com", "admin"],
      /\nNo account has the address ghost@example\.com\. Register it first\.\n$/,
    ],
    [["role", "ghost@example.com", "boss"], /^There is no role "boss"\. There are: admin, user\.\n$/],
    [["role", "ghost", "admin"], /^"ghost" is no email address/],
    [["delete", "ghost@example.com"], /^Say what to do with whom:\n +npm run user -- show/],
  ])("answers %j with what is wrong, and no stack", { timeout: 120_000 }, async (args, says) => {
    const { code, output } = await user(...args);
    expect([code, output]).toEqual([1, expect.stringMatching(says)]);
    expect(output).not.toMatch(/^\s+at /m);
  });
});

test.each([
  ["file:./none.db", /^Database: .+\nThis database has no tables yet: start the site once, which makes them\.\n$/],
  [
    "postgresql://127.0.0.1:1/app",
    /^Database: .+\nThe database cannot be reached: start it, or mend DATABASE_URL\.\n$/,
  ],
])("a command says what is wrong with the database %s in a sentence, and nothing else", async (DATABASE_URL, says) => {
  const settings = { DATABASE_URL, AUTH_SECRET, NODE_ENV: "development" };
  const { code, output } = await runCommand(folder, "lib/cli/user.ts", settings, ["show", "ghost@example.com"]);
  expect([code, output]).toEqual([1, expect.stringMatching(says)]);
});

test("a command takes a developer's own DATABASE_URL for development's", async () => {
  const own = mkdtempSync(join(folder, "developer-"));
  const lines = { DATABASE_URL: env().DATABASE_URL, AUTH_SECRET };
  writeFileSync(
    join(own, ".env.local"),
    Object.entries(lines)
      .map((pair) => pair.join("="))
      .join("\n"),
  );
  const { email } = await verifiedUser();
  const { code, output } = await runCommand(own, "lib/cli/user.ts", {}, ["show", email]);
  expect([code, output]).toEqual([0, expect.stringContaining(`Address:  ${email}`)]);
});

test("a command says which database it is about to change, without the password", async () => {
  const DATABASE_URL = "postgresql://owner:opensesame@127.0.0.1:1/app";
  const { code, output } = await runCommand(folder, "prisma/seed.ts", { DATABASE_URL, AUTH_SECRET });
  expect(code).toBe(1);
  expect(output).toMatch(/^Database: postgresql:\/\/owner@127\.0\.0\.1:1\/app$/m);
  expect(output).not.toContain("opensesame");
});

test.each([
  ["lib/cli/rotate-keys.ts", ["--dorp"], /^Unknown option '--dorp'\. Call it like: npm run keys:rotate.*\n$/],
  ["prisma/create-migration.ts", ["add_company"], /^Unexpected argument 'add_company'\. .+ -- --name say_.+\n$/],
])("%s answers %j with how to call it, and no stack", async (file, args, says) => {
  const settings = { DATABASE_URL: env().DATABASE_URL, AUTH_SECRET, NODE_ENV: "development" };
  expect(await runCommand(folder, file, settings, args)).toEqual({ code: 1, output: expect.stringMatching(says) });
});

describe("npm run dev", () => {
  test("adds no demo accounts to a database with other people in it, and goes on", async () => {
    await verifiedUser({ email: "customer@example.com" });
    const { code, output } = await runCommand(folder, "lib/cli/prepare.ts", {
      DATABASE_URL: env().DATABASE_URL,
      AUTH_SECRET,
      AUTH_REQIRE_SECOND_FACTOR: "all",
    });
    expect(code).toBe(0);
    const unknown = [expect.stringMatching(/^AUTH_REQIRE_SECOND_FACTOR .+ AUTH_REQUIRE_SECOND_FACTOR\?$/)];
    const problem = expect.stringMatching(/other users.* register at \/register\.$/);
    expect(JSON.parse(output.trim())).toEqual({ applied: [], problem, unknown });
  });

  test("tells to delete the file only where a migration of a file has failed", async () => {
    const broken = join(folder, "broken.db");
    writeFileSync(broken, "this is no database, and long enough to be read as one".repeat(40));
    const failed = await runCommand(folder, "lib/cli/prepare.ts", { DATABASE_URL: `file:${broken}`, AUTH_SECRET });
    expect([failed.code, failed.output]).toEqual([1, expect.stringContaining(`delete ${broken}`)]);
    const wrong = await runCommand(folder, "lib/cli/prepare.ts", { DATABASE_URL: "mysql://x", AUTH_SECRET });
    expect(wrong).toEqual({ code: 1, output: expect.stringMatching(/^DATABASE_URL .*\n$/) });
  });

  test("says in one line that the database does not answer", async () => {
    const settings = { DATABASE_URL: "postgresql://127.0.0.1:1/app", AUTH_SECRET };
    const { code, output } = await runCommand(folder, "lib/cli/prepare.ts", settings);
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/^The database cannot be reached \(.+\): start it, .+\n$/),
    ]);
  });

  test.each(["example.com", "ftp://example.com"])("answers APP_URL=%s with one line", async (APP_URL) => {
    const { code, output } = await runCommand(folder, "lib/cli/dev.mjs", { APP_URL, AUTH_SECRET });
    expect(code).toBe(1);
    expect(output).toMatch(/APP_URL must be .*\n$/);
    expect(output).not.toMatch(/^\s+at /m);
  });
});
