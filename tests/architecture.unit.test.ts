import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type SourceFile, sourceFile, sourceFiles } from "@/tests/support/source-files";

const files = [...sourceFiles("app", "lib", "emails", "prisma"), sourceFile("proxy.ts")];
const core = files.filter(({ name }) => name.startsWith("lib/auth/"));

/** What a file of lib/auth is. Whatever is not named here is a verb: one story of one user. */
const KINDS = {
  noun: [
    ...["accounts", "actors", "credentials", "rate-limit", "sessions", "signing-keys", "tokens", "users"],
    "verifications",
  ],
  shared: [
    ...["devices", "errors", "password-hash", "password-policy", "permissions", "principal", "schemas", "secrets"],
    "user-agent",
  ],
  /** Parts of several verbs. */
  step: ["access-token", "complete-sign-up", "confirm-password", "mail-code"],
};
const MAY_IMPORT: Record<string, string[]> = {
  shared: ["shared"],
  noun: ["shared"],
  step: ["shared", "noun"],
  verb: ["shared", "noun", "step"],
};

const baseName = (name: string) => path.posix.basename(name).replace(/\.tsx?$/, "");
const kindOf = (name: string) =>
  Object.entries(KINDS).find(([, names]) => names.includes(baseName(name)))?.[0] ?? "verb";
const within = (name: string, ...places: string[]) =>
  places.some((place) => name === place || name.startsWith(`${place}/`));
const names = (found: SourceFile[]) => found.map(({ name }) => name);
/** The imports that a rule forbids, as "importer -> imported". */
const offending = (of: SourceFile[], isForbidden: (imported: string, importer: string) => boolean) =>
  of.flatMap(({ name, imports }) => imports.filter((to) => isForbidden(to, name)).map((to) => `${name} -> ${to}`));
const matching = (pattern: RegExp, of = files) => names(of.filter(({ code }) => pattern.test(code)));

test("the files were found and read", () => {
  expect(files.length).toBeGreaterThan(100);
  expect(sourceFile("lib/auth/login.ts").imports).toContain("lib/auth/store/users");
  expect(sourceFile("lib/auth/login.ts").imports).toContain("lib/mail");
});

describe("dependencies point one way", () => {
  test("every noun, step and shared file that is named here exists", () => {
    const present = core.map(({ name }) => baseName(name));
    expect(
      Object.values(KINDS)
        .flat()
        .filter((name) => !present.includes(name)),
    ).toEqual([]);
  });

  test("a verb calls no verb, a noun no noun", () => {
    const forbidden = offending(core, (to, from) => {
      return within(to, "lib/auth") && !MAY_IMPORT[kindOf(from)]?.includes(kindOf(to));
    });
    expect(forbidden).toEqual([]);
  });

  test("only nouns reach the database, and commands", () => {
    const reaching = files.filter(({ imports }) => imports.includes("lib/db"));
    const isNoun = (name: string) => within(name, "lib/auth") && kindOf(name) === "noun";
    const outside = names(reaching).filter((name) => !isNoun(name) && !within(name, "lib/cli"));
    expect(outside.sort()).toEqual([
      "app/api/health/route.ts",
      "lib/web/auth-js.ts",
      "lib/server/clean-up.ts",
      "prisma/seed.ts",
    ]);
  });

  test.each([
    ["lib/auth", ["app", "lib/auth-provider", "lib/dialects", "lib/http", "lib/oauth"]],
    ["lib/oauth", ["app", "lib/auth-provider", "lib/dialects", "lib/http"]],
    ["lib/auth-provider", ["app", "lib/dialects"]],
    ["lib/http", ["app", "lib/dialects"]],
    ["lib/dialects", ["app"]],
    ["emails", ["app", "lib/auth", "lib/http", "lib/db"]],
    ["lib", ["app", "tests"]],
  ])("%s imports nothing above it", (place, above) => {
    const inside = files.filter(({ name }) => within(name, place));
    expect(inside.length).toBeGreaterThan(0);
    expect(offending(inside, (to) => within(to, ...above))).toEqual([]);
  });

  test("the core, third parties and dialects know neither Next nor React", () => {
    const inside = files.filter(({ name }) => within(name, "lib/auth", "lib/oauth", "lib/dialects"));
    expect(offending(inside, (to) => /^(next|react|react-dom|next-auth)(\/|$)/.test(to))).toEqual([]);
  });

  test("next-auth, which is a beta, is imported by one file, and its core by the third parties alone", () => {
    const importing = (pattern: RegExp) => names(files.filter(({ imports }) => imports.some((to) => pattern.test(to))));
    expect(importing(/^next-auth(\/|$)|^@auth\/prisma-adapter$/)).toEqual(["lib/web/auth-js.ts"]);
    expect(importing(/^@auth\/core(\/|$)/).filter((name) => !within(name, "lib/oauth"))).toEqual([]);
  });
});

describe("what can be deleted", () => {
  const dialects = readdirSync("lib/dialects", { withFileTypes: true }).map(({ name }) => name.replace(/\.ts$/, ""));

  test.each(dialects)("the dialect %s is imported by nothing but itself and its routes", (dialect) => {
    const home = `lib/dialects/${dialect}`;
    const outside = files.filter(({ name }) => !within(name, home) && !/^app\/.*\/route\.ts$/.test(name));
    expect(offending(outside, (to) => within(to, home))).toEqual([]);
  });

  test.each(["app/admin", "app/dev"])("%s is imported by nothing outside it", (folder) => {
    const outside = files.filter(({ name }) => !within(name, folder));
    expect(offending(outside, (to) => within(to, folder))).toEqual([]);
  });
});

