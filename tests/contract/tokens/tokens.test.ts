import { randomBytes, randomUUID } from "node:crypto";
import {
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportSPKI,
  importJWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listSessionViews } from "@/lib/auth/list-sessions";
import { login } from "@/lib/auth/login";
import { resetPassword } from "@/lib/auth/reset-password";
import { endSession } from "@/lib/auth/sign-out";
import { issueAccessToken, verifyAccessToken } from "@/lib/auth/steps/access-token";
import { publicKeys, rotateSigningKey, signingKey } from "@/lib/auth/store/signing-keys";
import { issueVerification } from "@/lib/auth/store/verifications";
import { db } from "@/lib/db";
import type { User } from "@/prisma/client/client";
import { type ApiServer, SHOP, startApiServer } from "@/tests/support/api-server";
import { newIp } from "@/tests/support/http-client";
import { client, links, other, PASSWORD, person, session } from "@/tests/support/people";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => void (await server?.stop()));

const me = (token: string) => server.call("GET", "/api/me", { headers: { authorization: `Bearer ${token}` } });
const grant = (type: string, body: unknown, headers?: Record<string, string>) =>
  server.call("POST", `/auth/v1/token?grant_type=${type}`, { body, headers });
const refresh = (refresh_token: unknown) => grant("refresh_token", { refresh_token });

/** Somebody with an API session. */
async function signedIn(user?: User) {
  const somebody = user ?? (await person());
  const { body } = await grant("password", { email: somebody.email, password: PASSWORD });
  return { user: somebody, access: String(body.access_token), refreshToken: String(body.refresh_token) };
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const now = () => Math.floor(Date.now() / 1000);

/** A token with these claims by our own key: what only a mistake of ours could make. */
async function signed(claims: JWTPayload, header: object = {}): Promise<string> {
  const { kid, privateKey } = await signingKey();
  return new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid, typ: "at+jwt", ...header }).sign(privateKey);
}

