import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { strapiApi } from "@/lib/dialects/strapi";
import { SETTINGS } from "@/lib/dialects/strapi/settings";
import { type ApiServer, startApiServer } from "@/tests/support/api-server";
import { askApi } from "@/tests/support/ask-api";
import { cookiesOf } from "@/tests/support/http-client";
import { other, withEnv } from "@/tests/support/people";
import { client, newcomer, refreshCookie, refusal } from "./person";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer({
    AUTH_REQUIRE_EMAIL_VERIFICATION: "false",
    STRAPI_JWT_MANAGEMENT: "refresh",
  });
});
afterAll(async () => void (await server?.stop()));

const { post, ask, signIn, refresh, register, resetCode } = client(() => server);
const CHROME =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36";
const BY_COOKIE = { "x-strapi-refresh-cookie": "httpOnly" };
const TOKENS = { jwt: expect.any(String), refreshToken: expect.any(String) };
const INVALID = refusal(401, "UnauthorizedError", "Invalid refresh token");
const MISSING = refusal(401, "UnauthorizedError", "Missing authentication");
const change = (currentPassword: string, password: string, passwordConfirmation = password) => ({
  ...{ currentPassword, password, passwordConfirmation },
});
/** Signs in with the setting `refreshCookie`, in this process on the server's database, because the setting is code. */
function signInWithCookies(site: string, { email: identifier, password }: { email: string; password: string }) {
  const api = strapiApi({ ...SETTINGS, refreshCookie: "always" });
  return askApi(api, `${site}/api/auth/local`, { body: { identifier, password } });
}

/** The same person, signed in twice. */
async function twoSessions() {
  const person = await register();
  const { jwt, refreshToken } = (await signIn(person)).body as unknown as { jwt: string; refreshToken: string };
  return [person, { ...person, jwt, refreshToken }] as const;
}

describe("tokens", () => {
  test("auth-refresh.test.api.js 1: a sign-in answers both tokens, and sets no cookie", async () => {
    const answer = await signIn(await register());
    expect(answer).toMatchObject({ status: 200, body: TOKENS });
    expect(refreshCookie(answer)).toBeUndefined();
  });

  test("auth-refresh.test.api.js 2, controllers/auth.test.ts 12, auth-cookie-security.test.api.js 6: a client can ask for the refresh token in a cookie that no script reads", async () => {
    const answer = await signIn(await register(), BY_COOKIE);
    expect(answer).toMatchObject({ status: 200, body: { jwt: expect.any(String) } });
    expect(answer.body).not.toHaveProperty("refreshToken");
    expect(refreshCookie(answer)).toMatch(/HttpOnly/);
    expect(refreshCookie(answer)).not.toMatch(/Max-Age/i);
  });

  test("auth-refresh.test.api.js 3, auth-cookie-security.test.api.js 2: a setting gives everybody the cookie", async () => {
    const answer = await signInWithCookies(server.url, await register());
    expect(answer.body).not.toHaveProperty("refreshToken");
    expect(refreshCookie(answer)).toMatch(/HttpOnly/);
    expect(refreshCookie(answer)).not.toMatch(/Secure/);
  });

  test("auth-cookie-security.test.api.js 1: where the site has https, that cookie travels by nothing else", async () => {
    const [person, site] = [await register(), "https://app.example.com"];
    const answer = await withEnv({ APP_URL: site }, () => signInWithCookies(site, person));
    expect(refreshCookie(answer)).toMatch(/HttpOnly; Secure/);
  });

  test("controllers/auth.test.ts 20: a registration answers both tokens", async () => {
    expect((await post("local/register", newcomer())).body).toMatchObject(TOKENS);
  });
});

