import { beforeAll, describe, expect, inject, test, vi } from "vitest";
import { type Answer, HttpClient } from "@/tests/support/http-client";
import { session, verifiedUser } from "@/tests/support/people";
import { sourceFiles } from "@/tests/support/source-files";

const visitor = new HttpClient(inject("server").url);
/** Every page that calls `keepInStock`, and some with a `?message=`. */
const STOCK = [
  ...sourceFiles("app").flatMap(({ code }) =>
    [...code.matchAll(/keepInStock\("([^"]+)"/g)].map(([, path = ""]) => path),
  ),
  "/login?message=signed-out",
  "/login?message=account-deleted",
  "/sign-in-code/address?message=expired",
];
const WITHIN = { timeout: 20_000, interval: 100 };
/** A header of Next's own requests, which makes the server render a page anew. */
const ANEW = { "next-url": "/login" };

/** Headers of a visitor that a page could show or trust. */
const UNLIKE = {
  accept: "*/*",
  "accept-encoding": "gzip, deflate",
  "accept-language": "ar, de;q=0.5",
  cookie: [
    ...["device", "remembered", "ceremony", "registration", "sign-in", "oauth", "link"].map(
      (name) => `auth.${name}=x~y`,
    ),
    "theme=dark",
    "__prerender_bypass=x",
  ].join("; "),
  forwarded: "for=203.0.113.9;host=evil.example",
  origin: "https://evil.example",
  referer: "https://evil.example/login?to=/x",
  "user-agent": "Twitterbot/1.0",
  "x-forwarded-for": "203.0.113.9",
  "x-forwarded-host": "evil.example",
  "x-forwarded-proto": "http",
  "x-internal-client-ip": "203.0.113.9",
  "x-matched-path": "/account",
  "x-middleware-subrequest": "proxy",
  "x-nonce": "evil",
  "content-security-policy": "script-src 'nonce-evil'",
  "if-none-match": "*",
  "if-modified-since": "Thu, 01 Jan 2099 00:00:00 GMT",
  range: "bytes=0-1",
};

/** Only an answer from stock has a length: Next sends a rendered page in chunks. */
const isFromStock = ({ headers }: Answer) => headers.has("content-length");
const nonceOf = ({ headers }: Answer) =>
  /'nonce-([^']+)'/.exec(headers.get("content-security-policy") ?? "")?.[1] ?? "";

const SHEET = /<link rel="stylesheet"[^>]*>/;
const STYLE = /<style nonce="[^"]*">(.*?)<\/style>/s;

/** An answer without its nonce, its date, the headers of its transport, and its styles. */
function besidesNonce(answer: Answer) {
  const own = ["date", "keep-alive", "connection", "content-length", "transfer-encoding"];
  const headers = [...answer.headers].filter(([name]) => !own.includes(name));
  const text = answer.text.replace(SHEET, "").replace(STYLE, "");
  return JSON.parse(JSON.stringify({ status: answer.status, headers, text }).replaceAll(nonceOf(answer), "…"));
}

beforeAll(async () => {
  // Visitors get rendered pages until the page is in stock.
  for (const path of STOCK)
    await vi.waitFor(async () => expect(isFromStock(await visitor.get(path)), path).toBe(true), WITHIN);
});

describe.each(STOCK)("%s comes from stock", (path) => {
  test("for any two visitors, who share no nonce and nothing else is different", async () => {
    const answers = [await visitor.get(path), await visitor.get(path), await visitor.get(path, UNLIKE)];
    expect(answers.map(isFromStock)).toEqual([true, true, true]);
    expect(new Set(answers.map(nonceOf)).size).toBe(3);
    for (const answer of answers) {
      const other = answers.filter((each) => each !== answer).map(nonceOf);
      const all = answer.text + JSON.stringify([...answer.headers]);
      expect(nonceOf(answer)).toMatch(/^[\w-]{44}$/);
      for (const nonce of other) expect(all).not.toContain(nonce);
      expect(besidesNonce(answer)).toEqual(besidesNonce(answers[0] as Answer));
    }
  });

  test("and is what it is when it is rendered anew, headers and all", async () => {
    const anew = await visitor.get(path, ANEW);
    expect(isFromStock(anew)).toBe(false);
    expect(besidesNonce(await visitor.get(path))).toEqual(besidesNonce(anew));
  });
});