describe("access tokens", () => {
  test("J-15 name nobody's secrets and live 15 minutes", async () => {
    const { access, user } = await signedIn();
    const claims = decodeJwt(access);
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900);
    expect(claims).toMatchObject({ iss: server.url, sub: user.id, sid: expect.any(String), jti: expect.any(String) });
    expect(decodeProtectedHeader(access)).toMatchObject({ alg: "ES256", typ: "at+jwt", kid: expect.any(String) });
    expect(JSON.stringify(claims)).not.toMatch(/hash|\$2[aby]\$/i);
    const { body, headers } = await server.call("GET", "/.well-known/jwks.json");
    expect(JSON.stringify(body)).not.toContain('"d"');
    expect(headers.get("cache-control")).toContain("max-age");
    const keys = createRemoteJWKSet(new URL(`${server.url}/.well-known/jwks.json`));
    const expected = { algorithms: ["ES256"], typ: "at+jwt", issuer: server.url, audience: "authenticated" };
    expect((await jwtVerify(access, keys, expected)).payload.sub).toBe(user.id);
  });

  test("J-01 J-02 J-04 what we did not sign is refused", async () => {
    const { access } = await signedIn();
    const [header = "", payload = "", signature = ""] = access.split(".");
    const { kid } = decodeProtectedHeader(access);
    const hostile: string[] = [];
    for (const alg of ["none", "None", "nOnE", "NONE"])
      for (const end of ["", signature]) hostile.push(`${part({ alg, kid, typ: "at+jwt" })}.${payload}.${end}`);

    const [jwk = {}] = await publicKeys();
    const pem = await exportSPKI((await importJWK(jwk, "ES256")) as CryptoKey);
    for (const secret of [pem, JSON.stringify(jwk), "secret", " ", server.settings.AUTH_SECRET ?? ""])
      for (const alg of ["HS256", "HS512"])
        hostile.push(
          await new SignJWT(decodeJwt(access))
            .setProtectedHeader({ alg, kid, typ: "at+jwt" })
            .sign(Buffer.from(secret.padEnd(64))),
        );
    hostile.push(`${part({ alg: "ES256", kid: "foreign", typ: "at+jwt" })}.${payload}.${signature}`);
    hostile.push(`${part({ alg: "ES256", kid: ["a"], typ: "at+jwt" })}.${payload}.${signature}`);
    hostile.push(`${part({ alg: "ES256", jwk, typ: "at+jwt" })}.${payload}.${signature}`);

    const changed = (text: string, at: number) =>
      text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
    for (const at of [0, 5, -1]) {
      hostile.push(`${changed(header, at < 0 ? header.length - 1 : at)}.${payload}.${signature}`);
      hostile.push(`${header}.${changed(payload, at < 0 ? payload.length - 1 : at)}.${signature}`);
      hostile.push(`${header}.${payload}.${changed(signature, at < 0 ? signature.length - 1 : at)}`);
    }
    hostile.push(`${header}.${part({ ...decodeJwt(access), sub: randomUUID() })}.${signature}`);
    hostile.push(
      `${access}.${signature}`,
      `${access}=`,
      `${access}==`,
      `${header}.${payload}`,
      `${payload}.${signature}`,
    );
    for (const token of hostile) expect((await me(token)).status, token).toBe(401);
    expect((await me(access)).status).toBe(200);
  });

  test("J-05 J-06 J-14 times, issuer, audience and subject are checked", async () => {
    const { access } = await signedIn();
    const good = decodeJwt(access);
    const status = async (claims: object, header?: object) =>
      (await me(await signed({ ...good, ...claims } as JWTPayload, header))).status;
    expect(await status({})).toBe(200);
    expect(await status({ iat: now() + 45, exp: now() + 945 })).toBe(200);
    const bad = [
      { exp: now() - 62, iat: now() - 900 },
      ...[undefined, "9999999999", -1, null].map((exp) => ({ exp })),
      { exp: 1e308, iat: now() - 1_000 },
      { nbf: now() + 120 },
      { iat: now() + 3_600 },
      { iat: now() + 300, exp: now() + 1_200 },
      { iat: undefined },
      ...[undefined, "", "https://evil.example"].map((iss) => ({ iss })),
      ...[undefined, "", "somebody", ["a", "b"]].map((aud) => ({ aud })),
      ...[undefined, "", randomUUID()].map((sub) => ({ sub })),
      ...[undefined, "", randomUUID(), 1].map((sid) => ({ sid })),
    ];
    for (const claims of bad) expect(await status(claims), JSON.stringify(claims)).toBe(401);
    expect(await status({}, { typ: "JWT" })).toBe(401);
  });

  test("J-09 a token anywhere but in its header is ignored", async () => {
    const { access } = await signedIn();
    const cookie = `authjs.session-token=${access}; access_token=${access}`;
    expect((await server.call("GET", `/api/me?access_token=${access}`, { headers: { cookie } })).status).toBe(401);
  });

  test("J-10 R-09 a session that ended opens nothing from that moment", async () => {
    const ends: Record<string, (user: User, access: string) => Promise<unknown>> = {
      "sign-out": (_, access) =>
        server.call("POST", "/auth/v1/logout", { headers: { authorization: `Bearer ${access}` } }),
      disabling: (user) => db.user.update({ where: { id: user.id }, data: { disabledAt: new Date() } }),
      deleting: (user) => db.user.delete({ where: { id: user.id } }),
      "a reset": async (user) => {
        const { token } = await issueVerification({ purpose: "reset", userId: user.id, email: user.email });
        expect((await resetPassword({ token, newPassword: other() }, client())).ok).toBe(true);
      },
      "ending it in /account": async (user) => {
        const { principal } = await session(user);
        const listed = (await listSessionViews(principal)).find(({ current }) => !current);
        expect((await endSession(principal, listed?.id ?? "")).ok).toBe(true);
      },
      "the end of the row": (user) => db.session.deleteMany({ where: { userId: user.id } }),
    };
    for (const [name, end] of Object.entries(ends)) {
      const { user, access, refreshToken } = await signedIn();
      expect((await me(access)).status).toBe(200);
      await end(user, access);
      expect((await me(access)).status, name).toBe(401);
      expect((await refresh(refreshToken)).status, name).toBe(400);
    }
  });

  test("J-11 keys rotate without signing anybody out, and a key that is removed is done with", async () => {
    const { user, access } = await signedIn();
    const { kid } = await rotateSigningKey();
    expect((await me(access)).status).toBe(200);
    const { id: sessionId } = await db.session.findFirstOrThrow({ where: { userId: user.id } });
    const next = await issueAccessToken({ audience: "authenticated", subject: user.id, sessionId });
    expect(decodeProtectedHeader(next.token).kid).toBe(kid);
    // The server learns of a key that it has not seen yet when a token names it.
    expect((await me(next.token)).status).toBe(200);
    await rotateSigningKey({ dropFormer: true });
    for (const token of [access, next.token]) expect((await verifyAccessToken(token, "authenticated")).ok).toBe(false);
    // Tells the server, which would else find out within a minute.
    const last = await issueAccessToken({ audience: "authenticated", subject: user.id, sessionId });
    expect((await me(last.token)).status).toBe(200);
    expect((await me(access)).status).toBe(401);
  });

  test("private keys are sealed in the database", async () => {
    for (const { privateJwk } of await db.signingKey.findMany()) expect(privateJwk).toMatch(/^[\w-]{100,}$/);
  });
});

