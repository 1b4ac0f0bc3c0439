import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const BUILD_WITHIN_MS = 5 * 60_000;
/** Inside the project: the bundler follows no link that leads out of it. */
const COPIES = "tests/.output/deletable";
const NOT_COPIED =
  /^(node_modules|\.next|\.git|tests\/\.output|prisma\/[^/]+\.db.*|.*\.tsbuildinfo|package-lock\.json)$/;

const DIALECTS = readdirSync("lib/dialects");
/** What can be deleted, and what goes with it: its routes, its tests, and nothing else. */
const PARTS: Record<string, string> = {
  ...Object.fromEntries(DIALECTS.map((name) => [name, `lib/dialects/${name}`])),
  admin: "app/admin",
  dev: "app/dev",
};

/** Stories that can be deleted: what is theirs, and what stands on the lines that go elsewhere. */
const STORIES: Record<string, { own: RegExp; lines: RegExp }> = {
  passkeys: {
    own: /^(lib\/auth\/passkeys|lib\/web\/(passkeys|ceremony-cookie)|app\/\(auth\)\/passkeys|app\/\(app\)\/account\/(rename-)?passkeys?|app\/\.well-known\/passkey-endpoints|lib\/dialects\/[a-z]+\/passkeys|tests\/(.*\/)?(kill-stories-passkey|software-authenticator|passkeys))(\/|\.|$)/,
    lines:
      /"(@\/(lib\/auth|lib\/web|app\/\(auth\)|tests\/support)|\.)\/(passkeys|kill-stories-passkey)["/]|\b(Create)?Passkey(Button|Offer)\b|<Passkeys\b|PASSKEY_(STORIES|ROUTES)/,
  },
  "two-factor": {
    own: /^(lib\/auth\/two-factor|lib\/web\/two-factor|lib\/dialects\/[a-z]+\/two-factor|app\/\(auth\)\/(authenticator|stop-factor-reset)|app\/\(app\)\/account\/two-step|app\/admin\/factor-reset|tests\/(.*\/)?([a-z-]+-)?two-factor(-client)?)(\/|\.|$)/,
    lines:
      /"(@\/app\/\(auth\)\/authenticator|@\/app\/admin\/factor-reset|\.\/two-(factor|step)|\.\/kill-stories-two-factor)["/]|<(TwoStep|TypedStep|OtherWay|ConfirmSetup|StartForm|FactorReset)\b|\b(TWO_FACTOR_STORIES|(FACTOR|CHALLENGE|RECOVERY_CODE)_ROUTES|isTyped|handleFactor)\b|"(GET|POST) factor":/,
  },
};

/** The second step's own pages, which show what the stories offer: for nobody without any. */
const OF_ALL_STORIES = "app/(auth)/two-factor";
/** What is deleted together: each by itself, and the stories at once. */
const DELETED: Record<string, string[]> = {
  ...Object.fromEntries([...Object.keys(PARTS), ...Object.keys(STORIES)].map((name) => [name, [name]])),
  "any story that is optional": Object.keys(STORIES),
};

/** Where each dialect answers, as tests write it. */
const ROUTES: Record<string, RegExp> = {
  medusa: /["`]\/(auth\/(customer|user|token|session|verification|mfa)|store)\//,
  openauth: /["`]\/(openauth|password)\//,
  strapi: /["`]\/api\/(connect|users\/me|auth\/(local|refresh|logout|email-confirmation))/,
  supabase: /["`]\/auth\/v1\//,
};
/**
 * Tests that list addresses, and call none of them; and the client of the fault tests, which sign in through Strapi's route
 * because it needs no page first: without Strapi give them another.
 */
const LISTS_ADDRESSES = /deletable|redirects?\.unit|proxy\.test|support\/http-client/;

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

/** Deletes these parts and stories. */
function removeAll(copy: string, names: string[]): void {
  for (const name of names) if (name in PARTS) remove(copy, name);
  for (const name of names) if (name in STORIES) removeStory(copy, name);
  if (Object.keys(STORIES).every((name) => names.includes(name)))
    rmSync(join(copy, OF_ALL_STORIES), { recursive: true });
}

/** Deletes a part as its README says: the folder, the route files that import it, and the tests that bear its name. */
function remove(copy: string, name: string): void {
  const folder = PARTS[name] ?? "";
  rmSync(join(copy, folder), { recursive: true });
  const routes = filesBelow(join(copy, "app")).filter((file) => file.endsWith("route.ts"));
  const tests = filesBelow(join(copy, "tests"));
  for (const file of DIALECTS.includes(name) ? routes : []) if (imports(file, folder)) rmSync(file);
  for (const file of tests)
    if (isTestOf(file, name) || (!DIALECTS.includes(name) && imports(file, folder))) rmSync(file);
}

/** Deletes a story as its README says: what is its own, and single lines of other files. */
function removeStory(copy: string, name: string): void {
  const { own, lines } = STORIES[name] ?? { own: /^$/, lines: /^$/ };
  for (const file of [
    ...filesBelow(join(copy, "app")),
    ...filesBelow(join(copy, "lib")),
    ...filesBelow(join(copy, "tests")),
  ])
    if (own.test(relative(copy, file))) rmSync(file);
    else {
      const text = readFileSync(file, "utf8");
      if (lines.test(text) && !/contract.deletable/.test(relative(copy, file)))
        writeFileSync(
          file,
          text
            .split("\n")
            .filter((line) => !lines.test(line))
            .join("\n"),
        );
    }
}

function filesBelow(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const written = names.filter((name) => /\.tsx?$/.test(name) && !name.startsWith(".output"));
  return written.map((name) => join(folder, name));
}

function imports(file: string, folder: string): boolean {
  return new RegExp(`from "@/${folder}["/]`).test(readFileSync(file, "utf8"));
}

function isTestOf(file: string, name: string): boolean {
  return new RegExp(`/(dialects/${name}[^/]*|contract/${name}/.*)$`).test(file);
}

const bin = (copy: string, path: string, ...args: string[]) =>
  run(process.execPath, [join(process.cwd(), "node_modules", path), ...args], {
    cwd: copy,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    maxBuffer: 10_000_000,
  }).catch(({ stdout, stderr }) => expect.fail(`${stdout}${stderr}`));

test.each(Object.entries(DELETED))(
  "without %s the project still type-checks, and its rules hold",
  async (name, names) => {
    const copy = copyProject(name.replaceAll(" ", "-"));
    removeAll(copy, names);
    await bin(copy, "next/dist/bin/next", "typegen");
    await bin(copy, "typescript/bin/tsc", "--noEmit", "--project", "tests", "--incremental", "false");
    await bin(copy, "vitest/vitest.mjs", "run", "--config", "tests/vitest.config.ts", "tests/architecture");
  },
  BUILD_WITHIN_MS,
);

test.each(DIALECTS)("the tests of every other part name no route of %s", (name) => {
  const own = ROUTES[name];
  expect(own, "tell this test where the dialect answers").toBeDefined();
  const others = filesBelow("tests").filter((file) => !isTestOf(file, name) && !LISTS_ADDRESSES.test(file));
  expect(others.filter((file) => own?.test(readFileSync(file, "utf8")))).toEqual([]);
});

// One build for all of them: a build takes a minute, and what breaks one alone shows in its types.
test(
  "without any of them the project still builds",
  async () => {
    const copy = copyProject("all");
    removeAll(copy, [...Object.keys(PARTS), ...Object.keys(STORIES)]);
    await bin(copy, "next/dist/bin/next", "build");
  },
  BUILD_WITHIN_MS,
);
