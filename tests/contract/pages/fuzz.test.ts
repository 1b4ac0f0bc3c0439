import fc from "fast-check";
import { beforeAll, expect, inject, test } from "vitest";
import { entries } from "@/tests/support/api-rules";
import { attributeOf, HttpClient } from "@/tests/support/http-client";
import { adminUser, PASSWORD, session, verifiedUser } from "@/tests/support/people";
import { sourceFiles } from "@/tests/support/source-files";

// The test posts every form of every page, as a visitor and as an admin, with values that no field expects.

const { url } = inject("server");
/** Each run sends the same requests, so that a failure can be repeated. */
const SEED = 20_261_129;
const ROUNDS = 150;
const TOKEN = "A".repeat(43);

type Form = { path: string; signedIn: boolean; hidden: [string, string][]; fields: string[]; files: string[] };

/** The addresses of our pages, with the parameters that some of them read. */
const PAGES = sourceFiles("app")
  .filter(({ name }) => name.endsWith("/page.tsx") && !name.startsWith("app/dev"))
  .map(({ name }) => name.replace(/^app|\/page\.tsx$|\/\([^)]*\)/g, "").replace(/\[\w+\]/, "google") || "/")
  .map((path) => `${path}?token=${TOKEN}&to=/account`);

const newSession = async () => (await session(await adminUser())).token;

/** The forms of a page: the address of each, its hidden inputs, and its fields. */
async function formsOf(path: string, client: HttpClient, signedIn: boolean): Promise<Form[]> {
  const { text } = await client.get(path);
  return (text.match(/<form.*?<\/form>/gs) ?? []).map((form) => {
    const inputs = (form.match(/<(input|select|textarea|button)\b[^>]*\sname="[^>]*>/g) ?? []).map((tag) => ({
      name: attributeOf(tag, "name"),
      type: attributeOf(tag, "type"),
      value: attributeOf(tag, "value"),
    }));
    return {
      path: attributeOf(form.slice(0, form.indexOf(">") + 1), "action") || path,
      signedIn,
      hidden: inputs.filter(({ type }) => type === "hidden").map(({ name, value }) => [name, value]),
      fields: inputs.filter(({ name, type }) => type !== "file" && !name.startsWith("$ACTION")).map(({ name }) => name),
      files: inputs.filter(({ type }) => type === "file").map(({ name }) => name),
    };
  });
}

let forms: Form[];
beforeAll(async () => {
  const visitor = new HttpClient(url);
  const admin = new HttpClient(url, { session: await newSession() });
  const found = [];
  for (const path of PAGES) {
    found.push(...(await formsOf(path, visitor, false)), ...(await formsOf(path, admin, true)));
  }
  const nameOf = ({ path, signedIn, hidden, fields }: Form) => JSON.stringify([path, signedIn, hidden.length, fields]);
  forms = [...new Map(found.map((form) => [nameOf(form), form])).values()];
}, 60_000);

/** A file of any bytes after the first of a PNG's, with a picture's type or another. */
const file = fc
  .tuple(fc.uint8Array({ maxLength: 2_000 }), fc.constantFrom("image/png", "image/svg+xml", "text/html", ""))
  .map(([bytes, type]) => new File([new Uint8Array([0x89, 0x50, 0x4e, 0x47, ...bytes])], "a\u0000/../b.png", { type }));

const posted = fc.nat(10_000).chain((number) => {
  const { path, signedIn, hidden, fields, files } = forms[number % forms.length] ?? expect.fail("there are no forms");
  const names = [...fields, "role", "id", "emailVerified", "$ACTION_KEY", "__proto__"];
  return fc.record({
    path: fc.constant(path),
    signedIn: fc.constant(signedIn),
    // Most forms keep their hidden inputs, or they would reach no action.
    hidden: fc.oneof({ weight: 4, arbitrary: fc.constant(hidden) }, fc.subarray(hidden)),
    pairs: entries(names, fc.constantFrom<unknown>(PASSWORD, "alice@example.com", "on", "admin")),
    files: fc.array(fc.tuple(fc.constantFrom(...files, "picture"), file), { maxLength: files.length }),
    encoding: fc.oneof({ weight: 8, arbitrary: fc.constant("multipart") }, fc.constantFrom("form", "cut multipart")),
  });
});

type Posted = typeof posted extends fc.Arbitrary<infer Value> ? Value : never;

/** The form in a browser's encoding, or cut off in the middle. */
async function bodyOf({ hidden, pairs, files, encoding }: Posted): Promise<{ body: BodyInit; type?: string }> {
  const texts = [...hidden, ...pairs].map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  if (encoding === "form") return { body: new URLSearchParams(texts) };
  const form = new FormData();
  for (const [name, value] of texts) form.append(name, value);
  for (const [name, value] of files) form.append(name, value);
  if (encoding === "multipart") return { body: form };
  const whole = new Response(form);
  const bytes = await whole.arrayBuffer();
  return { body: bytes.slice(0, bytes.byteLength / 2), type: whole.headers.get("content-type") ?? "" };
}

test(`${ROUNDS} posts of forms that were filled in badly: none is our fault, and afterwards all is well`, async () => {
  const paths = forms.map(({ path }) => path.split("?")[0]);
  expect(paths).toEqual(expect.arrayContaining(["/login", "/register", "/account"]));
  const property = fc.asyncProperty(posted, async (sent) => {
    const client = new HttpClient(url, { session: sent.signedIn ? await newSession() : undefined });
    const { body, type } = await bodyOf(sent);
    const headers = { accept: "text/html", origin: url, ...(type && { "content-type": type }) };
    const { status, text } = await client.ask(sent.path, { method: "POST", body, headers });
    expect(status === 503 ? 0 : status, sent.path).toBeLessThan(500);
    expect(text).not.toMatch(/node_modules|PrismaClient|SQLITE_|at .+\(.+:\d+:\d+\)/);
  });
  await fc.assert(property, { seed: SEED, numRuns: ROUNDS });

  const user = await verifiedUser();
  const login = await new HttpClient(url).submit("/login", "Sign in", { email: user.email, password: PASSWORD });
  expect(login.headers.get("location")).toBe("/dashboard");
}, 120_000);