describe("refresh tokens", () => {
  test("R-01 R-03 R-07 rotate, twenty at once leave one that is live, and the database holds none of them", async () => {
    const { user, refreshToken } = await signedIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const tokens = new Set(answers.map(({ body }) => String(body.refresh_token)));
    expect(tokens.size).toBe(1);
    expect(tokens.has(refreshToken)).toBe(false);
    const rows = await db.refreshToken.findMany({ where: { session: { userId: user.id } } });
    expect(rows.filter(({ usedAt }) => usedAt === null)).toHaveLength(1);
    for (const { tokenHash } of rows) {
      expect([refreshToken, ...tokens]).not.toContain(tokenHash);
      expect((await refresh(tokenHash)).status).toBe(400);
    }
    expect((await refresh([...tokens][0])).status).toBe(200);
  });

  test("R-08 end after 7 days without use and after 30 days whatever happens", async () => {
    const idle = await signedIn();
    await db.refreshToken.updateMany({ where: { session: { userId: idle.user.id } }, data: { expires: new Date() } });
    expect((await refresh(idle.refreshToken)).body.error_code).toBe("session_expired");
    const old = await signedIn();
    const row = await db.refreshToken.findFirstOrThrow({ where: { session: { userId: old.user.id } } });
    expect(row.expires.getTime() - Date.now()).toBeLessThanOrEqual(7 * 86_400_000);
    await db.session.updateMany({ where: { userId: old.user.id }, data: { absoluteExpires: new Date() } });
    expect((await refresh(old.refreshToken)).body.error_code).toBe("session_expired");
    const near = await signedIn();
    const end = new Date(Date.now() + 60_000);
    await db.session.updateMany({ where: { userId: near.user.id }, data: { absoluteExpires: end } });
    await refresh(near.refreshToken);
    const child = await db.refreshToken.findFirstOrThrow({
      where: { session: { userId: near.user.id }, usedAt: null },
    });
    expect(child.expires).toEqual(end);
  });

  test("R-13 a new token says what is true now", async () => {
    const { user, refreshToken } = await signedIn();
    await db.user.update({ where: { id: user.id }, data: { appMetadata: { plan: "pro" } } });
    const { body } = await refresh(refreshToken);
    expect(decodeJwt(String(body.access_token))).toMatchObject({ app_metadata: { plan: "pro" } });
  });

  test("BRUTE-16 guessing from one address is cut off, and holds up nobody who is right", async () => {
    const headers = { "x-forwarded-for": newIp() };
    const guesses = await Promise.all(
      Array.from({ length: 40 }, () =>
        grant("refresh_token", { refresh_token: randomBytes(32).toString("base64url") }, headers),
      ),
    );
    expect(guesses.filter(({ status }) => status === 400).length).toBeLessThanOrEqual(20);
    const limited = guesses.find(({ status }) => status === 429);
    expect(Number(limited?.headers.get("retry-after"))).toBeGreaterThan(0);
    const { refreshToken } = await signedIn();
    expect((await grant("refresh_token", { refresh_token: refreshToken }, headers)).status).toBe(200);
  });
});

