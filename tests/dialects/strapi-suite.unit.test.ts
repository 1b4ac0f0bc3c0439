import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const DOCUMENT = "lib/dialects/strapi/SUITE.md";
const SUITE = "tests/contract/strapi/upstream";

/** "a.test.js 1, 2, b.test.js 3" as cases: "a.test.js 1", … */
function casesOf(named: string): string[] {
  let file = "";
  return named.split(", ").map((part) => {
    const [, own, number = ""] = /^(?:(\S+) )?(\d+)$/.exec(part) ?? expect.fail(`${part} names no case`);
    file = own ?? file;
    return `${file} ${number}`;
  });
}

const document = readFileSync(DOCUMENT, "utf8");
const rows = [...document.matchAll(/^\| (\S+\.[jt]s) \| ([\d, ]+) \| [^|]+ \| (applied|excluded: [^|]{10,}) \|$/gm)];
const listed = rows.map(([, file, numbers, here = ""]) => ({ cases: casesOf(`${file} ${numbers}`), here }));
const [applied, excluded] = [true, false].map((is) =>
  listed.filter(({ here }) => (here === "applied") === is).flatMap(({ cases }) => cases),
);

test("the table lists each case of each file once, and every row of it can be read", () => {
  expect(rows).toHaveLength(document.split("\n").filter((line) => /^\| .*\.[jt]s \|/.test(line)).length);
  const all = listed.flatMap(({ cases }) => cases);
  expect(new Set(all).size).toBe(all.length);
  for (const file of new Set(all.map((name) => name.split(" ")[0]))) {
    const numbers = all.filter((name) => name.startsWith(`${file} `)).map((name) => Number(name.split(" ")[1]));
    expect(
      numbers.sort((a, b) => a - b),
      file,
    ).toEqual(numbers.map((_, n) => n + 1));
  }
});

test("what it calls applied is what the tests ask", () => {
  const sources = readdirSync(SUITE).map((file) => readFileSync(`${SUITE}/${file}`, "utf8"));
  const named = sources.flatMap((text) => [...text.matchAll(/test\(\s*"(\S+\.test\.[^:]+): /g)]);
  expect(named.flatMap(([, cases = ""]) => casesOf(cases)).sort()).toEqual(applied?.toSorted());
});

test("both documents give its counts", () => {
  const counts = [applied?.length, excluded?.length];
  for (const text of [document, readFileSync("lib/dialects/strapi/README.md", "utf8")]) {
    const [, all, ...parts] =
      /\*\*(\d+) cases,\s+of which (\d+) apply and pass; (\d+) are excluded\*\*/.exec(text) ?? [];
    expect(parts.map(Number)).toEqual(counts);
    expect(Number(all)).toBe((applied?.length ?? 0) + (excluded?.length ?? 0));
  }
});
