import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

// The table in a dialect's UPSTREAM.md lists each case of the suite that the other system publishes, by its file and its
// number (or the line where it begins). A test of ours names its cases: test("auth.test.js 3, 4, user.test.js 1: …"), or only
// their numbers inside a describe of the file; a row of test.each may begin with them. A case with a test is called applied; each
// other case says why it is excluded.

const DIALECTS = readdirSync("lib/dialects").filter((name) => existsSync(`lib/dialects/${name}/UPSTREAM.md`));
const ROW = /^\| (\S+) \| (\d[\d, ]*) \| (?:[^|]+ \| )?(applied|excluded: [^|]{8,}) \|$/gm;
const CASES = /(?:\S+ )?\d+(?:, (?:\S+ )?\d+)*/.source;
const NAMES = new RegExp(`\\bdescribe\\("(\\S+)"|\\btest\\(\\s*["'](${CASES}): |\\[\\s*["'](\\S+ ${CASES})[":]`, "g");

/** "a.test.js 1, 2, b.test.js 3" as cases: "a.test.js 1", … */
function casesOf(named: string, below = ""): string[] {
  let file = below;
  return named.split(", ").map((part) => {
    const [, own, number = ""] = /^(?:(\S+) )?(\d+)$/.exec(part) ?? expect.fail(`${part} names no case`);
    file = own ?? file;
    return `${file} ${number}`;
  });
}

/** The cases that the tests in a file's text name, if the table has their file. */
function namedIn(text: string, files: Set<string>): string[] {
  let file = "";
  return [...text.matchAll(NAMES)].flatMap(([, described, title, row]) => {
    if (described !== undefined) file = described;
    const named = title ?? row;
    const cases = named === undefined ? [] : casesOf(named, file);
    return cases.filter((name) => files.has(name.replace(/ \d+$/, "")));
  });
}

describe.each(DIALECTS)("the table of %s's own cases", (dialect) => {
  const document = readFileSync(`lib/dialects/${dialect}/UPSTREAM.md`, "utf8");
  const rows = [...document.matchAll(ROW)].map(([, file = "", numbers, here]) => ({
    file,
    cases: casesOf(`${file} ${numbers}`),
    isApplied: here === "applied",
  }));
  const [applied, excluded] = [true, false].map((is) => rows.flatMap((row) => (row.isApplied === is ? row.cases : [])));
  const all = rows.flatMap(({ cases }) => cases);
  const files = new Set(rows.map(({ file }) => file));

  test("can be read in every row, and has each case once", () => {
    expect(rows).toHaveLength(document.split("\n").filter((line) => /^\| \S+ \| \d/.test(line)).length);
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
    const isCounted = document.includes("| file | cases |");
    for (const file of isCounted ? files : []) {
      const numbers = rows
        .filter((row) => row.file === file)
        .flatMap(({ cases }) => cases.map((name) => Number(name.split(" ")[1])));
      expect(
        numbers.toSorted((a, b) => a - b),
        file,
      ).toEqual(numbers.map((_, index) => index + 1));
    }
  });

  test("calls applied what has a test, once, and nothing else", () => {
    const folder = `tests/contract/${dialect}/upstream`;
    const named = readdirSync(folder).flatMap((name) => namedIn(readFileSync(`${folder}/${name}`, "utf8"), files));
    expect(named.sort()).toEqual(applied?.toSorted());
  });

  test("is counted right, there and in the README", () => {
    const counts = [all.length, applied?.length, excluded?.length];
    for (const text of [document, readFileSync(`lib/dialects/${dialect}/README.md`, "utf8")]) {
      const [, ...found] =
        /\*\*(\d+) cases,\s+of which (\d+) apply\s+and pass; (\d+) are excluded\*\*/.exec(text) ?? [];
      expect(found.map(Number)).toEqual(counts);
    }
  });
});
