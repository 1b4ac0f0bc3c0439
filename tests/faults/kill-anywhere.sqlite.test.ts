import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { killAnywhere } from "@/tests/support/kill-anywhere";
import { migratedDatabase } from "@/tests/support/migrated-database";

const folder = mkdtempSync(join(tmpdir(), "latchkey-kill-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

killAnywhere(async () => {
  process.env.DATABASE_URL = `file:${migratedDatabase(join(folder, "app.db"))}`;
});
