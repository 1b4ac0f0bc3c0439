import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { db } from "@/lib/db";
import { type ApiServer, SHOP_CALLBACK, startApiServer } from "@/tests/support/api-server";
import { FaultProvider } from "@/tests/support/fault-provider";
import { cookiesOf, HttpClient } from "@/tests/support/http-client";
import { startServer } from "@/tests/support/server";
import { refusal } from "./person";

let server: ApiServer;
let provider: FaultProvider;
beforeAll(async () => {
  provider = await new FaultProvider().open();
  server = await startApiServer({
    AUTH_GOOGLE_ID: "a-google-client",
    AUTH_GOOGLE_SECRET: "its-secret",
    ...provider.settings,
  });
});
afterAll(async () => {
  await server?.stop();
  await provider?.close();
});

const person = () => ({ sub: crypto.randomUUID(), email_verified: true });
let alice: { sub: string; email: string };
beforeEach(() => {
  const { sub, email_verified } = person();
  alice = { sub, email: `${sub}@example.com` };
  provider.behave({ ...alice, email_verified });
});

const get = (path: string, cookie = "") => server.call("GET", `/api/${path}`, { headers: { cookie } });
const UNFINISHED = refusal(400, "ApplicationError", "OAuth authentication requires a completed provider session");

/** Goes to the provider and comes back. @returns the address that the browser ends at, and its cookies */
async function visit(callback?: string, spoil: (answer: Record<string, string>) => void = () => {}) {
  const left = await get(`connect/oidc${callback ? `?${new URLSearchParams({ callback })}` : ""}`);
  const answer = provider.agree(left.location ?? "");
  spoil(answer);
  const back = await get(`connect/oidc/callback?${new URLSearchParams(answer)}`, cookiesOf(left));
  return { end: new URL(back.location ?? ""), cookie: cookiesOf(back) };
}

test("auth-oauth-callback.test.api.js 1, 2, controllers/auth.test.ts 8: a sign-in that no provider completed is refused", async () => {
  for (const path of ["oidc", "google", "google?access_token=made-up", "oidc?id_token=x&code=y"]) {
    const [id, query = ""] = path.split("?");
    expect(await get(`auth/${id}/callback?${query}`)).toMatchObject(UNFINISHED);
  }
});

test("controllers/auth.test.ts 9, utils/oauth-connect.test.js 5: one that was completed signs in, by the answer that the server kept", async () => {
  const { end, cookie } = await visit();
  expect(end.origin + end.pathname).toBe(SHOP_CALLBACK);
  const handle = end.searchParams.get("access_token") ?? "";
  expect(handle).not.toBe("an-access-token");
  expect(await get("auth/oidc/callback?access_token=untrusted", cookie)).toMatchObject(UNFINISHED);
  const { end: again } = await visit();
  const signedIn = await get(`auth/oidc/callback?${again.searchParams}`);
  expect(signedIn).toMatchObject({ status: 200, body: { jwt: expect.any(String), user: { email: alice.email } } });
});

test("controllers/auth.test.ts 10: a blocked person is told so", async () => {
  const { end: first } = await visit();
  await get(`auth/oidc/callback?${first.searchParams}`);
  await db.user.update({ where: { email: alice.email }, data: { disabledAt: new Date() } });
  const { end } = await visit();
  expect(await get(`auth/oidc/callback?${end.searchParams}`)).toMatchObject(
    refusal(400, "ApplicationError", "Your account has been blocked by an administrator"),
  );
});

test("controllers/auth.test.ts 24, utils/oauth-connect.test.js 8: a provider without keys is disabled", async () => {
  for (const path of ["connect/github", "connect/github/callback", "auth/github/callback"])
    expect(await get(path)).toMatchObject(refusal(400, "ApplicationError", "This provider is disabled"));
});

test("controllers/auth.test.ts 25, utils/oauth-connect.test.js 11, 12: a page of one's own is where the browser ends, over the visit", async () => {
  const { end } = await visit(`${SHOP_CALLBACK}?tab=2`);
  expect(end.href).toMatch(`${SHOP_CALLBACK}?tab=2&access_token=`);
});

test("controllers/auth.test.ts 26: a page of another site is refused, and nobody leaves", async () => {
  const callback = "https://untrusted.example.com";
  expect(await get(`connect/oidc?${new URLSearchParams({ callback })}`)).toMatchObject({
    ...refusal(400, "ValidationError", "Invalid callback URL provided"),
    location: null,
  });
});

test("utils/oauth-connect.test.js 9: an answer with a state that nobody began is told as an error, and exchanged with nobody", async () => {
  const { end } = await visit(undefined, (answer) => Object.assign(answer, { state: "attacker" }));
  expect(end.searchParams.get("error")).toBe("oauth_error");
  expect(provider.requests.filter(({ endpoint }) => endpoint === "token")).toEqual([]);
});

test("utils/oauth-connect.test.js 10: an exchange that fails is told as an error", async () => {
  provider.faults.token = { status: 500 };
  const { end } = await visit();
  expect(end.searchParams.get("error")).toBe("oauth_error");
  expect(end.searchParams.get("error_description")).toMatch(/\w/);
});

test("every provider that Strapi has built in is there by its id, and leads to itself", async () => {
  const address = { ISSUER: provider.issuer };
  const strapis: Record<string, { at: string; issuer?: typeof address }> = {
    auth0: { at: provider.issuer, issuer: address },
    cas: { at: provider.issuer, issuer: address },
    cognito: { at: provider.issuer, issuer: address },
    discord: { at: "https://discord.com" },
    facebook: { at: "https://www.facebook.com" },
    github: { at: "https://github.com" },
    instagram: { at: "https://www.instagram.com" },
    keycloak: { at: provider.issuer, issuer: address },
    patreon: { at: "https://www.patreon.com" },
    reddit: { at: "https://www.reddit.com" },
    twitter: { at: "https://x.com" },
    vk: { at: "https://oauth.vk.com" },
  };
  const settings = Object.entries(strapis).flatMap(([id, { issuer }]) =>
    Object.entries({ ID: "an-id", SECRET: "a-secret", ...issuer }).map(([name, value]) => [
      `AUTH_${id.toUpperCase()}_${name}`,
      value,
    ]),
  );
  const all = await startServer({ API_REDIRECT_URLS: SHOP_CALLBACK, ...Object.fromEntries(settings) });
  try {
    for (const [id, { at }] of Object.entries(strapis)) {
      const { location } = await new HttpClient(all.url).call("GET", `/api/connect/${id}`);
      const left = new URL(location ?? "");
      expect([id, left.origin, left.searchParams.get("client_id")]).toEqual([id, at, "an-id"]);
      expect(left.searchParams.get("redirect_uri")).toBe(`${all.url}/api/connect/${id}/callback`);
    }
  } finally {
    await all.stop();
  }
});
