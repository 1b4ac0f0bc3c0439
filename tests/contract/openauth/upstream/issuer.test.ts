import { createClient } from "@openauthjs/openauth/client";
import { InvalidAccessTokenError, InvalidRefreshTokenError } from "@openauthjs/openauth/error";
import { createSubjects } from "@openauthjs/openauth/subject";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { issueAccessToken } from "@/lib/auth/steps/access-token";
import { db } from "@/lib/db";
import { type ApiServer, SHOP_CALLBACK, startApiServer } from "@/tests/support/api-server";
import { verifiedUser } from "@/tests/support/people";
import { comeBack } from "../visit";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server?.stop());

const subjects = createSubjects({ user: z.object({ id: z.string(), email: z.string() }) });
const TEXT = expect.stringMatching(/.+/);
const HOUR_MS = 3_600_000;

/** A method that the package still has, but that its types no longer list. */
type Pkce = { pkce(redirectUri: string): Promise<[verifier: string, url: string]> };

const newApp = () => createClient({ clientID: "web", issuer: `${server.url}/openauth` });

/** A new person signs in by the address that `begin` makes, and their app exchanges the code. */
async function signIn(begin?: (app: ReturnType<typeof newApp>) => Promise<[verifier: string, url: string]>) {
  const app = newApp();
  const user = await verifiedUser();
  const { url, challenge } = await app.authorize(SHOP_CALLBACK, "code", { pkce: true });
  const [verifier, address] = (await begin?.(app)) ?? [challenge.verifier, url];
  const back = await comeBack(server.url, address, user.email);
  const exchanged = await app.exchange(back.searchParams.get("code") ?? "", SHOP_CALLBACK, verifier);
  if (exchanged.err) throw exchanged.err;
  const subject = { type: "user", properties: { id: user.id, email: user.email } };
  return { app, user, subject, tokens: exchanged.tokens };
}

/** The same token, expired, signed by the same key. */
async function pastItsTime(access: string): Promise<string> {
  const { iss = "", aud, sub = "", sid, mode, type, properties } = decodeJwt(access);
  const claims = { mode, type, properties };
  const session = { sessionId: String(sid), claims, seconds: -1 };
  return (await issueAccessToken({ issuer: iss, audience: String(aud), subject: sub, ...session })).token;
}

/** The answer to a refresh, asked without the package. */
async function refresh(fields: Record<string, string>) {
  const body = new URLSearchParams({ grant_type: "refresh_token", ...fields });
  const response = await fetch(`${server.url}/openauth/token`, { method: "POST", body });
  return { status: response.status, body: await response.json() };
}

describe("an app's `verify`", () => {
  test("client.test.ts 1: says whom a token is about, and refreshes nothing", async () => {
    const { app, tokens, subject } = await signIn();
    expect(await app.verify(subjects, tokens.access)).toStrictEqual({ aud: "web", subject });
  });

  test("client.test.ts 2: refreshes a token past its time, and hands the new ones on", async () => {
    const { app, tokens, subject } = await signIn();
    const verified = await app.verify(subjects, await pastItsTime(tokens.access), { refresh: tokens.refresh });
    expect(verified).toStrictEqual({
      aud: "web",
      tokens: { access: TEXT, refresh: TEXT, expiresIn: expect.any(Number) },
      subject,
    });
  });

  test("client.test.ts 3: refuses a token past its time without a refresh token", async () => {
    const { app, tokens } = await signIn();
    const refused = { err: expect.any(InvalidAccessTokenError) };
    expect(await app.verify(subjects, await pastItsTime(tokens.access))).toStrictEqual(refused);
  });

  test("client.test.ts 4: refuses it with a refresh token that is none", async () => {
    const { app, tokens } = await signIn();
    const refused = { err: expect.any(InvalidRefreshTokenError) };
    expect(await app.verify(subjects, await pastItsTime(tokens.access), { refresh: "foo" })).toStrictEqual(refused);
  });
});

