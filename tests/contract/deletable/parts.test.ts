import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { PARTS } from "@/lib/cli/parts.mjs";
import { filesOf } from "@/lib/cli/remove-parts.mjs";
import { COPIES, copyProject, runBin, runIn } from "@/tests/support/copy-project";

/** The parts that this project still has. */
const PRESENT = Object.entries(PARTS).flatMap(([name, part]) => (filesOf(part).length > 0 ? [name] : []));
/** The test removes each part alone, and all at once. */
const REMOVED: Record<string, string[]> = {
  ...Object.fromEntries(PRESENT.map((name) => [name, [name]])),
  "any part": PRESENT,
};

afterAll(() => rmSync(COPIES, { recursive: true, force: true }));

describe.each(Object.entries(REMOVED))("without %s", (name, names) => {
  test("the project type-checks, is formatted, holds its rules, and has nothing dead", async () => {
    const copy = copyProject(name.replaceAll(" ", "-"));
    const said = await runIn(copy, "npm", "run", "remove", "--", "--force", ...names);
    for (const file of names.flatMap((one) => filesOf(PARTS[one] ?? { files: [] })))
      expect(existsSync(join(copy, file)), file).toBe(false);
    expect(said).not.toContain("has no line with");
    await runBin(copy, "next/dist/bin/next", "typegen");
    await runBin(copy, "typescript/bin/tsc", "--noEmit", "--project", "tests", "--incremental", "false");
    await runBin(copy, "@biomejs/biome/bin/biome", "check", "--error-on-warnings");
    await runBin(copy, "knip/bin/knip.js", "--no-progress");
    const rules = [
      "tests/architecture",
      "tests/cases.unit.test.ts",
      "tests/env.unit.test.ts",
      "tests/versions.unit.test.ts",
    ];
    await runBin(copy, "vitest/vitest.mjs", "run", "--config", "tests/vitest.config.ts", "--project", "unit", ...rules);

    const again = await runIn(copy, "npm", "run", "remove", "--", "--force", ...names);
    expect(again.match(/is not here: there is nothing to remove/g)).toHaveLength(names.length);
    // Only the last copy is built, because a build takes a minute, and the types show what the removal of one part breaks.
    if (names === PRESENT) await runBin(copy, "next/dist/bin/next", "build");
  });
});

/** The addresses of each dialect, as tests write them. */
const ROUTES: Record<string, RegExp> = {
  medusa: /["`]\/(auth\/(customer|user|token|session|verification|mfa)|store)\//,
  openauth: /["`]\/(openauth|password)\//,
  strapi: /["`]\/api\/(connect|users\/me|auth\/(local|refresh|logout|email-confirmation))/,
  supabase: /["`]\/auth\/v1\//,
};
/**
 * Tests that list addresses but do not call them, or call them whether or not they exist; and the client of the fault tests,
 * which `npm run remove` deletes or names.
 */
const LISTS_ADDRESSES =
  /deletable|redirects?\.unit|proxy\.test|support\/(http-client|hostile-requests)|faults\/(mail|promotion)/;

test.each(readdirSync("lib/dialects"))("the tests of every other part name no route of %s", (name) => {
  const own = ROUTES[name] ?? expect.fail("tell this test where the dialect answers");
  const isOwn = (file: string) =>
    new RegExp(`/((dialects|e2e)/${name}[^/]*|contract/${name}/.*|support/kill-stories-${name}.ts)$`).test(file);
  const tests = readdirSync("tests", { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith(".output"))
    .map((file) => join("tests", file));
  const others = tests.filter((file) => !isOwn(file) && !LISTS_ADDRESSES.test(file));
  expect(others.filter((file) => own.test(readFileSync(file, "utf8")))).toEqual([]);
});
