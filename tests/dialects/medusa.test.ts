import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listUsers } from "@/lib/auth/manage-users";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { medusa } from "@/lib/dialects/medusa";
import { claimsOf } from "@/lib/dialects/medusa/claims";
import { env } from "@/lib/env";
import { CLIENT, FaultProvider } from "@/tests/support/fault-provider";
import { adminUser, PASSWORD, session, verifiedUser, withEnv } from "@/tests/support/people";
import { subscribe, untold } from "@/tests/support/subscribers";

const SITE = "http://localhost:3000";
const SHOP = "https://shop.example.com/callback";
const provider = new FaultProvider();

beforeAll(async () => {
  await provider.open();
  const providers = { OIDC: { ...CLIENT, issuer: provider.issuer } };
  Object.assign(env(), { APP_URL: SITE, API_REDIRECT_URLS: [SHOP], TRUSTED_PROXY_HOPS: 1, providers });
});
afterAll(() => provider.close());

type Method = keyof typeof medusa;
const call = (method: Method, path: string, headers: Record<string, string> = {}, body?: object) =>
  medusa[method](
    new Request(SITE + path, {
      method,
      headers: { ...headers, ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
    }),
  );

describe("a visit to a third party", () => {
  const browser = (ip: string) => ({ "x-forwarded-for": ip, "sec-fetch-site": "cross-site" });
  const server = (ip: string) => ({ "x-forwarded-for": ip });
  const [mallory, victim] = ["203.0.113.7", "198.51.100.9"];

  /** The address that finishes a visit which began with these headers. */
  async function comeBack(headers: Record<string, string>): Promise<string> {
    provider.behave({ sub: crypto.randomUUID(), email: `${crypto.randomUUID()}@example.com`, email_verified: true });
    const begun = await call("POST", "/auth/customer/oidc", headers, { callback_url: SHOP });
    const { location } = (await begun.json()) as { location: string };
    return `/auth/customer/oidc/callback?${new URLSearchParams(provider.agree(location))}`;
  }

  test.each([
    ["a browser", browser],
    ["a script", server],
  ])("that %s elsewhere began signs in no browser that its answer is planted in", async (_, beginner) => {
    const planted = await comeBack(beginner(mallory));
    const refused = await call("GET", planted, browser(victim));
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ message: "No state provided, or session expired" });
    expect(await db.session.count()).toBe(0);
    // The refusal did not spend it.
    expect((await call("GET", planted, browser(mallory))).status).toBe(200);
    await db.session.deleteMany();
  });

  test("that a storefront's server ends is that server's to tell apart", async () => {
    const answer = await call("GET", await comeBack(browser(mallory)), server(victim));
    const { token } = (await answer.json()) as { token: string };
    expect(decodeJwt(token)).toMatchObject({ auth_provider: "oidc" });
  });
});

test("a reset is told to subscribers, once, with what the client sent", async () => {
  const { email } = await verifiedUser();
  subscribe("auth.password_reset", () => {});
  for (const identifier of [email, "ghost@example.com"])
    await call("POST", "/auth/customer/emailpass/reset-password", {}, { identifier, metadata: { shop: "eu" } });
  const told = { entity_id: email, actor_type: "customer", metadata: { shop: "eu" }, token: expect.any(String) };
  expect(await untold("auth.password_reset")).toEqual([told]);
});

describe("the shape of a refusal", () => {
  test.each([
    "/auth",
    "/auth/customer",
    "/auth/customer/oidc/x",
    "/store/products",
    "/store/customers/x",
    "/auth/%zz/x",
  ])("is Medusa's for a path that there is not: %s", async (path) => {
    const answer = await call("GET", path);
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { type: "not_found", message: "There is nothing here." },
    ]);
  });

  test("is Medusa's for a method that a path does not take, and names those that it does", async () => {
    for (const [method, path, allow] of [
      ["GET", "/auth/token/refresh", "POST, OPTIONS"],
      ["PUT", "/auth/session", "POST, DELETE, OPTIONS"],
      ["HEAD", "/auth/customer/oidc/callback", "GET, POST, OPTIONS"],
    ] as const) {
      const answer = await call(method, path);
      expect([answer.status, answer.headers.get("allow")], path).toEqual([405, allow]);
      expect(answer.headers.get("content-type")).toBe("application/json");
    }
  });

  test("is the same while registrations are closed", async () => {
    const body = { email: "new@example.com", password: "plover-hatch-93-quill" };
    const closed = await withEnv({ AUTH_ALLOW_SIGNUP: false }, () =>
      call("POST", "/auth/customer/emailpass/register", {}, body),
    );
    expect([closed.status, await closed.json()]).toMatchObject([400, { type: "not_allowed" }]);
  });
});

test("a token tells a picture by its whole address, wherever it is kept", async () => {
  const told = async (image: string) => {
    const user = await verifiedUser({ image });
    return (await claimsOf(user, (await session(user)).principal, "customer", "oidc")).user_metadata;
  };
  expect(await told("/avatar/a/b")).toMatchObject({ picture: `${SITE}/avatar/a/b` });
  expect(await told("https://pictures.example.com/a")).toMatchObject({ picture: "https://pictures.example.com/a" });
});

test("a token of a sign-in at a provider names the user's own address, whatever its person keeps by another API", async () => {
  const user = await verifiedUser({ name: "Mallory" });
  const userMetadata = {
    email: "victim@example.com",
    name: "Victim",
    picture: "https://evil.example/a",
    theme: "dark",
  };
  const forged = { ...user, userMetadata };
  const { user_metadata } = await claimsOf(forged, (await session(user)).principal, "customer", "oidc");
  expect(user_metadata).toEqual({ email: user.email, name: "Mallory", picture: null, theme: "dark" });
});

test.each([
  ["customer", "forbidden"],
  ["user", null],
])("an admin's token as %s, moved into a cookie, opens of /admin what its actor may do", async (actor, refusal) => {
  const { email } = await adminUser();
  const signedIn = await call("POST", `/auth/${actor}/emailpass`, {}, { email, password: PASSWORD });
  const { token } = (await signedIn.json()) as { token: string };
  const moved = await call("POST", "/auth/session", { authorization: `Bearer ${token}` });
  const [, cookie = ""] = moved.headers.get("set-cookie")?.match(/^authjs\.session-token=([^;]+)/) ?? [];
  const principal = await findPrincipal(cookie);
  const listed = principal && (await listUsers(principal, { query: "" }));
  expect(listed && (listed.ok ? null : listed.error.code)).toBe(refusal);
});
