import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const TABLE = "lib/dialects/supabase/upstream.md";
const TESTS = "tests/contract/supabase/upstream";
const BESIDE = "about the client alone, or an answer that the test makes up";

const table = readFileSync(TABLE, "utf8");
const rows = [...table.matchAll(/^\| ([\w./-]+\.test\.ts) \| ([\d, ]+) \| (.+) \|$/gm)].map(
  ([, file = "", lines = "", verdict = ""]) => ({
    verdict,
    places: lines.split(", ").map((line) => `${file}:${line}`),
  }),
);
const placesOf = (is: (verdict: string) => boolean) =>
  rows.flatMap(({ verdict, places }) => (is(verdict) ? places : [])).sort();

/** The cases that a file of tests names: below the original's file, by the lines at the head of each test's name. */
function named(text: string): string[] {
  let file = "";
  return [...text.matchAll(/\bdescribe\("([\w./-]+\.test\.ts)"|\btest\("([\d, ]+): /g)].flatMap(([, below, lines]) => {
    file = below ?? file;
    return lines ? lines.split(", ").map((line) => `${file}:${line}`) : [];
  });
}

const tested = readdirSync(TESTS)
  .filter((name) => name.endsWith(".test.ts"))
  .flatMap((name) => named(readFileSync(`${TESTS}/${name}`, "utf8")))
  .sort();

describe("the table of Supabase's own cases", () => {
  test("has each case once", () => {
    const places = placesOf(() => true);
    expect(new Set(places).size).toBe(places.length);
    expect(rows.length).toBe(table.split("\n").filter((line) => line.includes(".test.ts |")).length);
  });

  test("says of those that have a test, and of no others, that they are applied", () => {
    expect(tested).toEqual(placesOf((verdict) => verdict === "applied"));
  });

  test("has the counts that it names, and so has the README", () => {
    const [all, asking] = [placesOf(() => true).length, placesOf((verdict) => verdict !== BESIDE).length];
    expect(table).toContain(`has ${all} cases, ${asking} of them`);
    expect(table).toContain(`${tested.length} of those apply`);
    expect(table).toContain(`The other ${asking - tested.length} are`);
    const readme = readFileSync("lib/dialects/supabase/README.md", "utf8");
    expect(readme).toContain(`${tested.length} of the ${asking} cases`);
  });
});
