import { randomUUID } from "node:crypto";
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
import type { Principal } from "@/lib/auth/model/principal";
import { refreshSession, startRefreshing } from "@/lib/auth/refresh-session";
import { resetPassword } from "@/lib/auth/reset-password";
import { revokeOwnSession } from "@/lib/auth/sign-out";
import { issueAccessToken, verifyAccessToken } from "@/lib/auth/steps/access-token";
import { publicKeys, rotateSigningKey, signingKey } from "@/lib/auth/store/signing-keys";
import { issueVerification } from "@/lib/auth/store/verifications";
import { db } from "@/lib/db";
import type { User } from "@/prisma/client/client";
import { expectClosed } from "@/tests/support/api-rules";
import { type ApiServer, SHOP, startApiServer } from "@/tests/support/api-server";
import { client, other, session, verifiedUser } from "@/tests/support/people";

const DAY_MS = 24 * 60 * 60 * 1000;

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => void (await server?.stop()));

const me = (token: string) => server.call("GET", "/api/me", { headers: { authorization: `Bearer ${token}` } });
/** A user with a session, an access token for it and a refresh token. */
async function signedIn() {
  const user = await verifiedUser();
  const { principal } = await session(user);
  const { sessionId } = principal;
  const { token: access } = await issueAccessToken({ audience: "authenticated", subject: user.id, sessionId });
  const absoluteExpires = new Date(Date.now() + DAY_MS);
  return { user, principal, access, refreshToken: await startRefreshing({ sessionId, absoluteExpires }) };
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const now = () => Math.floor(Date.now() / 1000);

/** A token with these claims, signed by our own key, which only a mistake of ours could make. */
async function signed(claims: JWTPayload, header: object = {}): Promise<string> {
  const { kid, privateKey } = await signingKey();
  return new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid, typ: "at+jwt", ...header }).sign(privateKey);
}

describe("access tokens", () => {
  test("name nobody's secrets and live 15 minutes", async () => {
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

  test("what we did not sign is refused", async () => {
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

  test("times, issuer, audience and subject are checked", async () => {
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

  test("a token anywhere but in its header is ignored", async () => {
    const { access } = await signedIn();
    const cookie = `authjs.session-token=${access}; access_token=${access}`;
    expect((await server.call("GET", `/api/me?access_token=${access}`, { headers: { cookie } })).status).toBe(401);
  });

  test("a session that ended opens nothing from that moment", async () => {
    const ends: Record<string, (user: User, principal: Principal) => Promise<unknown>> = {
      "sign-out": (_, principal) => revokeOwnSession(principal, principal.sessionId),
      disabling: (user) => db.user.update({ where: { id: user.id }, data: { disabledAt: new Date() } }),
      deleting: (user) => db.user.delete({ where: { id: user.id } }),
      "a reset": async (user) => {
        const { token } = await issueVerification({ purpose: "reset", userId: user.id, email: user.email });
        expect((await resetPassword({ token, newPassword: other() }, client())).ok).toBe(true);
      },
      "ending it in /account": async (user) => {
        const { principal } = await session(user);
        const listed = (await listSessionViews(principal)).find(({ current }) => !current);
        expect((await revokeOwnSession(principal, listed?.id ?? "")).ok).toBe(true);
      },
      "the end of the row": (user) => db.session.deleteMany({ where: { userId: user.id } }),
    };
    for (const [name, end] of Object.entries(ends)) {
      const { user, principal, access, refreshToken } = await signedIn();
      expect((await me(access)).status).toBe(200);
      await end(user, principal);
      expect((await me(access)).status, name).toBe(401);
      expect((await refreshSession({ refreshToken }, client())).ok, name).toBe(false);
    }
  });

  test("keys rotate without signing anybody out, and a key that is removed is done with", async () => {
    const { user, access } = await signedIn();
    const { kid } = await rotateSigningKey();
    expect((await me(access)).status).toBe(200);
    const { id: sessionId } = await db.session.findFirstOrThrow({ where: { userId: user.id } });
    const next = await issueAccessToken({ audience: "authenticated", subject: user.id, sessionId });
    expect(decodeProtectedHeader(next.token).kid).toBe(kid);
    // The server reads an unknown key when a token names it.
    expect((await me(next.token)).status).toBe(200);
    await rotateSigningKey({ dropFormer: true });
    for (const token of [access, next.token]) expect((await verifyAccessToken(token, "authenticated")).ok).toBe(false);
    // This token makes the server read the keys now. Otherwise it would within a minute.
    const last = await issueAccessToken({ audience: "authenticated", subject: user.id, sessionId });
    expect((await me(last.token)).status).toBe(200);
    expect((await me(access)).status).toBe(401);
  });

  test("private keys are sealed in the database", async () => {
    await signedIn();
    const keys = await db.signingKey.findMany();
    expect(keys.length).toBeGreaterThan(0);
    for (const { privateJwk } of keys)
      for (const encoding of ["utf8", "base64url"] as const) {
        const text = Buffer.from(privateJwk, encoding).toString("latin1");
        expect(text.length).toBeGreaterThan(50);
        expect(text, encoding).not.toMatch(/"(kty|crv|d)"|PRIVATE/);
      }
  });
});

test("pages of foreign origins are told nothing, the shop is named", async () => {
  for (const path of ["/api/me", "/.well-known/jwks.json", "/api/auth/session"]) await expectClosed(server, path);
  const allowed = await server.call("GET", "/api/me", { headers: { origin: SHOP } });
  expect(allowed.headers.get("access-control-allow-origin")).toBe(SHOP);
  expect(allowed.headers.get("access-control-allow-credentials")).toBe("true");
  expect(allowed.headers.get("vary")).toMatch(/origin/i);
});

test("a session cookie works at our own API from no foreign page", async () => {
  const { token } = await session(await verifiedUser());
  const headers = { cookie: `authjs.session-token=${token}`, origin: "https://evil.example" };
  expect((await server.call("GET", "/api/me", { headers })).status).toBe(403);
});
