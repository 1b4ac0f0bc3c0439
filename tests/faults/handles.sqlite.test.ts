import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migratedDatabase } from "@/tests/support/migrated-database";

const OPEN_FILES = 256;
const [SIGN_UPS, REFRESHES_EACH] = [500, 19];
const GROWTH_MEGABYTES = 100;
/** How many files a process has open is read where Linux tells. What a disk is waited for is not the matter here. */
const hasProc = existsSync("/proc/self/fd");
const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "latchkey-handles-"));

beforeAll(() => {
  migratedDatabase(join(folder, "app.db"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(!hasProc)("10,000 sign-ups and refreshes leave no file open and no memory behind", async () => {
  const node = [process.execPath, "--import", "tsx", "tests/support/sign-up-and-refresh.ts"];
  const command = [...node, SIGN_UPS, REFRESHES_EACH].map((word) => `'${word}'`).join(" ");
  const env = { ...process.env, DATABASE_URL: `file:${join(folder, "app.db")}` };
  const { stdout } = await promisify(execFile)("sh", ["-c", `ulimit -n ${OPEN_FILES} && exec ${command}`], { env });
  const [early, late] = JSON.parse(stdout);
  expect(late.files).toBeLessThanOrEqual(early.files);
  expect(late.megabytes - early.megabytes).toBeLessThan(GROWTH_MEGABYTES);
});
