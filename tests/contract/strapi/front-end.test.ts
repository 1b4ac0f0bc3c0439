import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { db } from "@/lib/db";
import { type ApiServer, startApiServer } from "@/tests/support/api-server";
import { twoStepUser } from "@/tests/support/factors";
import { FaultProvider } from "@/tests/support/fault-provider";
import { cookiesOf, HttpClient } from "@/tests/support/http-client";

let server: ApiServer;
let provider: FaultProvider;
beforeAll(async () => {
  provider = await new FaultProvider().open();
  server = await startApiServer({
    API_REDIRECT_URLS: "",
    ...provider.settings,
  });
});
afterAll(async () => {
  await server?.stop();
  await provider?.close();
});

/** Goes to the provider, and comes back to our page that the guide names. */
async function visit(sub: string, path = "") {
  provider.behave({ sub, email: `${sub}@example.com`, email_verified: true });
  const left = await server.call("GET", "/api/connect/oidc");
  const answer = new URLSearchParams(provider.agree(left.location ?? ""));
  const headers = { cookie: cookiesOf(left) };
  const back = await server.call("GET", `/api/connect/oidc/callback?${answer}`, { headers });
  const page = new URL(back.location ?? "");
  expect(page.origin + page.pathname).toBe(`${server.url}/connect/oidc/redirect`);
  return { page: (path || page.pathname) + page.search, cookie: cookiesOf(back) };
}
const open = (page: string, cookie: string) => server.call("GET", page, { headers: { cookie } });
const problem = (code: string) => ({
  status: 303,
  location: `${server.url}/callback/oidc?problem=${code}`,
  session: null,
});

test.each(["", "/auth/oidc/callback"])(
  "a visit that ends at the guide's page signs the browser in, once (%s)",
  async (path) => {
    const { page, cookie } = await visit(randomUUID(), path);
    const signedIn = await open(page, cookie);
    expect(signedIn).toMatchObject({ status: 303, location: `${server.url}/dashboard`, session: expect.any(String) });
    const browser = new HttpClient(server.url, { session: signedIn.session ?? "" });
    expect((await browser.get("/dashboard")).status).toBe(200);
    expect(await open(page, cookie)).toMatchObject(problem("provider_state"));
  },
);

test("a handle in another browser signs nobody in, and is not spent", async () => {
  const [mine, theirs] = [await visit(randomUUID()), await visit(randomUUID())];
  for (const cookie of ["", theirs.cookie])
    expect(await open(mine.page, cookie)).toMatchObject(problem("provider_state"));
  expect((await open(mine.page, mine.cookie)).session).toEqual(expect.any(String));
});

test("a person who owes a second factor is led to it, and until then has no session", async () => {
  const { user } = await twoStepUser();
  const account = { type: "oidc", provider: "oidc", providerAccountId: randomUUID() };
  await db.account.create({ data: { ...account, userId: user.id } });
  const { page, cookie } = await visit(account.providerAccountId);
  const owing = await open(page, cookie);
  expect(owing.location).toMatch(`${server.url}/two-factor`);
  const browser = new HttpClient(server.url, { session: owing.session ?? "" });
  expect((await browser.get("/dashboard")).status).not.toBe(200);
});

test("what went wrong there is told by our own page", async () => {
  expect(await open("/connect/oidc/redirect?error=access_denied", "")).toMatchObject(problem("provider_denied"));
  expect(await open("/connect/oidc/redirect?error=oauth_error&error_description=x", "")).toMatchObject(
    problem("provider_failed"),
  );
  const told = await server.call("GET", "/callback/oidc?problem=provider_denied");
  expect(told.text).toContain("You cancelled the sign-in");
  for (const path of ["/connect/nope/redirect", "/connect/%2e%2e/redirect", "/auth/nope/callback?access_token=x"])
    expect((await server.call("GET", path)).status).toBeLessThan(500);
});
