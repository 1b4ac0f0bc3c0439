import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { expect, test } from "vitest";
import { findUserByEmail } from "@/lib/auth/store/users";
import { env } from "@/lib/env";
import { verifiedUser } from "@/tests/support/people";
import { runCommand } from "@/tests/support/run-command";

test("a backup of a newer release is refused, and nothing is changed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-restore-"));
  const file = join(folder, "newer.backup");
  const { AUTH_SECRET, DATABASE_URL } = env();
  const settings = { NODE_ENV: "development", AUTH_SECRET, DATABASE_URL };
  expect(await runCommand(folder, "lib/server/backup.ts", settings, [file])).toMatchObject({ code: 0 });
  const database = new Database(file);
  database.exec(`INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "finished_at")
    VALUES ('newer', '', '29990101000000_newer', CURRENT_TIMESTAMP)`);
  database.close();

  await verifiedUser({ email: "alice@example.com" });
  const { code, output } = await runCommand(folder, "lib/server/restore.ts", settings, [file, "--replace"]);
  expect([code, output]).toEqual([1, expect.stringContaining("is of a newer release, which has 29990101000000_newer")]);
  expect(await findUserByEmail("alice@example.com")).not.toBeNull();
  rmSync(folder, { recursive: true, force: true });
});
