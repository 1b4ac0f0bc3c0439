import { afterAll, beforeAll, expect, test } from "vitest";
import { describeApiRules, FOREIGN_ORIGINS } from "@/tests/support/api-rules";
import { type ApiServer, SHOP, startApiServer } from "@/tests/support/api-server";
import { PASSWORD, session, verifiedUser } from "@/tests/support/people";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => void (await server?.stop()));

const signIn = (email: string, password: string) =>
  server.call("POST", "/auth/customer/emailpass", { body: { email, password } });

describeApiRules({
  server: () => server,
  cors: {
    path: "/auth/token/refresh",
    methods: "GET, POST, DELETE, OPTIONS",
    headers: "authorization, content-type, accept, x-medusa-locale, x-publishable-api-key",
  },
  jsonRoutes: [
    "/auth/customer/emailpass",
    "/auth/customer/emailpass/register",
    "/auth/customer/emailpass/reset-password",
  ],
  paths: [
    ...["/auth/customer/emailpass/update", "/auth/customer/emailpass/callback", "/auth/verification/confirm"],
    ...[
      "/auth/verification/request",
      "/store/customers",
      "/store/customers/me",
      "/auth/session",
      "/auth/token/refresh",
    ],
    ...["/admin/invites", "/admin/invites/accept?token=x", "/admin/invites/x/resend", "/admin/users/me"],
    ...["/auth/mfa/factors", "/auth/mfa/factors/x/verify", "/auth/mfa/recovery-codes", "/auth/mfa/challenges/x/verify"],
  ],
  fields: ["identifier", "first_name", "callback_url", "entity_id", "provider", "label", "method", "code", "count"],
  oddPaths: ["/auth/%2e%2e/x", "/auth/zzzz/-1", `/auth/${"a".repeat(9_000)}/b`, "/auth/__proto__/emailpass"],
  protectedPath: "/store/customers/me",
  bearer: async () => String((await signIn((await verifiedUser()).email, PASSWORD)).body.token),
  signIn: async (email, password) => (await signIn(email, password)).status,
});

test("a cookie works from our pages and the shop's, and from nowhere else", async () => {
  const { token } = await session(await verifiedUser());
  const cookie = `authjs.session-token=${token}`;
  const send = (headers: Record<string, string>) =>
    server.call("POST", "/auth/token/refresh", { headers: { cookie, ...headers } });
  for (const origin of FOREIGN_ORIGINS) expect((await send({ origin })).status, origin).toBe(403);
  expect((await send({ "sec-fetch-site": "cross-site" })).status).toBe(403);
  for (const origin of [SHOP, server.url]) expect((await send({ origin })).status, origin).toBe(200);
});
