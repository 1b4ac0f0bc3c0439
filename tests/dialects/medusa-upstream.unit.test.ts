import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const SUITE = "tests/contract/medusa/upstream";
const README = readFileSync("lib/dialects/medusa/README.md", "utf8");
const TABLE = readFileSync("lib/dialects/medusa/UPSTREAM.md", "utf8");

const rows = [...TABLE.matchAll(/^\| ([a-z-]+ \d+) \| .+ \| (.+) \|$/gm)].map(([, name = "", here = ""]) => ({
  name,
  here,
}));
const applied = rows.filter(({ here }) => here === "applied").map(({ name }) => name);

/** The cases that the tests' names begin with: `test("auth 2, auth-asymetric 2: …")`, or the first value of a row of `test.each`. */
const tested = readdirSync(SUITE)
  .map((name) => readFileSync(path.posix.join(SUITE, name), "utf8"))
  .flatMap((text) => [...text.matchAll(/["']((?:[a-z-]+ \d+(?:, )?)+)(?::|["'])/g)])
  .flatMap(([, names = ""]) => names.split(", "));

test("what the table calls applied is tested, once each, and nothing else", () => {
  expect(applied.length).toBeGreaterThan(0);
  expect([...tested].sort()).toEqual([...applied].sort());
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
});

test("what is not applied says why", () => {
  const unsaid = rows.filter(({ here }) => here !== "applied" && !/^excluded: .{10}/.test(here));
  expect(unsaid).toEqual([]);
});

test("every file's cases are numbered without a gap", () => {
  const files = new Set(rows.map(({ name }) => name.replace(/ \d+$/, "")));
  const listed = [...TABLE.matchAll(/^\| ([a-z-]+) \| `.+` \| [0-9a-f]{9} \|$/gm)].map(([, name]) => name);
  expect([...files]).toEqual(listed);
  for (const file of files) {
    const numbers = rows
      .filter(({ name }) => name.replace(/ \d+$/, "") === file)
      .map(({ name }) => Number(name.split(" ")[1]));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  }
});

test("the README counts them right", () => {
  expect(README).toContain(`**${applied.length} of ${rows.length} cases** of Medusa's own suite apply here and pass`);
});
