import { randomUUID } from "node:crypto";
import { decodeJwt } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { ACTORS } from "@/lib/dialects/medusa/actors";
import { env } from "@/lib/env";
import { PASSWORD, withEnv } from "@/tests/support/people";

const SITE = "http://localhost:3000";
let medusa: typeof import("@/lib/dialects/medusa").medusa;

// A project's own actor needs only an entry, as the dialect's README says, because the routes are made from the entries.
beforeAll(async () => {
  Object.assign(env(), { APP_URL: SITE, TRUSTED_PROXY_HOPS: 1, AUTH_REQUIRE_EMAIL_VERIFICATION: false });
  const name = z.string().max(20).nullish();
  const routes = { path: "store/managers", idPrefix: "mgr", fields: { first_name: name, last_name: name } };
  ACTORS.manager = { providers: ["emailpass"], routes };
  ({ medusa } = await import("@/lib/dialects/medusa"));
});

let ip = 0;
async function call(method: "GET" | "POST", path: string, body?: object, token?: string, more: object = {}) {
  ip += 1;
  const headers = {
    "x-forwarded-for": `198.51.100.${ip}`,
    ...(body && { "content-type": "application/json" }),
    ...more,
  };
  const authorization = token && { authorization: `Bearer ${token}` };
  const init = { method, headers: { ...headers, ...authorization }, body: body && JSON.stringify(body) };
  const answer = await medusa[method](new Request(SITE + path, init));
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
async function register(actor: string) {
  const credentials = { email: `${randomUUID().slice(0, 8)}@example.com`, password: PASSWORD };
  const { body } = await call("POST", `/auth/${actor}/emailpass/register`, credentials);
  return { credentials, token: String(body.token) };
}

describe("an actor of a project's own", () => {
  test("is made, signs in, is shown and changed by routes of its own", async () => {
    const { credentials, token } = await register("manager");
    expect(decodeJwt(token)).toMatchObject({ actor_id: "", actor_type: "manager" });
    const created = await call("POST", "/store/managers", { first_name: "Mia", metadata: { floor: 3 } }, token);
    const manager = created.body.manager as { id: string };
    expect(created.status).toBe(200);
    expect(manager).toMatchObject({
      id: expect.stringMatching(/^mgr_/),
      email: credentials.email,
      first_name: "Mia",
      last_name: null,
      metadata: { floor: 3 },
      deleted_at: null,
    });
    expect(manager).not.toHaveProperty("addresses");

    const again = String((await call("POST", "/auth/manager/emailpass", credentials)).body.token);
    expect(decodeJwt(again)).toMatchObject({ actor_id: manager.id, app_metadata: { manager_id: manager.id } });
    const changed = await call("POST", "/store/managers/me", { last_name: "Stone" }, again);
    expect(changed.body.manager).toMatchObject({ first_name: "Mia", last_name: "Stone" });
    expect((await call("GET", "/store/managers/me", undefined, again)).body).toEqual(changed.body);
    const twice = await call("POST", "/store/managers", {}, again);
    expect([twice.status, twice.body.message]).toEqual([400, "Request already authenticated as a manager."]);
  });

  test("opens no other actor's routes, nor do others open its own", async () => {
    const { token: manager } = await register("manager");
    const { token: customer } = await register("customer");
    await call("POST", "/store/managers", {}, manager);
    await call("POST", "/store/customers", {}, customer);
    expect((await call("GET", "/store/customers/me", undefined, manager)).status).toBe(401);
    expect((await call("POST", "/store/customers", {}, manager)).status).toBe(401);
    expect((await call("GET", "/store/managers/me", undefined, customer)).status).toBe(401);
    expect((await call("POST", "/store/managers", {}, customer)).status).toBe(401);
  });

  test("of a person who is a customer too, its token opens nothing of the customer's", async () => {
    const { credentials, token } = await register("manager");
    await call("POST", "/store/managers", {}, token);
    const asCustomer = String((await call("POST", "/auth/customer/emailpass", credentials)).body.token);
    expect((await call("POST", "/store/customers", {}, asCustomer)).status).toBe(200);
    expect((await call("GET", "/store/customers/me", undefined, asCustomer)).status).toBe(200);
    expect((await call("GET", "/store/customers/me", undefined, token)).status).toBe(401);
  });

  test("signs in by its own providers only, and takes its own fields only", async () => {
    const { token } = await register("manager");
    expect((await call("GET", "/auth/manager/providers")).body.providers).toMatchObject([{ id: "emailpass" }]);
    expect((await call("POST", "/auth/manager/oidc", {})).body.message).toMatch(
      /not allowed to use the auth provider oidc/,
    );
    const message = async (body: object) => (await call("POST", "/store/managers", body, token)).body.message;
    expect(await message({ phone: "1" })).toBe("Invalid request: Unrecognized fields: 'phone'");
    expect(await message({ first_name: 1 })).toMatch(/Expected type: 'string' for field 'first_name'/);
    const other = await call("POST", "/store/managers", { email: "other@example.com" }, token);
    expect([other.status, other.body.message]).toEqual([422, "Manager with this email already has an account"]);
  });
});

test("a customer has the fields of Medusa's addresses, empty", async () => {
  const { token } = await register("customer");
  const { body } = await call("POST", "/store/customers", {}, token);
  const none = {
    default_billing_address_id: null,
    default_shipping_address_id: null,
    addresses: [],
    has_account: true,
  };
  expect(body.customer).toMatchObject({ ...none, company_name: null, phone: null, metadata: null });
  // A client cannot set `has_account`.
  const update = await call("POST", "/store/customers/me", { has_account: false }, token);
  expect(update.status).toBe(400);
});

describe("publishable keys", () => {
  const ask = async (headers: object, keys: string[]) => {
    const { token } = await register("customer");
    return withEnv({ MEDUSA_PUBLISHABLE_KEYS: keys }, () => call("POST", "/store/customers", {}, token, headers));
  };

  test("are taken, whatever they are, while none is set", async () => {
    expect((await ask({ "x-publishable-api-key": "pk_any" }, [])).status).toBe(200);
    expect((await ask({}, [])).status).toBe(200);
  });

  test("are asked for once there are some, below /store only", async () => {
    const keys = ["pk_one", "pk_two"];
    expect((await ask({ "x-publishable-api-key": "pk_two" }, keys)).status).toBe(200);
    for (const headers of [{}, { "x-publishable-api-key": "" }, { "x-publishable-api-key": "pk_one, pk_two" }])
      expect(await ask(headers, keys)).toMatchObject({ status: 400, body: { type: "not_allowed" } });
    const providers = await withEnv({ MEDUSA_PUBLISHABLE_KEYS: keys }, () => call("GET", "/auth/customer/providers"));
    expect(providers.status).toBe(200);
  });
});
