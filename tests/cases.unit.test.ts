import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const text = readFileSync("tests/CASES.md", "utf8");
const rows = [...text.matchAll(/^\| ([A-Z]+)-\d\d \| (.+?) \| (.+) \|$/gm)];
const filesIn = (cell = "") => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => `tests/${name}`);

test("every case names tests that are there", () => {
  expect(rows.length).toBeGreaterThan(200);
  for (const [row, , , cell] of rows) {
    expect(filesIn(cell).length, row).toBeGreaterThan(0);
    expect(filesIn(cell).filter((name) => !existsSync(name))).toEqual([]);
  }
});

test("no test carries an id that only the table explains", () => {
  const id = new RegExp(`\\b(${[...new Set(rows.map(([, prefix]) => prefix))].join("|")})-\\d\\d\\b`);
  const files = readdirSync("tests", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(test|spec)\.tsx?$/.test(entry.name))
    .map((entry) => path.posix.join(entry.parentPath.replaceAll(path.sep, "/"), entry.name))
    .filter((name) => !name.startsWith("tests/.output/"));
  expect(files.length).toBeGreaterThan(60);
  const carrying = files.filter((name) => id.test(readFileSync(name, "utf8")));
  expect(carrying).toEqual([]);
});
