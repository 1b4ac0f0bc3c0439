import { randomUUID } from "node:crypto";
import { decodeJwt } from "jose";
import { afterEach, describe, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { strapi, strapiApi } from "@/lib/dialects/strapi";
import { SETTINGS, type StrapiSettings } from "@/lib/dialects/strapi/settings";
import { registry } from "@/lib/oauth/registry";
import { type Strapi, strapiFacade } from "@/lib/oauth/strapi-facade";
import { moveClock } from "@/tests/support/clock";
import { twoStepUser } from "@/tests/support/factors";
import { newestMail } from "@/tests/support/outbox";
import { client, other, PASSWORD, verifiedUser, withEnv } from "@/tests/support/people";
import { pressedAt } from "@/tests/support/press-button";
import { refusalsIn } from "@/tests/support/refusals";

const SITE = "https://app.example.com";
/** The guide's example, with one more line that vouches for the address. */
const GUIDE = `
module.exports = {
  register({ strapi }) {
    strapi
      .plugin("users-permissions")
      .service("providers-registry")
      .add("example-provider-name", {
        icon: "",
        enabled: true,
        grantConfig: {
          key: "",
          secret: "",
          callback: \`\${strapi.config.server.url}/auth/example-provider-name/callback\`,
          scope: ["email"],
          authorize_url: "https://awesome.com/authorize",
          access_url: "https://awesome.com/token",
          oauth: 2,
        },
        async authCallback({ accessToken, providers, purest }) {
          // use whatever you want here to get the user info
          return {
            username: "test",
            email: "test",
            email_verified: true,
          };
        },
      });
  },
};
`;

type Method = keyof typeof strapi;

/** A browser that calls an API and keeps its cookies. It posts a given body, and sends GET without one. */
function visitor() {
  const jar = new Map<string, string>();
  return async (api: typeof strapi, url: string, body?: unknown, headers: Record<string, string> = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const method: Method = body === undefined ? "GET" : "POST";
    const request = new Request(url, {
      method,
      headers: { cookie, ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const response = await api[method](request);
    for (const header of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = header.match(/^([^=]+)=([^;]*)/) ?? [];
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    const text = await response.text();
    return {
      status: response.status,
      location: new URL(response.headers.get("location") ?? SITE, SITE),
      body: text ? JSON.parse(text) : null,
    };
  };
}

/** Opens a mailed link and presses the button of the page that it leads to. */
async function confirm(url: string, api = routes()) {
  const opened = await visitor()(api, url);
  return visitor()(api, pressedAt(opened.location.href));
}

const routes = (settings: Partial<StrapiSettings> = {}) =>
  strapiApi({ ...SETTINGS, callsPerMinute: 1_000, ...settings });

describe("the guide's register({ strapi })", () => {
  const asked: { url: string; body: string }[] = [];

  function addProvider() {
    const module = { exports: {} as { register(given: { strapi: Strapi }): void } };
    new Function("module", GUIDE)(module);
    module.exports.register({ strapi: strapiFacade(registry) });
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      asked.push({ url: String(input), body: String(init?.body) });
      return Response.json({ access_token: "the-provider's-own-token", token_type: "bearer" });
    });
  }

  afterEach(() => {
    registry.remove("example-provider-name");
    vi.restoreAllMocks();
    asked.length = 0;
  });

  async function comeBack(visit: ReturnType<typeof visitor>, api = routes()) {
    const left = await visit(api, `${SITE}/api/connect/example-provider-name`);
    const answer = new URLSearchParams({ code: "c", state: left.location.searchParams.get("state") ?? "" });
    const back = await visit(api, `${SITE}/api/connect/example-provider-name/callback?${answer}`);
    return { left, back, handle: back.location.searchParams.get("access_token") ?? "" };
  }
  const exchange = (visit: ReturnType<typeof visitor>, handle: string, api = routes()) =>
    visit(api, `${SITE}/api/auth/example-provider-name/callback?access_token=${handle}`);

  test("sends people to its provider, and signs them in with what it found", async () => {
    addProvider();
    const visit = visitor();
    const { left, back, handle } = await comeBack(visit);
    expect(left).toMatchObject({ status: 302 });
    expect(left.location.origin + left.location.pathname).toBe("https://awesome.com/authorize");
    expect(Object.fromEntries(left.location.searchParams)).toMatchObject({
      client_id: "example-provider-name",
      redirect_uri: `${SITE}/api/connect/example-provider-name/callback`,
      scope: "email",
      state: expect.any(String),
    });
    expect(asked).toEqual([{ url: "https://awesome.com/token", body: expect.stringContaining("code=c") }]);
    expect(back.location.origin + back.location.pathname).toBe(`${SITE}/auth/example-provider-name/callback`);
    expect(handle).toMatch(/^[\w-]{43}$/);
    const signedIn = await exchange(visitor(), handle);
    expect(signedIn).toMatchObject({
      status: 200,
      body: { jwt: expect.any(String), user: { username: "test", email: "test", provider: "example-provider-name" } },
    });
    expect(signedIn.body.user.confirmed).toBe(true);
    const again = await exchange(visitor(), (await comeBack(visitor())).handle);
    expect(again.body.user.id).toBe(signedIn.body.user.id);
  });

  test("gives no username that looks like an address", async () => {
    addProvider();
    const alice = await verifiedUser();
    registry.add("example-provider-name", {
      ...(registry.get("example-provider-name") as Parameters<typeof registry.add>[1]),
      authCallback: () => ({ id: 9, username: alice.email, email: "nine@example.com", email_verified: true }),
    });
    const { body } = await exchange(visitor(), (await comeBack(visitor())).handle);
    expect(body.user.username).toBe(alice.email.split("@")[0]);
  });

  test("gives no username to a person who owes a second factor", async () => {
    addProvider();
    const { user } = await twoStepUser();
    const account = { type: "oauth", provider: "example-provider-name", providerAccountId: "10" };
    await db.account.create({ data: { ...account, userId: user.id } });
    registry.add("example-provider-name", {
      ...(registry.get("example-provider-name") as Parameters<typeof registry.add>[1]),
      authCallback: () => ({ id: 10, username: "ten", email: user.email, email_verified: true }),
    });
    const { status, body } = await exchange(visitor(), (await comeBack(visitor())).handle);
    expect([status, body.error.message]).toEqual([400, expect.stringContaining("second step")]);
    expect(await db.user.findUnique({ where: { id: user.id } })).toMatchObject({ username: null });
  });

  test("has handles that are forged, used, missing or another provider's refused", async () => {
    addProvider();
    const { handle } = await comeBack(visitor());
    expect((await exchange(visitor(), handle)).status).toBe(200);
    for (const bad of [handle, "the-provider's-own-token", "", `${handle}x`])
      expect(await exchange(visitor(), bad)).toMatchObject({
        status: 400,
        body: { error: { message: "OAuth authentication requires a completed provider session" } },
      });
  });

  test("signs no other browser in than the one that came back", async () => {
    addProvider();
    const [brought, elsewhere] = ["203.0.113.7", "198.51.100.9"];
    const from = (ip: string) => ({ "x-forwarded-for": ip, "sec-fetch-site": "cross-site" });
    const api = routes();
    const path = `${SITE}/api/auth/example-provider-name/callback`;
    await withEnv({ TRUSTED_PROXY_HOPS: 1 }, async () => {
      const visit = visitor();
      const begin = () => comeBack((given, url, body) => visit(given, url, body, from(brought)), api);
      const { handle } = await begin();
      const stolen = await visitor()(api, `${path}?access_token=${handle}`, undefined, from(elsewhere));
      expect(stolen.body.error.message).toBe("OAuth authentication requires a completed provider session");
      // The refusal did not spend it: it works in the network that it came back in, and with the cookie in any network.
      expect((await visitor()(api, `${path}?access_token=${handle}`, undefined, from(brought))).status).toBe(200);
      const second = await begin();
      expect((await visit(api, `${path}?access_token=${second.handle}`, undefined, from(elsewhere))).status).toBe(200);
      const third = await begin();
      const anywhere = routes({ handleFrom: "anywhere" });
      expect(
        (await visitor()(anywhere, `${path}?access_token=${third.handle}`, undefined, from(elsewhere))).status,
      ).toBe(200);
    });
  });

  test("takes the handle from the browser's cookie too", async () => {
    addProvider();
    const visit = visitor();
    await comeBack(visit);
    expect((await visit(routes(), `${SITE}/api/auth/example-provider-name/callback`)).status).toBe(200);
  });

  test("has an answer with a wrong state, or in another browser, sent on as an error", async () => {
    addProvider();
    const left = await visitor()(routes(), `${SITE}/api/connect/example-provider-name`);
    const state = left.location.searchParams.get("state") ?? "";
    for (const query of [`code=c&state=${state}`, "code=c&state=other", "code=c"]) {
      const back = await visitor()(routes(), `${SITE}/api/connect/example-provider-name/callback?${query}`);
      expect(back.status).toBe(302);
      expect(Object.fromEntries(back.location.searchParams)).toEqual({
        error: "oauth_error",
        error_description: expect.any(String),
      });
    }
    expect(asked).toEqual([]);
  });

  test("goes to another query of its callback, and to no other page", async () => {
    addProvider();
    const own = `${SITE}/auth/example-provider-name/callback`;
    const at = (callback: string) => `${SITE}/api/connect/example-provider-name?${new URLSearchParams({ callback })}`;
    expect((await visitor()(routes(), at(`${own}?tab=2`))).status).toBe(302);
    for (const callback of ["https://evil.example/", "javascript:alert(1)", "//evil.example", ""])
      expect(await visitor()(routes(), at(callback))).toMatchObject({
        status: 400,
        body: { error: { name: "ValidationError", message: "Invalid callback URL provided" } },
      });
  });

  test("never opens or takes an account that exists", async () => {
    addProvider();
    const alice = await verifiedUser();
    registry.add("example-provider-name", {
      ...(registry.get("example-provider-name") as Parameters<typeof registry.add>[1]),
      authCallback: () => ({ username: "mallory", email: alice.email, email_verified: true }),
    });
    const { handle } = await comeBack(visitor());
    expect(await exchange(visitor(), handle)).toMatchObject({
      status: 400,
      body: { error: { message: "Email is already taken." } },
    });
    expect(await db.account.count({ where: { userId: alice.id } })).toBe(0);
  });

  test("is not believed about an address that it does not vouch for", async () => {
    addProvider();
    for (const claim of [{}, { email_verified: null }, { email_verified: false }]) {
      registry.add("example-provider-name", {
        ...(registry.get("example-provider-name") as Parameters<typeof registry.add>[1]),
        authCallback: () => ({ id: 7, username: "m", email: "unproved@example.com", ...claim }),
      });
      const { handle } = await comeBack(visitor());
      expect((await exchange(visitor(), handle)).body.error.message).toMatch(/^Email not verified by /);
    }
  });
});

test("which addresses have an account is told to few questions an hour, whoever is asked about", async () => {
  const ask = (email: string) => visitor()(routes(), `${SITE}/api/auth/send-email-confirmation`, { email });
  const known = await Promise.all(Array.from({ length: 21 }, () => verifiedUser()));
  const statuses: number[] = [];
  for (const { email } of known) statuses.push((await ask(email)).status);
  expect(statuses).toEqual([...Array(20).fill(400), 429]);
  expect((await ask("ghost@example.com")).status).toBe(429);
  await db.rateLimit.deleteMany();
});

test("one /56 network of IPv6 has four times the calls a minute that each line in it has", async () => {
  const api = routes({ callsPerMinute: 2 });
  const call = (ip: string) => {
    const headers = { "content-type": "application/json", "x-forwarded-for": ip };
    const body = JSON.stringify({ identifier: `${randomUUID()}@example.com`, password: "wrong" });
    return api.POST(new Request(`${SITE}/api/auth/local`, { method: "POST", headers, body }));
  };
  await withEnv({ TRUSTED_PROXY_HOPS: 1 }, async () => {
    for (let line = 0; line < 8; line++) expect((await call(`2001:db8:7:${line}::1`)).status).toBe(400);
    const late = await call("2001:db8:7:99::1");
    expect([late.status, late.headers.get("x-ratelimit-remaining")]).toEqual([429, "0"]);
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await call("2001:db8:7:100::1")).status).toBe(400);
  });
});

describe("a username", () => {
  const register = (body: object) => visitor()(routes(), `${SITE}/api/auth/local/register`, body);
  const body = { email: "una@example.com", password: PASSWORD };

  test("is never another person's address, whether or not that has an account", async () => {
    const alice = await verifiedUser();
    for (const username of [alice.email, alice.email.toUpperCase(), "nobody@example.com", "una@example.org", "a@b"])
      expect(await register({ ...body, username }), username).toMatchObject({
        status: 400,
        body: { error: { name: "ValidationError", message: "username must not be an address that is not yours" } },
      });
    expect(await db.verification.count({ where: { email: body.email } })).toBe(0);
  });

  test("is not the address that its person wishes for, either", async () => {
    const [mallory, victim] = [await verifiedUser(), `${randomUUID()}@example.com`];
    const signedIn = await visitor()(routes(), `${SITE}/api/auth/local`, {
      identifier: mallory.email,
      password: PASSWORD,
    });
    const { jwt, user } = signedIn.body;
    const headers = { authorization: `Bearer ${jwt}`, "content-type": "application/json" };
    const sent = JSON.stringify({ email: victim, username: victim, currentPassword: PASSWORD });
    const request = new Request(`${SITE}/api/users/${user.id}`, { method: "PUT", headers, body: sent });
    const refused = await routes().PUT(request);
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { error: { message: "username must not be an address that is not yours" } },
    ]);
    expect(await db.user.findUniqueOrThrow({ where: { id: mallory.id } })).toMatchObject({ username: null });
  });

  test("may be the own address, and is shown as that", async () => {
    const { user } = (await register({ ...body, username: "Una@example.com" })).body;
    expect(user).toMatchObject({ username: "una@example.com", email: "una@example.com" });
    await confirm((await newestMail(body.email)).url ?? "");
    expect(await db.user.findUniqueOrThrow({ where: { email: body.email } })).toMatchObject({ username: null });
    const signedIn = await visitor()(routes(), `${SITE}/api/auth/local`, {
      identifier: "una@example.com",
      password: PASSWORD,
    });
    expect(signedIn.body.user.username).toBe("una@example.com");
  });
});