describe("a new password", () => {
  test("auth-refresh.test.api.js 4: needs a token", async () => {
    expect(await post("change-password", {})).toMatchObject(refusal(403, "ForbiddenError", "Forbidden"));
  });

  test("auth-refresh.test.api.js 5: is answered with both tokens, and signs in", async () => {
    const { jwt, email, password } = await register();
    const changed = await post("change-password", change(password, other(1)), jwt);
    expect(changed).toMatchObject({ status: 200, body: TOKENS });
    expect((await signIn({ email, password: other(1) })).status).toBe(200);
  });

  test("auth-refresh.test.api.js 6, 7, 8: is refused unconfirmed, with a wrong present one, and unchanged", async () => {
    const { jwt, password } = await register();
    const refused = [
      [change(password, other(1), other(2)), "Passwords do not match"],
      [change("badPassword", other(1)), "The provided current password is invalid"],
      [change(password, password), "Your new password must be different than your current password"],
    ] as const;
    for (const [body, message] of refused)
      expect(await post("change-password", body, jwt)).toMatchObject(refusal(400, "ValidationError", message));
  });

  test("auth-password-update-revokes-sessions.test.api.ts 1, 2, validation/auth.test.js 22: ends every session when it is changed", async () => {
    const [one, two] = await twoSessions();
    const alive = [await refresh(one.refreshToken), await refresh(two.refreshToken)];
    expect(alive.map(({ status }) => status)).toEqual([200, 200]);
    const changed = await post("change-password", change(one.password, other(1)), one.jwt);
    expect((await refresh(changed.body.refreshToken)).status).toBe(200);
    for (const { body } of alive) expect((await refresh(body.refreshToken)).status).toBe(401);
    expect(await signIn({ ...one, password: other(1) })).toMatchObject({ status: 200, body: TOKENS });
    expect((await signIn(one)).status).toBe(400);
  });

  test("auth-password-update-revokes-sessions.test.api.ts 3, 4, validation/auth.test.js 23: and when it is reset", async () => {
    const [one, two] = await twoSessions();
    const code = await resetCode(one.email);
    const body = { code, password: other(1), passwordConfirmation: other(1) };
    const reset = await post("reset-password", body);
    expect(reset).toMatchObject({ status: 200, body: TOKENS });
    expect((await refresh(reset.body.refreshToken)).status).toBe(200);
    for (const { refreshToken } of [one, two]) expect(await refresh(refreshToken)).toMatchObject(INVALID);
    expect(await signIn({ ...one, password: other(1) })).toMatchObject({ status: 200, body: TOKENS });
    expect((await signIn(one)).status).toBe(400);
  });
});

describe("refreshing", () => {
  test("auth-refresh.test.api.js 9, validation/auth.test.js 25, 26: without a token, or with one that is no text, is a bad request", async () => {
    for (const body of [{}, { refreshToken: 123 }])
      expect(await post("refresh", body)).toMatchObject(refusal(400, "BadRequestError", "Missing refresh token"));
  });

  test("auth-refresh.test.api.js 10, controllers/auth.test.ts 41: with an unknown token is refused", async () => {
    expect(await refresh("not-a-valid-token")).toMatchObject(INVALID);
  });

  test("auth-refresh.test.api.js 11, 12: answers new tokens, and ten seconds later the former refresh token is dead", async () => {
    const { id, refreshToken } = await register();
    const next = await refresh(refreshToken);
    expect(next).toMatchObject({ status: 200, body: TOKENS });
    expect(next.body.refreshToken).not.toBe(refreshToken);
    expect((await refresh(next.body.refreshToken)).status).toBe(200);
    const replaced = { session: { user: { seq: id } }, usedAt: { not: null } };
    await db.refreshToken.updateMany({ where: replaced, data: { usedAt: new Date(Date.now() - 11_000) } });
    expect(await refresh(refreshToken)).toMatchObject(INVALID);
  });

  test("auth-refresh.test.api.js 13: moves the token into a cookie when asked to", async () => {
    const { refreshToken } = await register();
    const answer = await post("refresh", { refreshToken }, undefined, BY_COOKIE);
    expect(answer).toMatchObject({ status: 200, body: { jwt: expect.any(String) } });
    expect(answer.body).not.toHaveProperty("refreshToken");
    expect(refreshCookie(answer)).toMatch(/HttpOnly/);
  });

  test("auth-refresh.test.api.js 14, controllers/auth.test.ts 43: works by the cookie alone", async () => {
    const signedIn = await signIn(await register(), BY_COOKIE);
    const answer = await post("refresh", {}, undefined, { ...BY_COOKIE, cookie: cookiesOf(signedIn) });
    expect(answer).toMatchObject({ status: 200, body: { jwt: expect.any(String) } });
    expect(answer.body).not.toHaveProperty("refreshToken");
    expect(refreshCookie(answer)).not.toBe(refreshCookie(signedIn));
  });
});

