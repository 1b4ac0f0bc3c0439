import { readFileSync } from "node:fs";
import { connect } from "node:net";
import fc from "fast-check";

/** The bytes of one connection. @property owed how many answers it may expect; 0 if it breaks off itself */
export type Hostile = { bytes: string; owed: number };

const manifest = readFileSync(".next/server/server-reference-manifest.json", "utf8");
const ACTIONS = Object.keys((JSON.parse(manifest) as { node: object }).node);
const ANSWER = /HTTP\/1\.1 (\d{3}) /g;
const ANSWERS_WITHIN_MS = 30_000;
/** More than one header may hold. */
const TOO_LONG = 17 * 1024;

const garbage = fc
  .oneof(
    fc.string({ maxLength: 30 }),
    fc.string({ unit: "binary", maxLength: 20 }).map((text) => Buffer.from(text).toString("latin1")),
    fc.constantFrom(
      "",
      "%",
      "%00",
      "null",
      "undefined",
      "__proto__",
      "constructor",
      "'",
      "{}",
      "[",
      "-1",
      "1e999",
      "é",
      "../..",
      "{7*7}",
    ),
  )
  .map((text) => text.replace(/[\r\n\0]/g, ""));
const encoded = garbage.map((text) => encodeURIComponent(Buffer.from(text).toString()));

