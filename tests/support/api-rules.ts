import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { login } from "@/lib/auth/login";
import { type ApiServer, SHOP } from "./api-server";
import type { Answer } from "./http-client";
import { client, links, other, PASSWORD, verifiedUser } from "./people";

/** The properties of an interface that the tests of all interfaces need. */
export type ApiUnderTest = {
  server(): ApiServer;
  /** The names in a preflight's answer, at this path. */
  cors: { path: string; methods: string; headers: string };
  /** Routes that take JSON. */
  jsonRoutes: string[];
  /** Further paths that are posted to, and further fields that they read. */
  paths: string[];
  fields: string[];
  /** Paths that lead nowhere. */
  oddPaths: string[];
  /** A path that answers people who are signed in. */
  protectedPath: string;
  /** A token that the interface accepts. */
  bearer(): Promise<string>;
  /** Signs in, and returns the status. */
  signIn(email: string, password: string): Promise<number>;
};

export const FOREIGN_ORIGINS = [
  "https://evil.example",
  "null",
  "https://shop.example.com.evil.example",
  "https://evilshop.example.com",
  "http://shop.example.com",
  "https://shop.example.com:8443",
];

/** A preflight of a page of this origin. */
const preflight = (server: ApiServer, path: string, origin: string, headers = "authorization") =>
  server.call("OPTIONS", path, {
    headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": headers },
  });

/** Expects that a page of a foreign origin learns nothing at this path. */
export async function expectClosed(server: ApiServer, path: string): Promise<void> {
  for (const origin of FOREIGN_ORIGINS)
    for (const answer of [
      await preflight(server, path, origin),
      await server.call("GET", path, { headers: { origin } }),
    ])
      expect(answer.headers.get("access-control-allow-origin"), `${path} ${origin}`).toBeNull();
}

const FIELDS = ["email", "password", "data", "type", "token", "metadata", "code"];
/** Each run of the tests sends the same requests, so that a failure is found again. */
const SEED = 20_261_129;
const ROUNDS = 250;

/** Values that no field is made for, and values that are nearly right. */
const value = fc.oneof(
  fc.constantFrom<unknown>(
    ...["' OR 1=1--", '"; DROP TABLE "User";--', "%_\\$$", "../..", "\u0000", "\ud800", "𝕒@example.com"],
  ),
  fc.constantFrom<unknown>(1e308, "a".repeat(10_000), { toString: 1 }, [[]], { __proto__: { a: 1 } }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.emailAddress(),
  fc.uuid(),
);

/** Some of these fields, in any order and also twice, with values of any kind. `right`: values that a field could be made for. */
export function entries(fields: string[], right: fc.Arbitrary<unknown> = fc.constant("")) {
  return fc.array(fc.tuple(fc.constantFrom(...fields), fc.oneof({ weight: 3, arbitrary: value }, right)), {
    maxLength: 8,
  });
}

/** JSON text, so that a field may come twice. */
const jsonOf = (pairs: [string, unknown][]) =>
  `{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`;

const parametersOf = (pairs: [string, unknown][]) =>
  new URLSearchParams(pairs.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]));

/** The encoding of a body: JSON, JSON that is cut off, a form, or bytes that are no text. */
type Sent = [type: string, body: string | Buffer<ArrayBuffer>];
const ENCODINGS = {
  json: (pairs: [string, unknown][]): Sent => ["application/json", jsonOf(pairs)],
  "cut json": (pairs: [string, unknown][]): Sent => ["application/json", jsonOf(pairs).slice(0, -1)],
  form: (pairs: [string, unknown][]): Sent => ["application/x-www-form-urlencoded", parametersOf(pairs).toString()],
  bytes: (pairs: [string, unknown][]): Sent => [
    "application/json; charset=utf-8",
    Buffer.from(`${jsonOf(pairs)}\xff`, "latin1"),
  ],
} as const;

const LONGEST_ADDRESS = 4_000;
const BODILESS = ["GET", "HEAD"];

/**
 * An interface for random requests. `usual` is a body that it accepts; `headers` are a stranger's, or those of a client that
 * has begun something.
 */
type Fuzzed = {
  server: ApiServer;
  paths: string[];
  fields: string[];
  known?: string[];
  usual: keyof typeof ENCODINGS;
  headers: Record<string, string>[];
  oddPaths: string[];
};

function request({ paths, fields, known = [], usual, headers }: Fuzzed) {
  // Words that mean something to the interface, so that the requests get past its first check.
  const right = known.length > 0 ? fc.constantFrom(...known) : undefined;
  return fc.record({
    path: fc.constantFrom(...paths),
    method: fc.oneof({ weight: 5, arbitrary: fc.constant("POST") }, fc.constantFrom("GET", "PUT", "PATCH", "DELETE")),
    encoding: fc.oneof(
      { weight: 5, arbitrary: fc.constant(usual) },
      fc.constantFrom(...(Object.keys(ENCODINGS) as (keyof typeof ENCODINGS)[])),
    ),
    pairs: entries(fields, right),
    query: entries(fields, right),
    from: fc.constantFrom(...headers),
  });
}

