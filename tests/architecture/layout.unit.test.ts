import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { expectNone } from "./expect-none";
import { FILES, namesOf, saying, within } from "./project";

const FOLDERS = [".ci", ".github", "app", "emails", "lib", "prisma", "tests"];
const TOP_LEVEL_FILES = [
  ...["package.json", "package-lock.json", "tsconfig.json", "next.config.mjs", "prisma.config.ts", "proxy.ts"],
  ...["instrumentation.ts", "biome.json", "postcss.config.mjs", "Dockerfile", "compose.yaml", "LICENSE"],
  ...["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "ARCHITECTURE.md"],
  ...[".env.example", ".gitignore", ".npmrc", ".dockerignore", ".nvmrc", ".editorconfig", ".gitattributes"],
];
const MOST_LINES = 200;
const MOST_LOOSE_FILES = 10;
const MOST_STORIES = 22;

/** The names in a folder, without files that runs of tests and builds leave there. */
const contentsOf = (folder: string, isDirectory: boolean) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() === isDirectory)
    .map(({ name }) => name);

describe("the house has the rooms of its plan", () => {
  test("top-level folders and files are those of the design", () => {
    const ignored = [".git", ".next", "node_modules"];
    const folders = contentsOf(".", true).filter((name) => !ignored.includes(name));
    expect(folders.filter((name) => !FOLDERS.includes(name))).toEqual([]);
    if (!existsSync(".git")) return;
    const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
      encoding: "utf8",
    });
    const files = listed.split("\n").filter((name) => name && !name.includes("/"));
    expect(files.filter((name) => !TOP_LEVEL_FILES.includes(name))).toEqual([]);
  });

  test("lib has few loose files, and lib/auth few stories", () => {
    expect(contentsOf("lib", false).length).toBeLessThanOrEqual(MOST_LOOSE_FILES);
    expect(contentsOf("lib/auth", false).length).toBeLessThanOrEqual(MOST_STORIES);
  });

  test("dialects are alike: a route table, its errors, its sessions, and a document", () => {
    const missing = contentsOf("lib/dialects", true).flatMap((dialect) =>
      ["index.ts", "errors.ts", "session.ts", "README.md"]
        .map((name) => `lib/dialects/${dialect}/${name}`)
        .filter((name) => !existsSync(name)),
    );
    expectNone("no dialect unlike the others", missing);
  });

  test("a file fits in the head: at most two hundred lines", () => {
    expect(namesOf(FILES.filter(({ text }) => text.split("\n").length > MOST_LINES + 1))).toEqual([]);
  });
});

describe("each thing has one place", () => {
  test("process.env is read in lib/env.ts, and by commands and the server before there is one", () => {
    const reading = saying(/process\.env\b/).filter((name) => !within(name, "lib/cli", "lib/server/start.mjs"));
    expect(reading).toEqual(["lib/env.ts"]);
  });

  test("values of the whole process live in lib/singleton.ts", () => {
    expectNone(
      "no other global",
      // start.mjs runs before any bundle of ours.
      saying(/\bglobalThis\b/).filter((name) => !/^lib\/(singleton\.ts|server\/start\.mjs)$/.test(name)),
    );
  });

  test("the icons are not drawn anew at run time, where reading SVG is blocked", () => {
    expectNone("no revalidation of the root", saying(/\brevalidatePath\("\/", "layout"\)/));
  });

  test("cookies are written in lib/web and lib/wire; the proxy only takes a dead one away", () => {
    const others = (pattern: RegExp) => saying(pattern).filter((name) => !within(name, "lib/web", "lib/wire"));
    const framework = /import [^;]*\bcookies\b[^;]* from "next\/headers"/;
    expect(saying(framework).length).toBeGreaterThan(0);
    expect(others(framework)).toEqual([]);
    expect(others(/\b(httpOnly|sameSite)\s*:|;\s*(HttpOnly|SameSite)/)).toEqual([]);
    expect(others(/cookies\.set\(/)).toEqual([]);
    expect(others(/cookies\.delete\(/)).toEqual(["proxy.ts"]);
  });
});

describe("what no file does", () => {
  test.each([
    ["say `any`", /:\s*any\b|\bas any\b|<any>|\bany\[\]/],
    ["put text into SQL", /\$(queryRawUnsafe|executeRawUnsafe)/],
    ["write HTML past React", /dangerouslySetInnerHTML|\.innerHTML\s*=/],
    ["link accounts by address", /allowDangerousEmailAccountLinking/],
    ["write SQL in a template of Prisma's, where a part of it would be a value", /\$(query|execute)Raw(<[^`(]*>)?`/],
    ["leave debugging on", /\bdebug:\s*true|\bdebugger\b/],
    ["fall back to a secret of its own", /AUTH_SECRET\s*(\?\?|\|\|)/],
    ["run text as code", /\beval\(|new Function\(/],
  ])("%s", (_, pattern) => {
    expect(saying(pattern)).toEqual([]);
  });

  test("silence the compiler", () => {
    expect(namesOf(FILES.filter(({ text }) => /@ts-(ignore|nocheck|expect-error)/.test(text)))).toEqual([]);
  });

  test("leave work for later below the pages", () => {
    const inside = FILES.filter(({ name }) => within(name, "lib"));
    expect(namesOf(inside.filter(({ text }) => /\b(TODO|FIXME|XXX)\b/.test(text)))).toEqual([]);
  });

  test("give text to a raw identifier, but for a column's own name", () => {
    expect(saying(/\bsql\.raw\(/)).toEqual(["lib/auth/store/sessions.ts", "lib/db/clean-up.ts"]);
  });
});