describe("a mailed link", () => {
  async function mailedLink(email: string): Promise<string> {
    const body = { username: email.split("@")[0], email, password: PASSWORD };
    await visitor()(routes(), `${SITE}/api/auth/local/register`, body);
    return (await newestMail(email)).url ?? "";
  }
  const confirmed = async (email: string) => (await db.user.findUnique({ where: { email } })) !== null;

  test("confirms nothing when it is opened, as often as scanners like, and works after the button", async () => {
    const url = await mailedLink("scanned@example.com");
    for (let n = 0; n < 3; n++) expect((await visitor()(routes(), url)).location.pathname).toBe("/verify-email");
    expect(await confirmed("scanned@example.com")).toBe(false);
    expect(await confirm(url)).toMatchObject({ status: 302, location: { pathname: "/" } });
    expect(await confirmed("scanned@example.com")).toBe(true);
    expect(await visitor()(routes(), url)).toMatchObject({
      status: 400,
      body: { error: { name: "ValidationError", message: "Invalid token" } },
    });
  });

  test("is enough by itself where the setting says so", async () => {
    const url = await mailedLink("opened@example.com");
    const api = routes({ openingConfirms: true, confirmationRedirect: "/willkommen/€" });
    expect(await visitor()(api, url)).toMatchObject({ status: 302, location: { pathname: "/willkommen/%E2%82%AC" } });
    expect(await confirmed("opened@example.com")).toBe(true);
  });

  test("resets no password", async () => {
    const alice = await verifiedUser();
    await visitor()(routes(), `${SITE}/api/auth/forgot-password`, { email: alice.email });
    const { token } = await newestMail(alice.email, /reset/i);
    const opened = await visitor()(routes(), `${SITE}/api/auth/email-confirmation?confirmation=${token}`);
    expect(opened.status).toBe(400);
  });
});