/** Expects that no request makes the server fail, or reveal how it is built. */
export async function expectNoFailure(fuzzed: Fuzzed): Promise<void> {
  const { server, oddPaths } = fuzzed;
  const sent = fc.asyncProperty(request(fuzzed), async ({ path, method, encoding, pairs, from, ...asked }) => {
    const [type, body] = ENCODINGS[encoding](pairs);
    const query = parametersOf(asked.query);
    const headers = { "content-type": type, ...from };
    const init = BODILESS.includes(method) ? { method, headers: from } : { method, body, headers };
    const answer = await server.ask(`${path}?${query}`.slice(0, LONGEST_ADDRESS), init);
    expect(answer.status).toBeLessThan(500);
    expect(answer.text).not.toMatch(/prisma|node_modules|at .*\.(js|ts):|SQLITE/i);
  });
  await fc.assert(sent, { seed: SEED, numRuns: ROUNDS });
  for (const path of oddPaths)
    for (const method of ["GET", "POST", "PUT", "DELETE"])
      expect((await server.call(method, path)).status, `${method} ${path}`).toBeLessThan(500);
  expect(server.output()).not.toMatch(/unhandledRejection|unhandled rejection|request failed/);
}

/** Holds an interface to the rules of all: other origins, bodies, odd input, and the limits of every surface. */
export function describeApiRules(api: ApiUnderTest): void {
  const { cors, jsonRoutes } = api;
  const jsonBody = JSON.stringify({ email: "a@example.com", password: PASSWORD });

  describe("other origins", () => {
    test("are told nothing when foreign, and what clients send when allowed", async () => {
      await expectClosed(api.server(), cors.path);
      const answer = await preflight(api.server(), cors.path, SHOP, "x-anything");
      expect([answer.status, answer.text]).toEqual([204, ""]);
      expect(answer.headers.get("access-control-allow-methods")).toBe(cors.methods);
      expect(answer.headers.get("access-control-allow-headers")).toBe(cors.headers);
    });
  });

  describe("bad input", () => {
    test.each(jsonRoutes)("%s takes JSON objects and nothing else", async (path) => {
      const forms = ["application/x-www-form-urlencoded", "multipart/form-data"];
      for (const type of ["text/plain", ...forms, "application/xml", ""]) {
        const answer = await api.server().call("POST", path, { body: jsonBody, headers: { "content-type": type } });
        expect(answer.status, type).toBe(415);
        expect(answer.headers.get("content-type")).toContain("application/json");
      }
      for (const body of ["null", "[]", '"x"', "{", '{"a":1,}', "NaN", '{"email":"a\u0000"}'])
        expect((await api.server().call("POST", path, { body })).status, body).toBe(400);
      const empty = await api.server().call("POST", path, { headers: { "content-type": "application/json" } });
      expect(empty.status).toBeGreaterThanOrEqual(400);
      expect(empty.status).toBeLessThan(500);
    });

    test("what is too large or compressed is refused unread", async () => {
      const [path = ""] = jsonRoutes;
      const body = JSON.stringify({ email: "a".repeat(103_000) });
      expect((await api.server().call("POST", path, { body })).status).toBe(413);
      const headers = { "content-encoding": "gzip" };
      expect((await api.server().call("POST", path, { body: jsonBody, headers })).status).toBe(415);
    });

    test("nothing that is sent makes the server fail or talk", async () => {
      const tokens = [await api.bearer(), "x", "a.b.c"];
      const headers = [{}, ...tokens.map((token) => ({ authorization: `Bearer ${token}` }))];
      const [fields, paths] = [
        [...FIELDS, ...api.fields],
        [...jsonRoutes, ...api.paths],
      ];
      const { oddPaths } = api;
      await expectNoFailure({ server: api.server(), paths, fields, usual: "json", headers, oddPaths });
      expect(await api.signIn((await verifiedUser()).email, PASSWORD)).toBe(200);
    });
  });

  test("a wrong server key is refused with words that name it", async () => {
    const headers = { "x-server-key": "x".repeat(43) };
    const answer = await api.server().call("POST", jsonRoutes[0] ?? "", { body: jsonBody, headers });
    expect(answer.status).toBe(401);
    expect(answer.text).toMatch(/server key is not known here/);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm=/);
  });

  test("a 401 says how to be let in, and when the token is at fault (RFC 9110, RFC 6750)", async () => {
    const ask = (headers?: Record<string, string>) => api.server().call("GET", api.protectedPath, { headers });
    const [without, wrong] = [await ask(), await ask({ authorization: "Bearer x.y.z" })];
    const challenge = ({ headers }: Answer) => headers.get("www-authenticate");
    if (without.status === 401) expect(challenge(without)).toMatch(/^Bearer realm="[^"]+"$/);
    if (wrong.status === 401) expect(challenge(wrong)).toMatch(/^Bearer realm="[^"]+", error="invalid_token"$/);
    expect([without.status, wrong.status]).toContain(401);
  });

  test("wrong passwords here and over a form add up", async () => {
    const { email } = await verifiedUser();
    const outcomes: string[] = [];
    for (let n = 0; n < 6; n++) {
      const form = await login({ email, password: other() }, client(), links);
      outcomes.push(form.ok ? "ok" : form.error.code === "too_many_attempts" ? "limited" : "wrong");
      outcomes.push((await api.signIn(email, other())) === 429 ? "limited" : "wrong");
    }
    expect(outcomes).toEqual([...Array(10).fill("wrong"), "limited", "limited"]);
  });
}