const PATHS = [
  ...[
    "/",
    "/login",
    "/register",
    "/account",
    "/account/security",
    "/account/activity",
    "/admin",
    "/dashboard",
    "/verify-email",
    "/reset-password",
  ],
  ...[
    "/sign-in-code",
    "/callback/google",
    "/two-factor",
    "/avatar/upload",
    "/avatar/x/y",
    "/your-data",
    "/dev/mailbox",
  ],
  ...[
    "/api/me",
    "/api/health",
    "/api/cron",
    "/api/auth/session",
    "/api/auth/signout",
    "/api/auth/local",
    "/api/users/me",
    "/api/connect/x",
  ],
  ...[
    "/auth/v1/token",
    "/auth/v1/user",
    "/auth/user/emailpass",
    "/store/customers",
    "/openauth/authorize",
    "/openauth/token",
  ],
  ...[
    "/.well-known/jwks.json",
    "/_next/static/x.js",
    "/_next/data/x/login.json",
    "/_next/image",
    "/favicon.ico",
    "/nowhere",
  ],
];
const path = fc.constantFrom(...PATHS);
const target = fc.oneof(
  { weight: 6, arbitrary: path },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        path,
        fc.array(
          fc.tuple(fc.oneof(fc.constantFrom("to", "token", "_rsc", "code", "grant_type", "message"), encoded), encoded),
          { maxLength: 4 },
        ),
      )
      .map(([at, query]) => `${at}?${query.map((pair) => pair.join("=")).join("&")}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        path,
        garbage.map((text) => text.replace(/ /g, "%20")),
      )
      .map(([at, more]) => `${at}${more}`),
  },
  fc.constantFrom(
    "http://other/",
    "https://other:1/login",
    "//other/login",
    "*",
    "/\\other",
    "/%E0%A4%A",
    "/%00",
    "/..%2f..%2f.env",
    "/login/../admin",
    "/login;x=1",
    "/login#x",
    "?",
    "x",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/login?%",
    "/_next/image?url=http://127.0.0.1/&w=64&q=75",
    `/${"a".repeat(6_000)}`,
    `/login?${"a=1&".repeat(2_000)}`,
    "/api//me",
    "/%61pi/me",
    "/LOGIN",
    "/login/",
    "/[[...path]]",
    "/login?__nextLocale=x",
    "/(auth)/login",
    "/login.rsc",
    "/login.txt",
    "/index",
    "/_not-found",
    "/500",
    "/_error",
    "/_global-error",
  ),
);
const method = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("GET", "POST") },
  fc.constantFrom(
    "HEAD",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "PROPFIND",
    "CONNECT",
    "QUERY",
    "get",
    "FOO",
    "G@T",
  ),
);
const HOSTS = [
  "localhost",
  "evil.example",
  "evil.example:99999",
  "[::1",
  "a b",
  "",
  "127.0.0.1:1",
  "localhost, evil.example",
  "é",
  "%00",
];

const named = (name: string, value: fc.Arbitrary<string>) => value.map((text) => `${name}: ${text}`);
const chosen = (...values: string[]) => fc.oneof(fc.constantFrom(...values), garbage);
const header = fc.oneof(
  ...[
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Port",
    "X-Forwarded-For",
    "X-Real-Ip",
    "X-Original-Url",
    "X-Rewrite-Url",
  ].map((name) => named(name, chosen("evil.example", "https", "a, b", "203.0.113.7", "/admin"))),
  named("Forwarded", chosen("for=1;host=evil.example;proto=https", "host=")),
  named(
    "Next-Action",
    fc.oneof(garbage, fc.constantFrom(...ACTIONS, "a".repeat(42), "60".repeat(21), "0".repeat(5_000))),
  ),
  named("Next-Router-State-Tree", chosen("%5B%22%22%5D", "[", "%", encodeURIComponent('["",{"children":["x",{}]}]'))),
  ...[
    "RSC",
    "Next-Router-Prefetch",
    "Next-Router-Segment-Prefetch",
    "Next-Url",
    "Next-Resume",
    "Next-Hmr-Refresh",
    "Next-Test-Fetch-Priority",
  ].map((name) => named(name, chosen("1", "/_tree", "/login"))),
  ...[
    "X-Middleware-Subrequest",
    "X-Middleware-Rewrite",
    "X-Middleware-Prefetch",
    "X-Nextjs-Data",
    "X-Matched-Path",
    "X-Invoke-Path",
    "X-Invoke-Status",
    "X-Invoke-Error",
    "X-Now-Route-Matches",
    "X-Next-Revalidate-Tag-Token",
    "X-Prerender-Revalidate",
    "X-Nextjs-Action-Not-Found",
    "X-Nonce",
  ].map((name) => named(name, chosen("1", "proxy:proxy:proxy:proxy:proxy", "/admin", "500", "{}"))),
  named("Origin", chosen("null", "http://", "https://evil.example", "file://")),
  named("Referer", chosen("https://evil.example/", "about:blank")),
  named("Sec-Fetch-Site", chosen("cross-site", "same-origin", "none")),
  named("Sec-Fetch-Dest", chosen("image", "empty", "document")),
  named(
    "Cookie",
    fc
      .array(
        fc
          .tuple(
            chosen(
              "authjs.session-token",
              "auth.registration",
              "auth.device",
              "auth.sign-in",
              "auth.oauth",
              "__prerender_bypass",
              "theme",
              "__Host-authjs.session-token",
            ),
            garbage,
          )
          .map((pair) => pair.join("=")),
        { maxLength: 4 },
      )
      .map((pairs) => pairs.join("; ")),
  ),
  named(
    "Authorization",
    chosen("Bearer", "Bearer a.b.c", "Basic eA==", "bearer eyJhbGciOiJub25lIn0.e30.", `Bearer ${"x".repeat(6_000)}`),
  ),
  ...[
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Range",
    "If-None-Match",
    "If-Modified-Since",
    "User-Agent",
    "Via",
    "Purpose",
    "X-Http-Method-Override",
    "X-Server-Key",
    "X-Client-Ip",
    "Apikey",
    "X-Publishable-Api-Key",
  ].map((name) =>
    named(name, chosen("text/html", "gzip;q=x", "bytes=9-1", "*", "application/json", "text/x-component")),
  ),
  named("Content-Encoding", chosen("identity", "gzip", "br")),
  named("Expect", chosen("100-continue", "200-ok")),
  named("Upgrade", chosen("websocket", "h2c")),
  named("Trailer", garbage),
  fc.constantFrom(
    "no colon",
    " folded: x",
    "Bad Name: x",
    "A\x01: b",
    "B: \x7f",
    `Long: ${"x".repeat(TOO_LONG)}`,
    ": x",
    "X:",
    "Host: evil.example",
  ),
);

const part = fc
  .tuple(
    chosen(
      "$ACTION_REF_1",
      "$ACTION_1:0",
      "$ACTION_KEY",
      "$ACTION_ID_x",
      ...ACTIONS.slice(0, 3).map((id) => `$ACTION_ID_${id}`),
      "email",
      "0",
      "1_$ACTION_ID_x",
    ),
    chosen("[]", '{"id":"x","bound":null}', '["$K1"]', "$undefined"),
    chosen("", '; filename="a"'),
  )
  .map(([name, value, file]) => `--b\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`);
const multipart = fc
  .tuple(fc.array(part, { maxLength: 4 }), fc.boolean())
  .map(([parts, whole]) => parts.join("") + (whole ? "--b--\r\n" : ""));
const body = fc.oneof(
  fc.constant(""),
  garbage,
  multipart,
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '{"email":',
    "[".repeat(5_000),
    '{"__proto__":{"role":"admin"}}',
    '"x"',
    "null",
    "\xff\xfe",
    "a=1&a=2&=&%=%",
    '["$F1"]',
    "x".repeat(90_000),
  ),
);
const TYPES = [
  "application/json",
  "text/plain;charset=UTF-8",
  "multipart/form-data; boundary=b",
  "multipart/form-data",
  "application/x-www-form-urlencoded",
  "text/html",
  "application/json; charset=utf-16",
  "x",
  "multipart/form-data; boundary=",
  "image/png",
];

type Framing = "none" | "length" | "chunks" | "one more" | "one less" | "both" | "no chunks" | "bad length" | "unknown";
const FRAMINGS: Framing[] = [
  "none",
  "length",
  "length",
  "length",
  "chunks",
  "one more",
  "one less",
  "both",
  "no chunks",
  "bad length",
  "unknown",
];

/** A body and the headers that announce its end, truly or not. */
function framed(text: string, framing: Framing): { headers: string[]; sent: string } {
  switch (framing) {
    case "none":
      return { headers: [], sent: "" };
    case "length":
      return { headers: [`Content-Length: ${text.length}`], sent: text };
    case "chunks":
      return {
        headers: ["Transfer-Encoding: chunked"],
        sent: `${text && `${text.length.toString(16)};x=y\r\n${text}\r\n`}0\r\nX-Late: 1\r\n\r\n`,
      };
    case "one more":
      return { headers: [`Content-Length: ${text.length + 1}`], sent: text };
    case "one less":
      return { headers: [`Content-Length: ${Math.max(0, text.length - 1)}`], sent: text };
    case "both":
      return { headers: [`Content-Length: ${text.length}`, "Transfer-Encoding: chunked"], sent: text };
    case "no chunks":
      return { headers: ["Transfer-Encoding: chunked"], sent: `x${text}` };
    case "bad length":
      return { headers: ["Content-Length: 1x"], sent: text };
    case "unknown":
      return { headers: ["Transfer-Encoding: gzip"], sent: text };
  }
}

const request = fc
  .record({
    method,
    target,
    version: fc.oneof(
      { weight: 12, arbitrary: fc.constant("HTTP/1.1") },
      fc.constantFrom("HTTP/1.0", "HTTP/9.9", "", "HTTP/2.0"),
    ),
    host: fc.oneof(
      { weight: 8, arbitrary: fc.constant("Host: localhost") },
      fc.constantFrom(...HOSTS.map((name) => `Host: ${name}`), "X: y"),
    ),
    headers: fc.array(header, { maxLength: 5 }),
    type: fc.oneof(fc.constantFrom(...TYPES), garbage),
    body,
    framing: fc.constantFrom(...FRAMINGS),
  })
  .map(({ method, target, version, host, headers, type, body, framing }) => {
    const end = framed(body, framing);
    const head = (last: boolean) =>
      [
        `${method} ${target} ${version}`,
        host,
        `Content-Type: ${type}`,
        ...headers,
        ...end.headers,
        `Connection: ${last ? "close" : "keep-alive"}`,
        "",
        "",
      ].join("\r\n");
    return { head, sent: end.sent, isWhole: framing !== "one more" && framing !== "no chunks" };
  });

const hostile: fc.Arbitrary<Hostile> = fc.oneof(
  {
    weight: 9,
    arbitrary: request.map(({ head, sent, isWhole }) => ({ bytes: head(true) + sent, owed: isWhole ? 1 : 0 })),
  },
  // Several at once, without waiting for answers. An unreadable one spoils those behind it.
  {
    weight: 1,
    arbitrary: fc.array(request, { minLength: 2, maxLength: 5 }).map((all) => ({
      bytes: all.map(({ head, sent }, index) => head(index === all.length - 1) + sent).join(""),
      owed: all[0]?.isWhole ? 1 : 0,
    })),
  },
  fc
    .constantFrom(
      "\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "GET\r\n\r\n",
      "hello\r\n\r\n",
    )
    .map((bytes) => ({ bytes, owed: 0 })),
);

/** This many requests that no client of ours would send. The same seed gives the same requests. */
export function hostileRequests(count: number, seed: number): Hostile[] {
  return fc.sample(hostile, { numRuns: count, seed });
}

/** Sends it on a connection of its own. @returns the status of each answer, until one side closes */
export function sendHostile(port: number, { bytes, owed }: Hostile): Promise<number[]> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: owed > 0 });
    const done = () => {
      socket.destroy();
      resolve([...text.matchAll(ANSWER)].map(([, status]) => Number(status)));
    };
    socket.setTimeout(ANSWERS_WITHIN_MS, done);
    socket.on("data", (chunk) => (text += chunk.toString("latin1")));
    socket.on("error", done).on("end", done).on("close", done);
    socket.on("connect", () => {
      socket.write(bytes, "latin1");
      if (owed === 0) socket.end();
    });
  });
}