describe("the shape of a refusal", () => {
  const ask = async (method: Method, path: string) => {
    const response = await strapi[method](new Request(`${SITE}/api/${path}`, { method }));
    return { status: response.status, allow: response.headers.get("allow"), body: await response.json() };
  };

  test.each(["auth/nope", "auth/signin/credentials", "users/1/x", "connect", "auth/local/x", "auth/%zz"])(
    "is Strapi's for a path that there is not: %s",
    async (path) => {
      expect(await ask("GET", path)).toEqual({
        status: 404,
        allow: null,
        body: { data: null, error: { status: 404, name: "NotFoundError", message: "Not Found", details: {} } },
      });
    },
  );

  test("is Strapi's for a method that a path does not take, and names those that it does", async () => {
    const refused = { status: 405, body: { error: { name: "MethodNotAllowedError" } } };
    expect(await ask("DELETE", "auth/local")).toMatchObject({ ...refused, allow: "POST, OPTIONS" });
    expect(await ask("PATCH", "users/me")).toMatchObject({ ...refused, allow: "GET, OPTIONS" });
    expect(await ask("POST", "connect/github/callback")).toMatchObject(refused);
  });
});

describe("settings", () => {
  const register = (body: object, settings: Partial<StrapiSettings> = {}) =>
    visitor()(routes(settings), `${SITE}/api/auth/local/register`, body);
  const fresh = (n: number) => ({ username: `user${n}`, email: `user${n}@example.com`, password: PASSWORD });

  test("let a registration hold other fields", async () => {
    const body = { ...fresh(1), nickname: "ally", confirmed: true };
    expect((await register(body)).body.error.message).toBe("Invalid parameters: nickname, confirmed");
    const allowed = await register(body, { allowedFields: ["nickname", "confirmed"] });
    expect(allowed.body.user).toMatchObject({ nickname: "ally", confirmed: false });
  });

  test("add a rule for passwords", async () => {
    const validatePassword = (password: string) => /\d/.test(password);
    const refused = await register({ ...fresh(2), password: "seldom-kestrel-opal" }, { validatePassword });
    expect(refused).toMatchObject({ status: 400, body: { error: { message: "Password validation failed." } } });
    expect((await register(fresh(2), { validatePassword })).status).toBe(200);
  });

  test("turn sign-in by password off, and registration", async () => {
    const body = { identifier: "anybody", password: PASSWORD };
    const refused = await visitor()(routes({ localEnabled: false }), `${SITE}/api/auth/local`, body);
    expect(refused.body.error.message).toBe("This provider is disabled");
    const closed = await withEnv({ AUTH_ALLOW_SIGNUP: false }, () => register(fresh(3)));
    expect(closed.body.error.message).toBe("Register action is currently disabled");
  });

  test("name the pages for a new password and after confirming", async () => {
    const alice = await verifiedUser();
    const settings = { resetPasswordUrl: "https://shop.example.com/reset?x=1", confirmationRedirect: "/welcome" };
    await visitor()(routes(settings), `${SITE}/api/auth/forgot-password`, { email: alice.email });
    expect((await newestMail(alice.email)).url).toMatch(
      /^https:\/\/shop\.example\.com\/reset\?x=1&code=[0-9a-f]{128}$/,
    );
    await register(fresh(4), settings);
    const { url = "" } = await newestMail("user4@example.com");
    const confirmed = await confirm(url, routes(settings));
    expect(confirmed).toMatchObject({ status: 302 });
    expect(confirmed.location.pathname).toBe("/welcome");
  });
});

