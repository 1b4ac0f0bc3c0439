import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type MedusaSdk from "@medusajs/js-sdk";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { type ApiServer, SHOP_CALLBACK, startApiServer } from "@/tests/support/api-server";
import { FaultProvider } from "@/tests/support/fault-provider";
import { cookiesOf, newIp } from "@/tests/support/http-client";
import { adminUser, other, PASSWORD, verifiedUser } from "@/tests/support/people";
import { Medusa } from "./sdk";

let server: ApiServer;
let provider: FaultProvider;

beforeAll(async () => {
  provider = await new FaultProvider().open();
  server = await startApiServer({
    AUTH_REQUIRE_EMAIL_VERIFICATION: "false",
    ...provider.settings,
  });
});
afterAll(async () => {
  await server?.stop();
  await provider?.close();
});

const newEmail = () => `${randomUUID().slice(0, 8)}@example.com`;

/** The unmodified client of a storefront, with its own IP address. */
function newSdk(): MedusaSdk {
  return new Medusa({
    baseUrl: server.url,
    auth: { type: "jwt", jwtTokenStorageMethod: "memory" },
    globalHeaders: { "x-forwarded-for": newIp() },
  });
}

/** A person who registered and became a customer. */
async function newCustomer() {
  const [sdk, email] = [newSdk(), newEmail()];
  const registered = await sdk.auth.register("customer", "emailpass", { email, password: PASSWORD });
  const { customer } = await sdk.store.customer.create({ email, first_name: "Alice", last_name: "Doe" });
  const token = String(await sdk.auth.login("customer", "emailpass", { email, password: PASSWORD }));
  return { sdk, email, registered, customer, token };
}

const post = (path: string, body?: unknown, token?: string) =>
  server.call("POST", path, { body, headers: token ? { authorization: `Bearer ${token}` } : {} });
const login = (email: string, password = PASSWORD, actor = "customer") =>
  post(`/auth/${actor}/emailpass`, { email, password });

/** The token of the newest reset mail. */
async function mailedToken(email: string, after = 0): Promise<string> {
  const mail = await server.mail.waitForMail(email, { subject: /reset/i, after });
  return new URL(mail.links.find((link) => link.includes("token=")) ?? "").searchParams.get("token") ?? "";
}
/** An address gets one mail a minute, for which a test does not wait. */
const forgetLimits = () => db.rateLimit.deleteMany({ where: { key: { startsWith: "mail:" } } });

