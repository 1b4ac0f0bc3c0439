import { beforeEach, expect, expectTypeOf, test } from "vitest";
import { startRefreshing } from "@/lib/auth/refresh-session";
import type { BegunSession, SignedIn } from "@/lib/auth/steps/begin-session";
import type { NewSession } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { strapiApi } from "@/lib/dialects/strapi";
import { SETTINGS } from "@/lib/dialects/strapi/settings";
import { env } from "@/lib/env";
import { askApi } from "@/tests/support/ask-api";
import { owingSession, tokensNaming, twoStepUser } from "@/tests/support/factors";
import { newSession, other, PASSWORD, verifiedUser, withEnv } from "@/tests/support/people";

const SITE = "http://localhost:3000";
const SIGN_IN = `${SITE}/login`;
const REQUIRED = { AUTH_REQUIRE_SECOND_FACTOR: "all" } as const;
const NEW_PASSWORD = { currentPassword: PASSWORD, password: other(), passwordConfirmation: other() };

beforeEach(() => {
  Object.assign(env(), { APP_URL: SITE });
});

const api = strapiApi({ ...SETTINGS, callsPerMinute: 1_000, jwtManagement: "refresh" });
const post = (path: string, body: object, token?: string) => askApi(api, SITE + path, { body, token });
const login = (identifier: string) => post("/api/auth/local", { identifier, password: PASSWORD });
const naming = (words: string) => ({
  status: 400,
  body: { error: { name: "ApplicationError", message: expect.stringContaining(words) } },
});

test("tokens are made of no session that may owe a factor", () => {
  expectTypeOf<BegunSession>().not.toExtend<SignedIn>();
  expectTypeOf<NewSession>().not.toExtend<SignedIn>();
});

test("a session that owes a factor is nobody's by any token that names it, of this dialect or another", async () => {
  const { user } = await twoStepUser();
  for (const token of await tokensNaming(await owingSession(user))) {
    expect((await askApi(api, `${SITE}/api/users/me`, { token })).status).toBe(401);
    expect((await post("/api/auth/change-password", NEW_PASSWORD, token)).status).toBe(401);
    expect((await post("/api/auth/logout", { scope: "all" }, token)).status).toBe(401);
  }
  const refreshToken = await startRefreshing(await newSession(user, { kind: "api" }));
  expect((await post("/api/auth/refresh", { refreshToken })).status).toBe(401);
  expect(await db.session.count({ where: { userId: user.id } })).toBe(2);
});

test("a person who must set a second factor up first is told where, and keeps no session", () =>
  withEnv({ ...REQUIRED, AUTH_REQUIRE_EMAIL_VERIFICATION: false }, async () => {
    const user = await verifiedUser();
    expect(await login(user.email)).toMatchObject(naming(`set up first. Sign in at ${SIGN_IN}`));
    const email = `${crypto.randomUUID()}@example.com`;
    const registered = await post("/api/auth/local/register", { email, username: email, password: PASSWORD });
    expect(registered).toMatchObject(naming(SIGN_IN));
    expect(registered.body.jwt).toBeUndefined();
    expect(await db.session.count({ where: { user: { email: { in: [email, user.email] } } } })).toBe(0);
  }));

test("the password cannot be changed in a session from before a second factor was asked for", async () => {
  const user = await verifiedUser();
  const { jwt } = (await login(user.email)).body;
  const changed = await withEnv(REQUIRED, () => post("/api/auth/change-password", NEW_PASSWORD, jwt));
  expect(changed).toMatchObject(naming(SIGN_IN));
  expect((await post("/api/auth/change-password", NEW_PASSWORD, jwt)).status).toBe(200);
});