describe("a page in stock", () => {
  test("is compressed for those who take it, and whole either way", async () => {
    const plain = await visitor.get("/login", { "accept-encoding": "identity" });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(Number(plain.headers.get("content-length"))).toBe(Buffer.byteLength(plain.text));
    for (const taken of ["gzip", "br;q=1.0, gzip;q=0.8, *;q=0.1", "deflate,GZIP"]) {
      const zipped = await visitor.get("/login", { "accept-encoding": taken });
      expect(zipped.headers.get("content-encoding"), taken).toBe("gzip");
      expect(Number(zipped.headers.get("content-length"))).toBeLessThan(Buffer.byteLength(plain.text) / 3);
      expect(zipped.text.replaceAll(nonceOf(zipped), "")).toBe(plain.text.replaceAll(nonceOf(plain), ""));
      expect(zipped.headers.get("vary")).toMatch(/accept-encoding/i);
    }
    for (const refused of ["gzip;q=0", "gzip; q=0.0, br", "br", "x-gzip", ""])
      expect(
        (await visitor.get("/login", { "accept-encoding": refused })).headers.has("content-encoding"),
        refused,
      ).toBe(false);
  });

  test("has its styles in it, allowed by its nonce, and the file beside it for the pages to come", async () => {
    const [stocked, anew] = [await visitor.get("/login"), await visitor.get("/login", ANEW)];
    const href = /<link rel="stylesheet" href="([^"]+)"/.exec(anew.text)?.[1] ?? "";
    const file = (await visitor.get(href)).text;
    expect(stocked.text).not.toMatch(SHEET);
    expect(stocked.text).toContain(`<style nonce="${nonceOf(stocked)}">`);
    const [style = "", address] = [
      STYLE.exec(stocked.text)?.[1],
      /url\(([^)]+\.woff2)\)/.exec(stocked.text)?.[1] ?? "",
    ];
    expect(style.replaceAll("/_next/static/media/", "../media/")).toBe(file);
    expect((await visitor.ask(address, { method: "HEAD" })).headers.get("content-type")).toBe("font/woff2");
  });

  test("answers HEAD with its headers alone", async () => {
    const [head, whole] = [await visitor.ask("/login", { method: "HEAD" }), await visitor.get("/login")];
    expect(head.text).toBe("");
    expect(head.headers.get("content-length")).toBe(whole.headers.get("content-length"));
    expect(besidesNonce(head).headers).toEqual(besidesNonce(whole).headers);
  });

  test.each([
    ["another query", "/login?to=%2Faccount", "/account"],
    ["a message that it has no words for", "/login?message=%3Cb%3E", "Sign in"],
    ["a message beside another", "/login?message=reset&message=signed-out", "Sign in"],
  ])("is rendered anew for %s, each time", async (_, path, words) => {
    for (const _again of [1, 2, 3]) {
      const answer = await visitor.get(path);
      expect(answer.status).toBe(200);
      expect(isFromStock(answer)).toBe(false);
      expect(answer.text).toContain(words);
    }
  });

  test("is not for a person with a session, nor for Next's own requests", async () => {
    const { token } = await session(await verifiedUser());
    const person = new HttpClient(visitor.url, { session: token });
    expect((await person.get("/login")).location).toBe("/dashboard");
    expect(
      (await visitor.get("/login", { cookie: "a=b; authjs.session-token=unknown" })).headers.has("content-length"),
    ).toBe(false);
    const part = await visitor.get("/login", { rsc: "1" });
    expect(part.headers.get("content-type") ?? "").not.toContain("text/html");
  });
});