test("wrong passwords over a form, Medusa and Supabase add up", async () => {
  const { email } = await person();
  const wrong = { email, password: other() };
  const outcomes: string[] = [];
  for (let n = 0; n < 4; n++) {
    const form = await login(wrong, client(), links);
    outcomes.push(form.ok ? "ok" : form.error.code === "too_many_attempts" ? "limited" : "wrong");
    for (const path of ["/auth/customer/emailpass", "/auth/v1/token?grant_type=password"]) {
      const { status } = await server.call("POST", path, { body: wrong });
      outcomes.push(status === 429 ? "limited" : "wrong");
    }
  }
  expect(outcomes.filter((outcome) => outcome === "wrong")).toHaveLength(10);
  expect(outcomes.slice(10)).toEqual(["limited", "limited"]);
});

describe("other origins", () => {
  const FOREIGN = [
    "https://evil.example",
    "null",
    "https://shop.example.com.evil.example",
    "https://evilshop.example.com",
    "http://shop.example.com",
    "https://shop.example.com:8443",
  ];
  const preflight = (path: string, origin: string, headers = "authorization") =>
    server.call("OPTIONS", path, {
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": headers },
    });
  const LISTS: Record<string, { methods: string; headers: string }> = {
    "/auth/token/refresh": {
      methods: "GET, POST, DELETE, OPTIONS",
      headers: "authorization, content-type, accept, x-medusa-locale, x-publishable-api-key",
    },
    "/auth/v1/token": {
      methods: "GET, POST, PUT, OPTIONS",
      headers: "authorization, content-type, apikey, x-client-info, x-supabase-api-version",
    },
  };

  test("CORS-01 foreign ones are told nothing, the shop is named", async () => {
    for (const path of [...Object.keys(LISTS), "/api/me", "/.well-known/jwks.json", "/api/auth/session"]) {
      for (const origin of FOREIGN)
        for (const answer of [await preflight(path, origin), await server.call("GET", path, { headers: { origin } })])
          expect(answer.headers.get("access-control-allow-origin"), `${path} ${origin}`).toBeNull();
    }
    const allowed = await server.call("GET", "/api/me", { headers: { origin: SHOP } });
    expect(allowed.headers.get("access-control-allow-origin")).toBe(SHOP);
    expect(allowed.headers.get("access-control-allow-credentials")).toBe("true");
    expect(allowed.headers.get("vary")).toMatch(/origin/i);
  });

  test.each(Object.entries(LISTS))("CORS-02 %s says just what its clients send", async (path, list) => {
    const answer = await preflight(path, SHOP, "x-anything");
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(answer.headers.get("access-control-allow-methods")).toBe(list.methods);
    expect(answer.headers.get("access-control-allow-headers")).toBe(list.headers);
  });

  test("CSRF-06 a cookie works from our pages and the shop's, and from nowhere else", async () => {
    const { token } = await session(await person());
    const cookie = `authjs.session-token=${token}`;
    const send = (headers: Record<string, string>) =>
      server.call("POST", "/auth/token/refresh", { headers: { cookie, ...headers } });
    for (const origin of FOREIGN) expect((await send({ origin })).status, origin).toBe(403);
    expect((await send({ "sec-fetch-site": "cross-site" })).status).toBe(403);
    for (const origin of [SHOP, server.url]) expect((await send({ origin })).status, origin).toBe(200);
    expect((await server.call("GET", "/api/me", { headers: { cookie, origin: "https://evil.example" } })).status).toBe(
      403,
    );
  });
});