describe("the code flow", () => {
  test("issuer.test.ts 1: ends with both tokens, of the right person", async () => {
    const { app, tokens, subject } = await signIn();
    expect(tokens).toStrictEqual({ access: TEXT, refresh: TEXT, expiresIn: 900 });
    expect(await app.verify(subjects, tokens.access)).toMatchObject({ subject });
  });

  test("scrap.test.ts 1: begins with the older `pkce` as well, and goes on after the access token's time", async () => {
    const { app, tokens, subject } = await signIn((own) => (own as unknown as Pkce).pkce(SHOP_CALLBACK));
    expect(await app.verify(subjects, tokens.access)).toMatchObject({ subject });
    const old = await pastItsTime(tokens.access);
    expect((await app.verify(subjects, old)).err).toBeInstanceOf(Error);
    const next = await app.verify(subjects, old, { refresh: tokens.refresh });
    if (next.err) throw next.err;
    expect(next.tokens).toMatchObject({ access: TEXT, refresh: TEXT });
    expect(next.tokens?.access).not.toBe(tokens.access);
    expect(next.tokens?.refresh).not.toBe(tokens.refresh);
    expect(await app.verify(subjects, next.tokens?.access ?? "")).toMatchObject({ subject });
  });
});

describe("a refresh", () => {
  const NEW_TOKENS = { access_token: TEXT, refresh_token: TEXT, expires_in: expect.any(Number) };

  test.each([
    ["issuer.test.ts 3", "after the access token's time"],
    ["issuer.test.ts 4", "before it"],
  ])("%s: %s gets two other tokens, of the same person", async (name) => {
    const { app, tokens, subject } = await signIn();
    const old = name === "issuer.test.ts 3" ? await pastItsTime(tokens.access) : tokens.access;
    expect((await app.verify(subjects, old)).err !== undefined).toBe(name === "issuer.test.ts 3");
    const { status, body } = await refresh({ refresh_token: tokens.refresh });
    expect(status).toBe(200);
    expect(body).toStrictEqual({ ...NEW_TOKENS, token_type: "Bearer" });
    expect([body.access_token === tokens.access, body.refresh_token === tokens.refresh]).toEqual([false, false]);
    expect(await app.verify(subjects, body.access_token)).toStrictEqual({ aud: "web", subject });
  });

  test("issuer.test.ts 5: of one sign-in leaves the other's token alone", async () => {
    const [one, other] = [await signIn(), await signIn()];
    for (const { tokens } of [one, other]) expect((await refresh({ refresh_token: tokens.refresh })).status).toBe(200);
  });

  test("issuer.test.ts 8: long after the token was replaced is refused", async () => {
    const { user, tokens } = await signIn();
    expect((await refresh({ refresh_token: tokens.refresh })).status).toBe(200);
    const usedAt = new Date(Date.now() - HOUR_MS - 1_000);
    await db.refreshToken.updateMany({
      where: { session: { userId: user.id }, usedAt: { not: null } },
      data: { usedAt },
    });
    expect((await refresh({ refresh_token: tokens.refresh })).status).toBe(400);
  });

  test("issuer.test.ts 9: with a token past its time is refused", async () => {
    const { user, tokens } = await signIn();
    await db.refreshToken.updateMany({ where: { session: { userId: user.id } }, data: { expires: new Date(0) } });
    const { status, body } = await refresh({ refresh_token: tokens.refresh });
    expect([status, body.error]).toEqual([400, "invalid_grant"]);
  });

  test("issuer.test.ts 10: without a token is refused", async () => {
    const { status, body } = await refresh({});
    expect([status, body.error]).toEqual([400, "invalid_request"]);
  });
});

test("issuer.test.ts 11: `/userinfo` says the subject's properties, and beside them its `sub`", async () => {
  const { tokens, subject } = await signIn();
  const headers = { authorization: `Bearer ${tokens.access}` };
  const response = await fetch(`${server.url}/openauth/userinfo`, { headers });
  const { sub } = decodeJwt(tokens.access);
  expect(await response.json()).toStrictEqual({ ...subject.properties, sub });
});