describe("refresh mode", () => {
  const api = routes({ jwtManagement: "refresh" });
  const logIn = async (visit = visitor(), headers = {}) => {
    const { email: identifier } = await verifiedUser();
    return visit(api, `${SITE}/api/auth/local`, { identifier, password: PASSWORD }, headers);
  };
  const refresh = (refreshToken?: string, visit = visitor()) =>
    visit(api, `${SITE}/api/auth/refresh`, { refreshToken });
  const me = (jwt: string) => visitor()(api, `${SITE}/api/users/me`, undefined, { authorization: `Bearer ${jwt}` });

  test("rotates refresh tokens, and ends the session of an old one", async () => {
    const { body: first } = await logIn();
    const { body: second } = await refresh(first.refreshToken);
    expect((await me(second.jwt)).status).toBe(200);
    const { body: third } = await refresh(second.refreshToken);
    await db.refreshToken.updateMany({ where: { usedAt: { not: null } }, data: { usedAt: new Date(0) } });
    expect(await refresh(first.refreshToken)).toMatchObject({
      status: 401,
      body: { error: { message: "Invalid refresh token" } },
    });
    expect((await refresh(third.refreshToken)).status).toBe(401);
    expect(await refresh()).toMatchObject({ status: 400, body: { error: { message: "Missing refresh token" } } });
  });

  test("keeps the refresh token in a cookie for who asks for that", async () => {
    const visit = visitor();
    const asking = { "x-strapi-refresh-cookie": "httpOnly" };
    expect((await logIn(visit, asking)).body.refreshToken).toBeUndefined();
    for (let n = 0; n < 3; n++) expect((await refresh(undefined, visit)).body).toEqual({ jwt: expect.any(String) });
    const foreign = { origin: "https://evil.example" };
    expect((await visit(api, `${SITE}/api/auth/refresh`, {}, foreign)).status).toBe(403);
  });

  test("ends the former refresh token with a change of password", async () => {
    const { jwt, refreshToken } = (await logIn()).body;
    const body = { currentPassword: PASSWORD, password: other(), passwordConfirmation: other() };
    const bearer = { authorization: `Bearer ${jwt}` };
    const changed = await visitor()(api, `${SITE}/api/auth/change-password`, body, bearer);
    expect(changed.status).toBe(200);
    expect((await refresh(refreshToken)).status).toBe(401);
    expect((await refresh(changed.body.refreshToken)).status).toBe(200);
  });

  test("takes no token from before a change of password, also of the same second", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Math.ceil(Date.now() / 1000) * 1000 });
    const { jwt } = (await logIn()).body;
    expect((await me(jwt)).status).toBe(200);
    await moveClock(5);
    const body = { currentPassword: PASSWORD, password: other(), passwordConfirmation: other() };
    const bearer = { authorization: `Bearer ${jwt}` };
    const changed = await visitor()(api, `${SITE}/api/auth/change-password`, body, bearer);
    expect(decodeJwt(changed.body.jwt).iat).toBe(decodeJwt(jwt).iat);
    expect([(await me(jwt)).status, (await me(changed.body.jwt)).status]).toEqual([401, 200]);
    expect((await me((await refresh(changed.body.refreshToken)).body.jwt)).status).toBe(200);
  });

  test("signs out here, or everywhere", async () => {
    const alice = await verifiedUser();
    const open = async () => {
      const body = { identifier: alice.email, password: PASSWORD };
      return (await visitor()(api, `${SITE}/api/auth/local`, body)).body.jwt as string;
    };
    const [one, two, three] = [await open(), await open(), await open()];
    const logOut = (jwt: string, body = {}) =>
      visitor()(api, `${SITE}/api/auth/logout`, body, { authorization: `Bearer ${jwt}` });
    expect((await logOut(one)).body).toEqual({ ok: true });
    expect([(await me(one)).status, (await me(two)).status]).toEqual([401, 200]);
    await logOut(two, { scope: "all" });
    expect([(await me(two)).status, (await me(three)).status]).toEqual([401, 401]);
    expect((await logOut(three)).body.error.message).toBe("Missing authentication");
  });
});

