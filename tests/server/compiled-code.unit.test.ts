import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, expect, test } from "vitest";

const COMPILED_CODE = pathToFileURL(join(import.meta.dirname, "../../lib/server/compiled-code.mjs")).href;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-compiled-"));
  write(
    "start.mjs",
    `import { createRequire } from "node:module";
import { compileFromKept } from ${JSON.stringify(COMPILED_CODE)};
const keep = compileFromKept("kept");
console.log(createRequire(import.meta.url)("./greet.cjs").greet());
keep();
`,
  );
  write("greet.cjs", `exports.greet = () => "hello " + require("./name.cjs").name();\n`);
  write("name.cjs", `exports.name = () => "alice";\n`);
});

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const start = () => execFileSync(process.execPath, ["start.mjs"], { cwd: folder, encoding: "utf8" }).trim();

/** Each file that is kept, with the number that a file written anew has another of. */
function kept(): Map<string, number> {
  const [version = ""] = readdirSync(join(folder, "kept"));
  const files = readdirSync(join(folder, "kept", version)).map((name) => join(folder, "kept", version, name));
  return new Map(files.map((file) => [file, statSync(file).ino]));
}

test("a second start runs what the first one kept, and keeps nothing anew", () => {
  expect(start()).toBe("hello alice");
  const first = kept();
  expect(first.size).toBe(2);
  expect(start()).toBe("hello alice");
  expect(kept()).toEqual(first);
});

test("a file that changed runs as it is now, also where it is as long as before", () => {
  start();
  write("name.cjs", `exports.name = () => "carol";\n`);
  expect(start()).toBe("hello carol");
});

test("what is kept but damaged is compiled and kept anew", () => {
  start();
  const first = kept();
  for (const file of first.keys()) writeFileSync(file, "not what V8 wrote");
  expect(start()).toBe("hello alice");
  expect([...kept().keys()]).toEqual([...first.keys()]);
  expect([...kept().values()]).not.toEqual([...first.values()]);
});

test("an error says the line and the column of the file", () => {
  write("name.cjs", `exports.name = () => new Error("here").stack.match(/name\\.cjs:\\d+:\\d+/)[0];\n`);
  expect(start()).toBe("hello name.cjs:1:22");
  expect(start()).toBe("hello name.cjs:1:22");
});

test("where nothing can be kept, all runs as ever", () => {
  write("kept", "a file, where the folder should be");
  expect(start()).toBe("hello alice");
});
