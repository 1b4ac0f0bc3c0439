import { randomBytes } from "node:crypto";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { describeApiRules } from "@/tests/support/api-rules";
import { type ApiServer, startApiServer } from "@/tests/support/api-server";
import { newIp } from "@/tests/support/http-client";
import { PASSWORD, verifiedUser } from "@/tests/support/people";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => void (await server?.stop()));

const me = (token: string) => server.call("GET", "/api/me", { headers: { authorization: `Bearer ${token}` } });
const grant = (type: string, body: unknown, headers?: Record<string, string>) =>
  server.call("POST", `/auth/v1/token?grant_type=${type}`, { body, headers });
const refresh = (refresh_token: unknown) => grant("refresh_token", { refresh_token });

/** A user with an API session. */
async function signedIn() {
  const user = await verifiedUser();
  const { body } = await grant("password", { email: user.email, password: PASSWORD });
  return { user, access: String(body.access_token), refreshToken: String(body.refresh_token) };
}

describe("refresh tokens", () => {
  test("rotate, twenty at once leave one that is live, and the database holds none of them", async () => {
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

  test("end after 7 days without use and after 30 days whatever happens", async () => {
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

  test("a new token says what is true now", async () => {
    const { user, refreshToken } = await signedIn();
    await db.user.update({ where: { id: user.id }, data: { appMetadata: { plan: "pro" } } });
    const { body } = await refresh(refreshToken);
    expect(decodeJwt(String(body.access_token))).toMatchObject({ app_metadata: { plan: "pro" } });
  });

  test("guessing from one address is cut off, and holds up nobody who is right", async () => {
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

describeApiRules({
  server: () => server,
  cors: {
    path: "/auth/v1/token",
    methods: "GET, POST, PUT, PATCH, DELETE, OPTIONS",
    headers: "authorization, content-type, apikey, x-client-info, x-supabase-api-version",
  },
  jsonRoutes: ["/auth/v1/signup", "/auth/v1/token?grant_type=password", "/auth/v1/recover", "/auth/v1/verify"],
  paths: [
    ...["/auth/v1/token?grant_type=refresh_token", "/auth/v1/resend", "/auth/v1/logout", "/auth/v1/otp"],
    ...["/auth/v1/factors", "/auth/v1/factors/x/challenge", "/auth/v1/factors/x/verify"],
    ...["/auth/v1/factors/recovery-codes", "/auth/v1/factors/recovery-codes/verify"],
    ...["/auth/v1/passkeys/authentication/options", "/auth/v1/passkeys/authentication/verify"],
  ],
  fields: [
    ...["refresh_token", "token_hash", "current_password", "nonce", "create_user", "phone"],
    ...["factor_type", "friendly_name", "challenge_id", "credential"],
  ],
  oddPaths: ["/auth/v1/..;/user", "/auth/v1/__proto__", "/auth/v1/%zz", `/auth/v1/${"a".repeat(9_000)}`],
  protectedPath: "/auth/v1/user",
  bearer: async () => (await signedIn()).access,
  signIn: async (email, password) => (await grant("password", { email, password })).status,
});

test("signing out ends the access token and the refresh token from that moment", async () => {
  const { access, refreshToken } = await signedIn();
  expect((await me(access)).status).toBe(200);
  await server.call("POST", "/auth/v1/logout", { headers: { authorization: `Bearer ${access}` } });
  expect((await me(access)).status).toBe(401);
  expect((await refresh(refreshToken)).status).toBe(400);
});

test("one person's token changes nothing of another's", async () => {
  const [alice, bob] = [await signedIn(), await signedIn()];
  const headers = { authorization: `Bearer ${alice.access}` };
  await server.call("PUT", "/auth/v1/user", { headers, body: { id: bob.user.id, data: { mine: true } } });
  await server.call("POST", "/auth/v1/logout?scope=global", { headers, body: { user_id: bob.user.id } });
  expect((await me(bob.access)).status).toBe(200);
  expect((await db.user.findUniqueOrThrow({ where: { id: bob.user.id } })).userMetadata).toEqual({});
});