test("a registration is told the number and the id that its user will have, and keeps its username", async () => {
  const body = { username: "promised", email: "promised@example.com", password: PASSWORD };
  const { user } = (await visitor()(routes(), `${SITE}/api/auth/local/register`, body)).body;
  await verifiedUser();
  await confirm((await newestMail(body.email)).url ?? "");
  const stored = await db.user.findUniqueOrThrow({ where: { email: body.email } });
  expect(stored).toMatchObject({ seq: user.id, id: user.documentId, username: "promised" });
  expect(await db.session.count({ where: { userId: stored.id } })).toBe(0);
});

test("a refused sign-in counts as a refusal", async () => {
  const { email: identifier } = await verifiedUser();
  const logIn = (body: object) => visitor()(routes(), `${SITE}/api/auth/local`, body);
  const wrong = () => logIn({ identifier, password: "seldom-kestrel-opal" });
  expect(await refusalsIn(wrong)).toEqual(["invalid_credentials"]);
  expect(await refusalsIn(() => logIn({ identifier }))).toEqual(["invalid_input"]);
  expect(await refusalsIn(() => logIn({ identifier, password: PASSWORD }))).toEqual([]);
});

test("wrong passwords by username, by address and in any spelling are counted together", async () => {
  const email = `${client().ip}@example.com`;
  await db.user.create({ data: { email: email.replaceAll(".", "-").replace("-com", ".com"), username: "counted" } });
  const { email: stored } = await db.user.findUniqueOrThrow({ where: { username: "counted" } });
  const spellings = ["counted", stored, stored.toUpperCase(), ` ${stored} `];
  const answers: number[] = [];
  for (let n = 0; n < 12; n++) {
    const body = { identifier: spellings[n % spellings.length], password: "wrong" };
    answers.push((await visitor()(routes(), `${SITE}/api/auth/local`, body)).status);
  }
  expect(answers).toEqual([...Array(10).fill(400), 429, 429]);
});
