import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "@/tests/support/run-command";
import { scratchFolder } from "@/tests/support/scratch";

const folder = scratchFolder("compiled");
const KEPT = join(folder, "kept/code");
afterAll(() => rmSync(folder, { recursive: true }));

/** Requires a module as Node does, or by way of what is kept, and prints what it exports or throws. */
const START = `
import { createRequire } from "node:module";
const { FILE, KEPT, VERSION, TOLD } = process.env;
if (VERSION) Object.defineProperty(process, "version", { value: VERSION });
const { runCompiled } = await import(${JSON.stringify(pathToFileURL(resolve("lib/server/compiled-code.mjs")))});
const keep = KEPT ? runCompiled(KEPT) : null;
try {
  console.log(JSON.stringify(await createRequire(import.meta.url)(FILE)));
} catch (error) {
  console.log(error.name, error.message);
}
if (TOLD && !keep) console.log("nothing to keep");
await keep?.();
`;

const MODULES = {
  "plain.js": `exports.place = new Error().stack.split("\\n")[1]; exports.isThis = this === module.exports; exports.name = __filename;
    exports.isStrict = (function () { return this === undefined; })();
    exports.value = require("./other.js").value;
    exports.require = [require.resolve("./other.js"), require.resolve.paths("x")[0], require.main ?? null, module.parent?.id ?? null,
      module.children.length, require.extensions[".js"] !== undefined, require.cache[__filename] === module];`,
  "strict.js": `"use strict"; exports.isStrict = (function () { return this === undefined; })();`,
  "importing.js": `module.exports = import("./module.mjs");`,
  "module.mjs": `export const value = 1;`,
  "undeclared.js": `export const value = 1;`,
  "command.js": `#!/usr/bin/env node\nmodule.exports = 1;`,
  "broken.js": `module.exports = {;`,
  "throwing.js": `throw new TypeError("on purpose");`,
  "other.js": `const unused = () => { ${"globalThis.sum = (globalThis.sum ?? 0) + 1;".repeat(100)} };
    if (process.env.CALL) unused(); exports.value = 1;`,
};

async function run(file: string, settings: Record<string, string> = {}): Promise<string> {
  // Modules may lie outside the folder that the site is in.
  const { code, output } = await runCommand(join(folder, "site"), join(folder, "start.mjs"), {
    FILE: `./${file}`,
    ...settings,
  });
  expect(code, output).toBe(0);
  return output;
}

/** Which file the code is in: each writing makes another. */
const kept = () => statSync(KEPT).ino;

beforeEach(() => {
  rmSync(join(folder, "kept"), { recursive: true, force: true });
  mkdirSync(join(folder, "site"), { recursive: true });
  for (const [name, text] of Object.entries({ "start.mjs": START, ...MODULES }))
    writeFileSync(join(folder, name), text);
});

describe("modules with the code of the last start", () => {
  test.each(Object.keys(MODULES))("%s is what it is for Node, at the first start and at the second", async (file) => {
    const plain = await run(file);
    expect(await run(file, { KEPT })).toBe(plain);
    expect(await run(file, { KEPT })).toBe(plain);
  });

  test("what was compiled at its first call is kept too, and written once", async () => {
    await run("plain.js", { KEPT });
    const { size } = statSync(KEPT);
    rmSync(KEPT);
    await run("plain.js", { KEPT, CALL: "yes" });
    expect(statSync(KEPT).size).toBeGreaterThan(size + 1_000);
    const first = kept();
    await run("plain.js", { KEPT, CALL: "yes" });
    expect(kept()).toBe(first);
  });

  test("a changed module runs as it is now, though it is as long as before", async () => {
    await run("plain.js", { KEPT });
    writeFileSync(join(folder, "other.js"), MODULES["other.js"].replace("value = 1", "value = 2"));
    expect(await run("plain.js", { KEPT })).toContain('"value":2');
  });

  test("code of another version, and a damaged file, are replaced", async () => {
    await run("plain.js", { KEPT, VERSION: "v0.1.0" });
    const first = kept();
    await run("plain.js", { KEPT });
    const second = kept();
    expect(second).not.toBe(first);
    const bytes = readFileSync(KEPT);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 100) ^ 1, bytes.length - 100);
    writeFileSync(KEPT, bytes);
    expect(await run("plain.js", { KEPT })).toContain('"value":1');
    expect(kept()).not.toBe(second);
  });

  test("where the code cannot be kept, modules run all the same", async () => {
    mkdirSync(join(folder, "kept/code"), { recursive: true });
    expect(await run("plain.js", { KEPT })).toContain('"value":1');
    expect(readdirSync(join(folder, "kept"))).toEqual(["code"]);
  });

  test("where nothing can ever be written, all is left to Node", async () => {
    expect(await run("plain.js", { KEPT: join(folder, "start.mjs/code"), TOLD: "yes" })).toContain("nothing to keep");
  });
});
