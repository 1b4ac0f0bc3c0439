import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const BUILD_WITHIN_MS = 5 * 60_000;
/** Inside the project: the bundler follows no link that leads out of it. */
const COPIES = "tests/.output/deletable";
const NOT_COPIED =
  /^(node_modules|\.next|\.git|tests\/\.output|prisma\/[^/]+\.db.*|.*\.tsbuildinfo|package-lock\.json)$/;

/** What can be deleted, and what goes with it: the routes and tests that import it, and nothing else. */
const PARTS: Record<string, string> = {
  ...Object.fromEntries(readdirSync("lib/dialects").map((name) => [name, `lib/dialects/${name}`])),
  admin: "app/admin",
  dev: "app/dev",
};

beforeAll(() => rmSync(COPIES, { recursive: true, force: true }));
afterAll(() => rmSync(COPIES, { recursive: true, force: true }));

function copyProject(name: string): string {
  const copy = join(COPIES, name);
  copyFolder(".", copy);
  symlinkSync(join(process.cwd(), "node_modules"), join(copy, "node_modules"), "junction");
  return copy;
}

function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const path = join(from, entry.name);
    if (NOT_COPIED.test(path)) continue;
    if (entry.isDirectory()) copyFolder(path, join(to, entry.name));
    else copyFileSync(path, join(to, entry.name));
  }
}

function remove(copy: string, folder: string): void {
  rmSync(join(copy, folder), { recursive: true });
  for (const root of ["app", "tests"])
    for (const path of readdirSync(join(copy, root), { recursive: true, encoding: "utf8" })) {
      const file = join(copy, root, path);
      if (/\.tsx?$/.test(file) && new RegExp(`@/${folder}["/]`).test(readFileSync(file, "utf8"))) rmSync(file);
    }
}

const bin = (copy: string, path: string, ...args: string[]) =>
  run(process.execPath, [join(process.cwd(), "node_modules", path), ...args], {
    cwd: copy,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    maxBuffer: 10_000_000,
  }).catch(({ stdout, stderr }) => expect.fail(`${stdout}${stderr}`));

test.each(Object.entries(PARTS))(
  "without %s the project still type-checks",
  async (name, folder) => {
    const copy = copyProject(name);
    remove(copy, folder);
    await bin(copy, "next/dist/bin/next", "typegen");
    await bin(copy, "typescript/bin/tsc", "--noEmit", "--incremental", "false");
  },
  BUILD_WITHIN_MS,
);

// One build for all of them: a build takes a minute, and what breaks one alone shows in its types.
test(
  "without any of them the project still builds",
  async () => {
    const copy = copyProject("all");
    for (const folder of Object.values(PARTS)) remove(copy, folder);
    await bin(copy, "next/dist/bin/next", "build");
  },
  BUILD_WITHIN_MS,
);
