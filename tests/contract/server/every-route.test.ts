import { readdirSync } from "node:fs";
import { expect, inject, test } from "vitest";
import { HttpClient } from "@/tests/support/http-client";
import { type SourceFile, sourceFiles } from "@/tests/support/source-files";

// Three rules for every address that a route file answers, and every one in a dialect's table: an interface answers no program
// with a page, a 401 names its scheme (RFC 9110, 15.5.2), a 405 names the allowed methods (RFC 9110, 15.5.6).

const { url } = inject("server");
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];
/** Addresses to which people's browsers are sent, so that the answers may be pages. */
const FOR_PEOPLE = /^\/(password|openauth\/authorize|dev|connect|your-data)(\/|$)/;
const AT_ONCE = 8;

/** Addresses for a route file: any word for `[part]`; none, one and three for `[[...parts]]`. */
function addressesOf({ name }: SourceFile): string[] {
  const path = name
    .replace(/^app/, "")
    .replace(/\/route\.ts$/, "")
    .replace(/\/\([^)]*\)/g, "");
  const rest = /\/\[{1,2}\.\.\.\w+\]{1,2}$/;
  const ends = rest.test(path) ? ["", "/x", "/x/y/z"] : [""];
  return ends.map((end) => path.replace(rest, "").replace(/\[\w+\]/g, "x") + end);
}

/** The addresses in the tables of a dialect, below each of its prefixes. */
function addressesIn(files: SourceFile[]): string[] {
  const all = (pattern: RegExp) =>
    files.flatMap(({ code }) => [...code.matchAll(pattern)].map(([, found = ""]) => found));
  const paths = all(/"(?:GET|POST|PUT|PATCH|DELETE) ([^"]+)":/g).map((path) => path.replace(/\[\w+\]/g, "x"));
  return all(/\brouter\(\w+, "([^"]*)"/g).flatMap((prefix) => paths.map((path) => `${prefix}/${path}`));
}

const routeFiles = sourceFiles("app").filter(({ name }) => name.endsWith("/route.ts"));
const tables = readdirSync("lib/dialects").map((name) => sourceFiles(`lib/dialects/${name}`));
const [own, inTables] = [routeFiles.flatMap(addressesOf), tables.flatMap(addressesIn)];

/** The problem of an answer, or null. */
async function problemOf(method: string, path: string, accept: string): Promise<string | null> {
  const { status, headers, text } = await new HttpClient(url).ask(path, { method, headers: { accept } });
  const wrong = (what: string) => `${method} ${path} for ${accept}: ${status} ${what}`;
  if (status >= 500) return wrong("is our fault");
  if (status === 401 && !headers.has("www-authenticate")) return wrong("names no scheme");
  if (status === 405 && !headers.get("allow")) return wrong("names no method");
  if (FOR_PEOPLE.test(path)) return null;
  if (status >= 400 && method !== "HEAD" && text === "") return wrong("does not say why");
  return headers.get("content-type")?.startsWith("text/html") ? wrong("is a page") : null;
}

test("every route answers every method as a program can read it", async () => {
  for (const table of tables) expect(addressesIn(table).length, table[0]?.name).toBeGreaterThan(5);
  // A browser is most likely to get a page. The server knows a script of our pages by what it accepts.
  const asBrowser = [...new Set([...own, ...inTables])].map((path) => [path, "text/html"] as const);
  const asScript = own.map((path) => [path, "application/json"] as const);
  const asked = [...asBrowser, ...asScript].flatMap(([path, accept]) =>
    METHODS.map((method) => [method, path, accept] as const),
  );
  const problems: string[] = [];
  while (asked.length > 0) {
    const answers = await Promise.all(asked.splice(0, AT_ONCE).map((one) => problemOf(...one)));
    problems.push(...answers.filter((problem) => problem !== null));
  }
  expect(problems).toEqual([]);
}, 120_000);

test("an address with a slash too many leads to the right one, in a text that says that it is one", async () => {
  for (const path of ["/api/me/", "/login/"]) {
    const { status, headers } = await new HttpClient(url).ask(path);
    expect([status, headers.get("location")], path).toEqual([308, path.slice(0, -1)]);
    expect(headers.get("content-type"), path).toMatch(/^text\/plain/);
  }
});