describe("password", () => {
  test("register, become a customer, sign in", async () => {
    const email = newEmail();
    const answer = await post("/auth/customer/emailpass/register", { email, password: PASSWORD });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual(["token"]);
    const registered = decodeJwt(String(answer.body.token));
    expect(registered).toMatchObject({
      actor_id: "",
      actor_type: "customer",
      auth_provider: "emailpass",
      user_metadata: {},
    });

    const sdk = newSdk();
    sdk.client.setToken(String(answer.body.token));
    const { customer } = await sdk.store.customer.create({ email, first_name: "Jane", last_name: "Doe" });
    expect(customer).toMatchObject({ email, first_name: "Jane", last_name: "Doe", has_account: true, addresses: [] });

    const claims = decodeJwt(String(await sdk.auth.login("customer", "emailpass", { email, password: PASSWORD })));
    expect(claims).toMatchObject({ actor_id: customer.id, app_metadata: { customer_id: customer.id } });
    expect(claims.auth_identity_id).toBe(registered.auth_identity_id);
    expect((await sdk.store.customer.retrieve()).customer.id).toBe(customer.id);
    const updated = await sdk.store.customer.update({ phone: "+1 555 0100" });
    expect(updated.customer).toMatchObject({ phone: "+1 555 0100", first_name: "Jane" });
  });

  test("nobody becomes a customer without a token", async () => {
    const { status, body } = await post("/store/customers", { first_name: "Jane" });
    expect([status, body]).toEqual([401, { message: "Unauthorized" }]);
  });

  test("a customer does not become one twice, nor with somebody else's address", async () => {
    const { token } = await newCustomer();
    expect(await post("/store/customers", {}, token)).toMatchObject({
      status: 400,
      body: { type: "invalid_data", message: "Request already authenticated as a customer." },
    });
    const { body } = await post("/auth/customer/emailpass/register", { email: newEmail(), password: PASSWORD });
    const taken = await post("/store/customers", { email: newEmail() }, String(body.token));
    expect(taken).toMatchObject({ status: 422, body: { type: "duplicate_error", code: "invalid_request_error" } });
  });

  test("registering again works until the identity has an actor", async () => {
    const credentials = { email: newEmail(), password: PASSWORD };
    const first = await post("/auth/customer/emailpass/register", credentials);
    const again = await post("/auth/customer/emailpass/register", credentials);
    expect(again.status).toBe(200);
    expect(decodeJwt(String(again.body.token)).auth_identity_id).toBe(
      decodeJwt(String(first.body.token)).auth_identity_id,
    );
    const taken = { type: "unauthorized", message: "Identity with email already exists" };
    const otherPassword = await post("/auth/customer/emailpass/register", { ...credentials, password: other() });
    expect(otherPassword).toMatchObject({ status: 401, body: taken });
    await post("/store/customers", {}, String(again.body.token));
    expect(await post("/auth/customer/emailpass/register", credentials)).toMatchObject({ status: 401, body: taken });
  });

  test("an unknown address and a wrong password get the same answer", async () => {
    const { email } = await newCustomer();
    const wrong = { type: "unauthorized", message: "Invalid email or password" };
    expect(await login(newEmail())).toMatchObject({ status: 401, body: wrong });
    expect(await login(email, other())).toMatchObject({ status: 401, body: wrong });
    await expect(newSdk().auth.login("customer", "emailpass", { email, password: other() })).rejects.toMatchObject({
      status: 401,
      message: wrong.message,
    });
  });

  test("what is missing is named, the password first", async () => {
    const message = async (body: object) => (await post("/auth/customer/emailpass", body)).body.message;
    expect(await message({ email: newEmail() })).toBe("Password should be a string");
    expect(await message({ password: PASSWORD })).toBe("Email should be a string");
    expect(await message({ email: { a: 1 }, password: [PASSWORD] })).toBe("Password should be a string");
  });

  test("an admin's identity becomes a customer too", async () => {
    const admin = await adminUser();
    const taken = await post("/auth/customer/emailpass/register", { email: admin.email, password: PASSWORD });
    expect(taken.status).toBe(401);

    const asUser = decodeJwt(String((await login(admin.email, PASSWORD, "user")).body.token));
    expect(asUser).toMatchObject({ actor_type: "user", actor_id: expect.stringMatching(/^user_/) });
    const token = String((await login(admin.email)).body.token);
    expect(decodeJwt(token)).toMatchObject({ actor_id: "", app_metadata: { user_id: asUser.actor_id } });
    const created = await post("/store/customers", { first_name: "Ada" }, token);
    const { id } = created.body.customer as unknown as { id: string };
    const refreshed = decodeJwt(String((await post("/auth/token/refresh", undefined, token)).body.token));
    expect(refreshed).toMatchObject({ actor_id: id, auth_identity_id: asUser.auth_identity_id });
    expect((await login(admin.email, PASSWORD, "user")).status).toBe(200);
  });

  test("an admin's token opens no customer route, and nobody becomes an admin by asking", async () => {
    const admin = await adminUser();
    const token = String((await login(admin.email, PASSWORD, "user")).body.token);
    expect(
      (await server.call("GET", "/store/customers/me", { headers: { authorization: `Bearer ${token}` } })).status,
    ).toBe(401);
    expect((await post("/auth/emailpass/user", undefined, token)).body.message).toMatch(/already registered/);
    const nobody = await verifiedUser();
    const asUser = String((await login(nobody.email, PASSWORD, "user")).body.token);
    expect(decodeJwt(asUser).actor_id).toBe("");
    expect((await post("/auth/emailpass/user", undefined, asUser)).status).toBe(403);
  });

  test("metadata stored with a user is in every token", async () => {
    const { email, token } = await newCustomer();
    await db.user.update({ where: { email }, data: { appMetadata: { plan: "pro" }, userMetadata: { lang: "de" } } });
    const stored = { app_metadata: { plan: "pro" }, user_metadata: { lang: "de" } };
    expect(decodeJwt(String((await login(email)).body.token))).toMatchObject(stored);
    expect(decodeJwt(String((await post("/auth/token/refresh", undefined, token)).body.token))).toMatchObject(stored);
  });

  test("providers are listed without secrets, and unknown ones refused", async () => {
    const { providers } = await newSdk().auth.listProviders("customer");
    expect(providers).toContainEqual({
      id: "emailpass",
      identifier: "emailpass",
      display_name: "Email/Password Authentication",
      flow: "credentials",
    });
    expect(providers.map(({ flow }: { flow: string }) => flow)).toContain("redirect");
    for (const path of ["/auth/customer/nope", "/auth/vendor/emailpass", "/auth/__proto__/emailpass/register"])
      expect(await post(path, { email: newEmail(), password: PASSWORD })).toMatchObject({
        status: 400,
        body: { type: "not_allowed", message: expect.stringMatching(/is not allowed to use the auth provider/) },
      });
  });
});