describe("each thing has one place", () => {
  test("process.env is read in lib/env.ts, and by commands before there is one", () => {
    const reading = matching(/process\.env\b/).filter((name) => !within(name, "lib/cli"));
    expect(reading).toEqual(["lib/env.ts"]);
  });

  test("cookies are written in lib/http; the proxy only takes a dead one away", () => {
    const importing = names(files.filter(({ code }) => /\bcookies\b[^;]*from "next\/headers"/.test(code)));
    expect(importing.filter((name) => !within(name, "lib/http"))).toEqual([]);
    expect(importing.length).toBeGreaterThan(0);
    expect(
      matching(/\b(httpOnly|sameSite)\s*:|;\s*(HttpOnly|SameSite)/).filter((name) => !within(name, "lib/http")),
    ).toEqual([]);
    expect(matching(/cookies\.set\(/).filter((name) => !within(name, "lib/http"))).toEqual([]);
    expect(matching(/cookies\.delete\(/).filter((name) => !within(name, "lib/http"))).toEqual(["proxy.ts"]);
  });

  test("top-level folders are those of the layout", () => {
    const ignored = [".git", ".next", "node_modules"];
    const folders = readdirSync(".", { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const unexpected = folders.map(({ name }) => name).filter((name) => !ignored.includes(name));
    expect(unexpected.filter((name) => ![".ci", "app", "emails", "lib", "prisma", "tests"].includes(name))).toEqual([]);
  });

  test("a file fits in the head: at most two hundred lines", () => {
    const long = files.filter(({ text }) => text.split("\n").length > 200);
    expect(names(long)).toEqual([]);
  });

  test("nothing only passes on what other files export", () => {
    const inner = files.filter(({ name }) => !/^app\/.*\/route\.ts$/.test(name));
    expect(matching(/^export\s+(\*|\{[^}]*\}|type\s*\{[^}]*\})[^;]*from\s/m, inner)).toEqual([]);
  });
});

describe("server actions", () => {
  const actions = files.filter(({ code }) => /^\s*["']use server["']/m.test(code));
  const exportsOf = ({ code }: SourceFile) => code.match(/^export\b.*$/gm) ?? [];

  test("live in four files", () => {
    const expected = [
      "app/(app)/actions.ts",
      "app/(auth)/actions.ts",
      "app/admin/actions.ts",
      "lib/auth-provider/actions.ts",
    ];
    expect(names(actions).sort()).toEqual(expected);
    for (const { code } of actions) expect(code.trimStart()).toMatch(/^"use server";/);
  });

  test("are async functions, each of them (S-11)", () => {
    for (const file of actions) {
      expect(exportsOf(file).length).toBeGreaterThan(0);
      for (const line of exportsOf(file)) expect(line).toMatch(/^export async function \w+\(/);
    }
  });

  test("of the signed-in ask who is calling before anything else (S-11, CSRF-12)", () => {
    for (const { name, code } of actions.filter(({ name }) => /\((app)\)|admin/.test(name))) {
      const bodies = code.split(/^export async function \w+\([^)]*\)[^{]*\{/m).slice(1);
      expect(bodies.length, name).toBeGreaterThan(0);
      for (const body of bodies) expect(body.trimStart(), name).toMatch(/^return signedInAction\(/);
    }
  });

  test("of visitors parse what they are given before anything else (S-11)", () => {
    const visitors = sourceFile("app/(auth)/actions.ts")
      .code.split(/^export async function \w+\([^)]*\)[^{]*\{/m)
      .slice(1);
    for (const body of visitors) expect(body.trimStart()).toMatch(/^return (providerAction|visitorAction)\(/);
    const provider = sourceFile("lib/auth-provider/actions.ts")
      .code.split(/^export async function \w+\([^)]*\)[^{]*\{/m)
      .slice(1);
    for (const body of provider) expect(body.trim()).toMatch(/^return authProvider\.\w+\((params)?\);\s*\}$/);
  });
});

describe("what no file does", () => {
  test.each([
    ["say `any`", /:\s*any\b|\bas any\b|<any>|\bany\[\]/],
    ["put text into SQL (I-12, S-11)", /\$(queryRawUnsafe|executeRawUnsafe)/],
    ["write HTML past React (S-11)", /dangerouslySetInnerHTML|\.innerHTML\s*=/],
    ["link accounts by address (O-15)", /allowDangerousEmailAccountLinking/],
    ["leave debugging on", /\bdebug:\s*true|\bdebugger\b/],
    ["fall back to a secret of its own (S-01)", /AUTH_SECRET\s*(\?\?|\|\|)/],
    ["run text as code", /\beval\(|new Function\(/],
  ])("%s", (_, pattern) => {
    expect(matching(pattern)).toEqual([]);
  });

  test("silence the compiler", () => {
    expect(names(files.filter(({ text }) => /@ts-(ignore|nocheck|expect-error)/.test(text)))).toEqual([]);
  });

  test("leave work for later in the core", () => {
    const inside = files.filter(({ name }) => within(name, "lib/auth", "lib/oauth", "lib/http", "lib/dialects"));
    expect(names(inside.filter(({ text }) => /\b(TODO|FIXME|XXX)\b/.test(text)))).toEqual([]);
  });

  test("give text to a raw identifier, but for a column's own name", () => {
    expect(matching(/Prisma\.raw\(/)).toEqual(["lib/auth/store/users.ts"]);
  });
});
