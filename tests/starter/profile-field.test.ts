import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { copyProject, runIn } from "@/tests/support/copy-project";
import { applyEdits, readRecipes } from "./recipes.mjs";

const FIELDS = "lib/auth/model/profile-fields.ts";

let copy: string;
beforeAll(() => {
  copy = copyProject("field");
  const database = join(process.cwd(), copy, "prisma/dev.db");
  const settings = ["APP_URL=http://localhost:3000", `AUTH_SECRET=${randomBytes(32).toString("base64url")}`];
  writeFileSync(join(copy, ".env"), [...settings, `DATABASE_URL=file:${database}`, ""].join("\n"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const npmRun = (...args: string[]) => runIn(copy, "npm", "run", ...args);

function testFields(): Promise<string> {
  const project = ["--config", "tests/vitest.config.ts", "--project", "integration"];
  return runIn(
    copy,
    "env",
    "NODE_ENV=test",
    process.execPath,
    "node_modules/vitest/vitest.mjs",
    "run",
    ...project,
    "fields.test",
  );
}

test("a field that a newcomer adds as the README says is on every surface, and without its column does not compile", async () => {
  const recipe = readRecipes(".").find(({ name }) => name === "field");
  if (!recipe) throw new Error("The README has no recipe for a field");
  applyEdits(copy, { ...recipe, edits: recipe.edits.filter(({ path }) => path === FIELDS) });
  await expect(npmRun("typecheck")).rejects.toThrow(/'"company"' is not assignable to type/);

  applyEdits(copy, recipe);
  for (const command of recipe.commands) await runIn(copy, "env", "-u", "NODE_ENV", "sh", "-c", command);
  await npmRun("typecheck");
  await testFields();

  const file = join(copy, FIELDS);
  const [before, entry = ""] = readFileSync(file, "utf8").split(/(?=\{\n\s*column: "company")/);
  const asked = entry.replace('"optional"', '"required"').replace("null", "({ raw }) => raw.company");
  writeFileSync(file, `${before}${asked}`);
  await testFields();
});