describe("refresh and session", () => {
  test("a refreshed token says the same, later", async () => {
    const { sdk, token } = await newCustomer();
    await sleep(1_100);
    const refreshed = decodeJwt((await sdk.auth.refresh()).token);
    const before = decodeJwt(token);
    for (const claim of ["actor_id", "actor_type", "auth_identity_id", "auth_provider", "sid"])
      expect(refreshed[claim]).toBe(before[claim]);
    expect(refreshed.iat).toBeGreaterThan(before.iat ?? 0);
    expect(refreshed.exp).toBeGreaterThan(before.exp ?? 0);
  });

  test("without a good token or cookie there is no new one", async () => {
    for (const token of [undefined, "garbage", "a.b.c"])
      expect(await post("/auth/token/refresh", undefined, token)).toMatchObject({
        status: 401,
        body: { message: "Unauthorized" },
      });
  });

  test("a session cookie refreshes beside a bad bearer, until it is ended", async () => {
    const { token } = await newCustomer();
    const opened = await post("/auth/session", undefined, token);
    expect(opened).toMatchObject({ status: 200, body: { user: { actor_type: "customer" } } });
    expect(opened.headers.getSetCookie()[0]).toMatch(/HttpOnly.*SameSite=Lax/);
    const cookie = cookiesOf(opened);
    const withCookie = (method: string, path: string) =>
      server.call(method, path, { headers: { cookie, authorization: "Bearer stale" } });
    const refreshed = await withCookie("POST", "/auth/token/refresh");
    expect(decodeJwt(String(refreshed.body.token)).actor_id).toBe(decodeJwt(token).actor_id);
    expect((await withCookie("GET", "/store/customers/me")).status).toBe(200);

    const closed = await withCookie("DELETE", "/auth/session");
    expect([closed.status, closed.body]).toEqual([200, { success: true }]);
    expect(closed.headers.getSetCookie()[0]).toMatch(/session-token=;.*Expires=Thu, 01 Jan 1970/);
    expect((await withCookie("POST", "/auth/token/refresh")).status).toBe(401);
    expect((await withCookie("DELETE", "/auth/session")).status).toBe(401);
  });

  test("the client's session mode works from sign-in to sign-out", async () => {
    const { email } = await newCustomer();
    let cookie = "";
    const realFetch = globalThis.fetch;
    // Node has no cookie jar, so `fetch` gets one here. The client itself is unmodified.
    globalThis.fetch = async (input, init) => {
      const headers = new Headers(init?.headers);
      if (cookie) headers.set("cookie", cookie);
      const response = await realFetch(input, { ...init, headers });
      if (response.headers.getSetCookie().length > 0) cookie = cookiesOf(response);
      return response;
    };
    try {
      const sdk = new Medusa({ baseUrl: server.url, auth: { type: "session" } });
      await sdk.auth.login("customer", "emailpass", { email, password: PASSWORD });
      expect((await sdk.store.customer.retrieve()).customer.email).toBe(email);
      await sdk.auth.logout();
      await expect(sdk.store.customer.retrieve()).rejects.toMatchObject({ status: 401 });
    } finally {
      globalThis.fetch = realFetch;
    }
  });

  test("a stale bearer is ignored on public routes", async () => {
    const sdk = newSdk();
    sdk.client.setToken("eyJhbGciOiJub25lIn0.e30.");
    const email = newEmail();
    await sdk.auth.register("customer", "emailpass", { email, password: PASSWORD });
    expect(typeof (await sdk.auth.login("customer", "emailpass", { email, password: PASSWORD }))).toBe("string");
  });
});

