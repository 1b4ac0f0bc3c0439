import { connect } from "node:net";
import { describe, expect, inject, test } from "vitest";
import { postChunked } from "@/tests/support/post-chunked";

const { url } = inject("server");
const { port } = new URL(url);
const HEAD = "Host: localhost\r\nConnection: close\r\n";
const MEGABYTE = 1024 * 1024;
const JSON_BODY = { "content-type": "application/json" };
/** The bytes that the server reads before a request's body. It answers as soon as there are more. */
const LARGEST_HEAD = 16 * 1024;

/**
 * Sends these bytes unchanged, but of a head that is too large only a little more than the limit: a client that goes on writing
 * while the answer comes may lose the answer.
 * @returns the answer: its status, and its headers and body as one text
 */
function send(bytes: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(Number(port), "127.0.0.1", () => socket.write(bytes.slice(0, LARGEST_HEAD + 1024)));
    socket.on("data", (chunk) => (text += chunk));
    socket.on("error", () => {});
    socket.on("close", () => resolve({ status: Number(text.split(" ")[1] ?? 0), text }));
  });
}

describe("the production server refuses", () => {
  test.each([
    ["TRACE", `TRACE / HTTP/1.1\r\n${HEAD}\r\n`, 405],
    ["CONNECT", `CONNECT canary.example:443 HTTP/1.1\r\n${HEAD}\r\n`, 405],
    ["a whole address in the request line", `GET http://canary.example/ HTTP/1.1\r\n${HEAD}\r\n`, 400],
    ["two hosts", `GET /login HTTP/1.1\r\n${HEAD}Host: evil.example\r\n\r\n`, 400],
    ["a malformed path", `GET /%E0%A4%A HTTP/1.1\r\n${HEAD}\r\n`, 400],
    ["NUL in a path", `GET /dashboard%00 HTTP/1.1\r\n${HEAD}\r\n`, 400],
    ["a malformed Origin", `POST /login HTTP/1.1\r\n${HEAD}Origin: not-a-url\r\nContent-Length: 0\r\n\r\n`, 400],
    ["half an Origin", `POST /login HTTP/1.1\r\n${HEAD}Origin: http://\r\nContent-Length: 0\r\n\r\n`, 400],
    ["a compressed body", `POST /login HTTP/1.1\r\n${HEAD}Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx`, 415],
    ["a body that says it is too large", `POST /login HTTP/1.1\r\n${HEAD}Content-Length: 102401\r\n\r\n`, 413],
    ["two lengths", `POST /login HTTP/1.1\r\n${HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\nx`, 400],
    [
      "a length beside chunks",
      `POST /login HTTP/1.1\r\n${HEAD}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ["a cookie of 100 KB", `GET / HTTP/1.1\r\n${HEAD}Cookie: a=${"x".repeat(100_000)}\r\n\r\n`, 431],
    ["an address of 1 MB", `GET /${"a".repeat(MEGABYTE)} HTTP/1.1\r\n${HEAD}\r\n`, 431],
    ["the page that stands in for refused ones", `GET /dead-end/404 HTTP/1.1\r\n${HEAD}\r\n`, 404],
    ["the data of pages built ahead", `GET /_next/data/x/dashboard.json HTTP/1.1\r\n${HEAD}\r\n`, 404],
    [
      "to work on other sites' pictures",
      `GET /_next/image?url=%2F%2Fevil.example%2Fx.svg&w=64&q=75 HTTP/1.1\r\n${HEAD}\r\n`,
      404,
    ],
  ])("%s", async (_, bytes, status) => {
    const answer = await send(bytes);
    expect(answer.status).toBe(status);
    if (status === 405) expect(answer.text).toMatch(/^Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r$/im);
  });

  test("an upgrade, by answering as ever and asking nowhere else", async () => {
    const upgrade = "Connection: close, Upgrade\r\nUpgrade: websocket\r\nLocation: http://127.0.0.1:9/\r\n";
    const { status, text } = await send(`GET /login HTTP/1.1\r\nHost: localhost\r\n${upgrade}\r\n`);
    expect([status, text.includes("Sign in")]).toEqual([200, true]);
  });

  test("more than 100 KB in chunks, and serves 64 KB", async () => {
    for (const bytes of [128 * 1024, 3 * MEGABYTE])
      expect(await postChunked(`${url}/login`, bytes, JSON_BODY)).toBe(413);
    expect(await postChunked(`${url}/api/health`, 64 * 1024, JSON_BODY)).toBe(405);
  });

  test.each([
    "/.env",
    "/.env.local",
    "/.git/config",
    "/package.json",
    "/prisma/schema.prisma",
    "/.next/BUILD_ID",
    "/_next/static/..%2f..%2f.env",
  ])("to show %s", async (path) => {
    expect((await send(`GET ${path} HTTP/1.1\r\n${HEAD}\r\n`)).status).toBe(404);
  });
});

test("headers by which Next's parts talk open nothing", async () => {
  for (const value of [
    "proxy",
    "middleware:middleware:middleware:middleware:middleware",
    "proxy:proxy:proxy:proxy:proxy",
  ]) {
    const inside = `x-middleware-subrequest: ${value}\r\nX-Nextjs-Data: 1\r\nx-middleware-next: 1\r\n`;
    const { status, text } = await send(`GET /account HTTP/1.1\r\n${HEAD}${inside}\r\n`);
    expect(status).toBe(307);
    expect(text).toMatch(/\r\nlocation: \S*\/login\?to=%2Faccount\r\n/i);
    expect(text).toMatch(/\r\ncache-control: [^\r]*no-store/i);
  }
});

test("the host of a request decides nothing", async () => {
  const evil =
    "Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\nConnection: close\r\n";
  const { status, text } = await send(`GET /dashboard HTTP/1.1\r\n${evil}\r\n`);
  expect(status).toBe(307);
  expect(text).not.toContain("evil.example");
});

describe("/api/health", () => {
  test("answers whether the database does, and nothing else", async () => {
    const answer = await fetch(`${url}/api/health`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: "ok" });
    expect(answer.headers.has("x-powered-by")).toBe(false);
  });
});