describe("signing out", () => {
  test("auth-refresh.test.api.js 15, controllers/auth-sessions.test.ts 9: needs a token", async () => {
    expect(await post("logout", {})).toMatchObject(MISSING);
  });

  test("auth-refresh.test.api.js 16, controllers/auth-sessions.test.ts 15: takes the cookie away", async () => {
    const { jwt } = await register();
    const answer = await post("logout", {}, jwt, BY_COOKIE);
    expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    expect(refreshCookie(answer)).toMatch(/^strapi_up_refresh=;.*Expires=Thu, 01 Jan 1970/);
  });

  test("auth-refresh.test.api.js 17: ends the refresh token", async () => {
    const { jwt, refreshToken } = await register();
    expect((await post("logout", {}, jwt)).status).toBe(200);
    expect(await refresh(refreshToken)).toMatchObject(INVALID);
  });

  test("auth-sessions.test.api.js 5, controllers/auth-sessions.test.ts 12: ends this session only", async () => {
    const [one, two] = await twoSessions();
    expect((await post("logout", { refreshToken: one.refreshToken }, one.jwt)).status).toBe(200);
    const { data } = (await ask("GET", "auth/sessions", two.jwt)).body as unknown as Listed;
    expect(data.map(({ id }) => id)).toEqual([idIn(two.jwt)]);
    expect((await refresh(one.refreshToken)).status).toBe(401);
    expect((await refresh(two.refreshToken)).status).toBe(200);
  });

  test("auth-sessions.test.api.js 6, 7, controllers/auth-sessions.test.ts 10: everywhere ends all of one's own, and nobody else's", async () => {
    const [[one, two], other] = [await twoSessions(), await register()];
    expect((await post("logout", { scope: "all" }, one.jwt)).body).toEqual({ ok: true });
    for (const { refreshToken } of [one, two]) expect((await refresh(refreshToken)).status).toBe(401);
    expect((await refresh(other.refreshToken)).status).toBe(200);
  });
});

describe("the list of sessions", () => {
  test("auth-sessions.test.api.js 1, controllers/auth-sessions.test.ts 2, 5: needs a token, and so does ending one", async () => {
    expect(await ask("GET", "auth/sessions")).toMatchObject(MISSING);
    expect(await ask("DELETE", "auth/sessions/session-1")).toMatchObject(MISSING);
  });

  test("auth-sessions.test.api.js 2, controllers/auth-sessions.test.ts 3, controllers/auth.test.ts 11: tells each one's device and beginning, this one first, and not from where", async () => {
    const person = await register();
    const jwt = String((await signIn(person, { "user-agent": CHROME })).body.jwt);
    const listed = await ask("GET", "auth/sessions", jwt);
    const { data } = listed.body as unknown as Listed;
    expect(data).toHaveLength(2);
    const current = { id: idIn(jwt), current: true, deviceName: "Chrome on macOS", loginAt: expect.any(String) };
    expect(data[0]).toMatchObject(current);
    expect(data[1]).toMatchObject({ id: idIn(person.jwt), current: false });
    for (const session of data) for (const key of ["ip", "userId"]) expect(session).not.toHaveProperty(key);
  });

  test("auth-sessions.test.api.js 3, controllers/auth-sessions.test.ts 7: ends one, whose tokens die", async () => {
    const [one, two] = await twoSessions();
    const ended = await ask("DELETE", `auth/sessions/${idIn(two.jwt)}`, one.jwt);
    expect(ended).toMatchObject({ status: 200, body: { data: {} } });
    expect((await refresh(two.refreshToken)).status).toBe(401);
    expect((await ask("GET", "users/me", two.jwt)).status).toBe(401);
    const { data } = (await ask("GET", "auth/sessions", one.jwt)).body as unknown as Listed;
    expect(data.map(({ id }) => id)).toEqual([idIn(one.jwt)]);
  });

  test("auth-sessions.test.api.js 4, 8, controllers/auth-sessions.test.ts 6: an unknown one and another person's are not there", async () => {
    const [one, other] = [await register(), await register()];
    for (const id of ["unknown-session-id", idIn(other.jwt)])
      expect(await ask("DELETE", `auth/sessions/${id}`, one.jwt)).toMatchObject(
        refusal(404, "NotFoundError", "Session not found"),
      );
    expect((await refresh(other.refreshToken)).status).toBe(200);
  });
});

type Listed = { data: { id: string }[] };

/** The session's id in a token, where Strapi's clients read it. */
function idIn(jwt: string): string {
  const { sessionId, userId, type } = decodeJwt(jwt);
  expect([typeof userId, type]).toEqual(["string", "access"]);
  return String(sessionId);
}