describe("reset", () => {
  test("a mailed token sets the password once, and only its own identity's", async () => {
    const [{ email, sdk }, bystander] = [await newCustomer(), await newCustomer()];
    await sdk.auth.resetPassword("customer", "emailpass", { identifier: email });
    const token = await mailedToken(email);
    await sdk.auth.updateProvider("customer", "emailpass", { email: bystander.email, password: other() }, token);
    expect((await login(email)).status).toBe(401);
    expect((await login(email, other())).status).toBe(200);
    expect((await login(bystander.email)).status).toBe(200);

    const again = await post("/auth/customer/emailpass/update", { password: other(1) }, token);
    expect(again).toMatchObject({ status: 401, body: { type: "unauthorized", message: "Invalid token" } });
    expect((await login(email, other(1))).status).toBe(401);
  });

  test("the answer is the same for whoever it may be", async () => {
    for (const [path, identifier] of [
      ["/auth/customer/emailpass/reset-password", newEmail()],
      ["/auth/customer/emailpass/reset-password", "no address at all"],
      ["/auth/customer/nope/reset-password", newEmail()],
    ]) {
      const answer = await post(String(path), { identifier });
      expect([answer.status, answer.text]).toEqual([201, "Created"]);
    }
  });

  test("the body is checked strictly", async () => {
    const message = async (body: object) => {
      const answer = await post("/auth/customer/emailpass/reset-password", body);
      expect(answer).toMatchObject({ status: 400, body: { type: "invalid_data" } });
      return answer.body.message;
    };
    expect(await message({})).toBe("Invalid request: Field 'identifier' is required");
    expect(await message({ identifier: "a@example.com", x: 1 })).toBe("Invalid request: Unrecognized fields: 'x'");
    expect(await message({ identifier: 1 })).toBe(
      "Invalid request: Expected type: 'string' for field 'identifier', got: '1'",
    );
    await message({ identifier: { toString: 1 } });
  });

  test("an older token, another actor's path, a session's token and none are refused", async () => {
    const { email, token: session } = await newCustomer();
    await post("/auth/customer/emailpass/reset-password", { identifier: email });
    const older = await mailedToken(email);
    await forgetLimits();
    const after = Date.now();
    await post("/auth/customer/emailpass/reset-password", { identifier: email });
    const newer = await mailedToken(email, after);
    const update = (token?: string, actor = "customer") =>
      post(`/auth/${actor}/emailpass/update`, { password: other() }, token);
    for (const answer of [await update(older), await update(newer, "user"), await update(session), await update()])
      expect(answer).toMatchObject({ status: 401, body: { message: "Invalid token" } });
    await db.verification.updateMany({ where: { email, purpose: "reset" }, data: { expires: new Date() } });
    expect((await update(newer)).status).toBe(401);
    expect((await login(email)).status).toBe(200);
    // A reset token is good for nothing else.
    expect((await post("/auth/token/refresh", undefined, newer)).status).toBe(401);
  });
});