describe("bad input", () => {
  const ROUTES = [
    "/auth/customer/emailpass",
    "/auth/customer/emailpass/register",
    "/auth/customer/emailpass/reset-password",
    "/auth/v1/signup",
    "/auth/v1/token?grant_type=password",
    "/auth/v1/recover",
    "/auth/v1/verify",
  ];
  const JSON_BODY = JSON.stringify({ email: "a@example.com", password: PASSWORD });

  test.each(ROUTES)("I-09 CSRF-06 %s takes JSON objects and nothing else", async (path) => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "application/xml",
      "",
    ]) {
      const answer = await server.call("POST", path, { body: JSON_BODY, headers: { "content-type": type } });
      expect(answer.status, type).toBe(415);
      expect(answer.headers.get("content-type")).toContain("application/json");
    }
    for (const body of ["null", "[]", '"x"', "{", '{"a":1,}', "NaN", '{"email":"a\u0000"}'])
      expect((await server.call("POST", path, { body })).status, body).toBe(400);
    const empty = await server.call("POST", path, { headers: { "content-type": "application/json" } });
    expect(empty.status).toBeGreaterThanOrEqual(400);
    expect(empty.status).toBeLessThan(500);
  });

  test("A-31 I-06 I-15 what is too large or compressed is refused unread", async () => {
    const body = JSON.stringify({ email: "a".repeat(1_100_000) });
    expect((await server.call("POST", "/auth/v1/signup", { body })).status).toBe(413);
    expect((await server.call("POST", "/auth/customer/emailpass", { body })).status).toBe(413);
    const headers = { "content-encoding": "gzip" };
    expect((await server.call("POST", "/auth/v1/signup", { body: JSON_BODY, headers })).status).toBe(415);
  });

  test("I-12 I-13 I-17 I-19 nothing that is sent makes the server fail or talk", async () => {
    const { access } = await signedIn();
    const odd: unknown[] = [
      null,
      1,
      -1,
      1e308,
      true,
      [],
      {},
      [[]],
      { toString: 1 },
      { __proto__: { a: 1 } },
      "",
      " ",
      "\u0000",
      "\ud800",
      "' OR 1=1--",
      '"; DROP TABLE "User";--',
      "%_\\$$",
      "a".repeat(10_000),
      "../..",
      "𝕒@example.com",
      "a@b@c",
    ];
    const fields = [
      "email",
      "password",
      "identifier",
      "refresh_token",
      "data",
      "type",
      "token",
      "token_hash",
      "metadata",
      "first_name",
      "callback_url",
      "code",
      "current_password",
      "entity_id",
    ];
    const paths = [
      ...ROUTES,
      "/auth/customer/emailpass/update",
      "/auth/customer/emailpass/callback",
      "/auth/verification/confirm",
      "/auth/verification/request",
      "/store/customers",
      "/store/customers/me",
      "/auth/v1/token?grant_type=refresh_token",
      "/auth/v1/resend",
      "/auth/v1/logout",
      "/auth/session",
      "/auth/token/refresh",
    ];
    const pick = <T>(list: readonly T[], n: number) => list[n % list.length] as T;
    for (let n = 0; n < 400; n++) {
      const body = Object.fromEntries([0, 1, 2].map((k) => [pick(fields, n * 5 + k * 3), pick(odd, n * 7 + k * 11)]));
      const path = pick(paths, n);
      const headers = n % 2 ? { authorization: `Bearer ${pick([access, "x", "a.b.c"], n)}` } : undefined;
      const answer = await server.call("POST", path, { body: `${JSON.stringify(body)}`, headers });
      expect(answer.status, `${path} ${JSON.stringify(body)}`).toBeLessThan(500);
      expect(answer.text).not.toMatch(/prisma|node_modules|at .*\.(js|ts):|SQLITE/i);
    }
    for (const path of [
      "/auth/%2e%2e/x",
      "/auth/zzzz/-1",
      `/auth/${"a".repeat(9_000)}/b`,
      "/auth/v1/..;/user",
      "/auth/v1/__proto__",
    ])
      for (const method of ["GET", "POST", "PUT", "DELETE"])
        expect((await server.call(method, path)).status, `${method} ${path}`).toBeLessThan(500);
    expect(server.output()).not.toMatch(/unhandledRejection|unhandled rejection|request failed/);
    expect((await grant("password", { email: (await person()).email, password: PASSWORD })).status).toBe(200);
  });

  test("I-18 one person's token changes nothing of another's", async () => {
    const [alice, bob] = [await signedIn(), await signedIn()];
    const headers = { authorization: `Bearer ${alice.access}` };
    await server.call("PUT", "/auth/v1/user", { headers, body: { id: bob.user.id, data: { mine: true } } });
    await server.call("POST", "/auth/v1/logout?scope=global", { headers, body: { user_id: bob.user.id } });
    expect((await me(bob.access)).status).toBe(200);
    expect((await db.user.findUniqueOrThrow({ where: { id: bob.user.id } })).userMetadata).toEqual({});
  });
});