describe("third party", () => {
  const PERSON = {
    sub: "",
    email: "",
    email_verified: true,
    name: "Olga",
    picture: "https://pictures.example.com/o.png",
  };
  const newPerson = () => ({ ...PERSON, sub: randomUUID(), email: newEmail() });

  async function leave(callback_url?: string): Promise<string> {
    const answer = (await newSdk().auth.login("customer", "oidc", { callback_url })) as { location: string };
    return answer.location;
  }

  test("sign-in leads to the provider, and back to where the client says", async () => {
    provider.behave(newPerson());
    const asked = new URL(await leave(SHOP_CALLBACK)).searchParams;
    expect(asked.get("redirect_uri")).toBe(SHOP_CALLBACK);
    expect(asked.get("state")).toBeTruthy();
    expect(new URL(await leave()).searchParams.get("redirect_uri")).toBe(`${server.url}/auth/customer/oidc/callback`);
    const foreign = await post("/auth/customer/oidc", { callback_url: "https://evil.example/callback" });
    expect(foreign).toMatchObject({ status: 400, body: { type: "invalid_data" } });
  });

  test.each(["GET", "POST"])("the callback works once, by %s", async (method) => {
    const somebody = newPerson();
    provider.behave(somebody);
    const query = new URLSearchParams(provider.agree(await leave(SHOP_CALLBACK)));
    const path = `/auth/customer/oidc/callback?${query}`;
    const answer = await server.call(method, path);
    const claims = decodeJwt(String(answer.body.token));
    expect(claims).toMatchObject({ actor_id: "", auth_provider: "oidc", user_metadata: { email: somebody.email } });
    expect(await db.actor.count({ where: { userId: claims.sub } })).toBe(0);

    const replayed = await server.call(method, path);
    expect(replayed).toMatchObject({ status: 401, body: { message: "No state provided, or session expired" } });
    const token = String(answer.body.token);
    await post("/store/customers", {}, token);
    const refreshed = decodeJwt(String((await post("/auth/token/refresh", undefined, token)).body.token));
    expect(refreshed).toMatchObject({ actor_id: expect.stringMatching(/^cus_/), auth_provider: "oidc" });
  });

  test("what the provider does not vouch for makes nobody", async () => {
    const unproved = { ...newPerson(), email_verified: false };
    provider.behave(unproved);
    const finish = async () => {
      const query = new URLSearchParams(provider.agree(await leave(SHOP_CALLBACK)));
      return server.call("GET", `/auth/customer/oidc/callback?${query}`);
    };
    expect((await finish()).status).toBe(401);
    const forged = newPerson();
    provider.behave(forged);
    provider.makeIdToken = () => "eyJhbGciOiJub25lIn0.e30.";
    expect((await finish()).status).toBe(401);
    const cut = newPerson();
    provider.behave(cut);
    provider.faults = { token: { status: 401 } };
    expect((await finish()).status).toBe(401);
    expect(await db.user.count({ where: { email: { in: [unproved.email, forged.email, cut.email] } } })).toBe(0);
  });

  test("a refusal at the provider is told in its words, and another actor's state is refused", async () => {
    provider.behave(newPerson());
    const denied = provider.agree(await leave(SHOP_CALLBACK));
    const query = new URLSearchParams({ state: denied.state ?? "", error: "access_denied", error_description: "No" });
    expect(await server.call("GET", `/auth/customer/oidc/callback?${query}`)).toMatchObject({
      status: 401,
      body: { type: "unauthorized", message: "No" },
    });
    const agreed = new URLSearchParams(provider.agree(await leave(SHOP_CALLBACK)));
    expect((await server.call("GET", `/auth/user/oidc/callback?${agreed}`)).status).toBe(401);
    expect((await server.call("GET", "/auth/customer/oidc/callback?state=x")).body.message).toBe("No code provided");
    expect((await server.call("HEAD", `/auth/customer/oidc/callback?${agreed}`)).status).toBe(405);
  });
});
