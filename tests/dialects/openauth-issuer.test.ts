import { createClient } from "@openauthjs/openauth/client";
import { Oauth2Provider } from "@openauthjs/openauth/provider/oauth2";
import { OidcProvider } from "@openauthjs/openauth/provider/oidc";
import type { Provider } from "@openauthjs/openauth/provider/provider";
import { createSubjects } from "@openauthjs/openauth/subject";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { issueVerification } from "@/lib/auth/store/verifications";
import { db } from "@/lib/db";
import { type Issuer, issuer } from "@/lib/dialects/openauth/issuer";
import { PasswordProvider } from "@/lib/dialects/openauth/password-provider";
import { PasswordUI } from "@/lib/dialects/openauth/password-ui";
import { Select } from "@/lib/dialects/openauth/select";
import { env } from "@/lib/env";
import { askApi } from "@/tests/support/ask-api";
import { totpCode, twoStepUser } from "@/tests/support/factors";
import { PASSWORD, unverifiedUser, verifiedUser } from "@/tests/support/people";
import { agree, openProvider, parametersOf, SHOP, SITE, site } from "./openauth-site";

const SECURE = "https://app.example.com";

let acme: Awaited<ReturnType<typeof openProvider>>;
let corp: Awaited<ReturnType<typeof openProvider>>;
beforeAll(async () => {
  acme = await openProvider(`${SITE}/openauth/acme/callback`);
  const implicit = { response_types: ["id_token"], grant_types: ["implicit"] };
  corp = await openProvider(`${SECURE}/openauth/corp/callback`, implicit);
});
afterAll(() => Promise.all([acme?.close(), corp?.close()]));
beforeEach(async () => {
  Object.assign(env(), { APP_URL: SITE, API_REDIRECT_URLS: [SHOP] });
  await db.rateLimit.deleteMany();
});

const acmeProvider = () =>
  Oauth2Provider({
    clientID: acme.clientId,
    clientSecret: acme.clientSecret,
    pkce: true,
    scopes: ["openid", "email"],
    endpoint: { authorization: `${acme.issuer}/auth`, token: `${acme.issuer}/token` },
  });
const corpProvider = () => OidcProvider({ clientID: corp.clientId, issuer: corp.issuer, scopes: ["email"] });
const password = () => PasswordProvider(PasswordUI({}));
const newAddress = () => `person-${crypto.randomUUID().slice(0, 8)}@example.com`;

describe("the package's provider objects, unmodified", () => {
  test("Oauth2: its client gets tokens of a new user, whose address the provider proved", async () => {
    const { go, routes } = site(issuer({ providers: { acme: acmeProvider() } }));
    const app = createClient({
      clientID: "web",
      issuer: `${SITE}/openauth`,
      fetch: async (url: string, init?: RequestInit) =>
        init?.method === "POST" ? routes.POST(new Request(url, init)) : routes.GET(new Request(url, init)),
    });
    const { url, challenge } = await app.authorize(SHOP, "code", { pkce: true });
    const begun = await go(url.replace(SITE, ""));
    const email = newAddress();
    const answer = await agree((await go(begun.location ?? "")).location ?? "", { email });
    const { code = "", ...others } = parametersOf((await go(answer.path)).location);
    expect(others).toEqual({ state: challenge.state, iss: `${SITE}/openauth` });
    const exchanged = await app.exchange(code, SHOP, challenge.verifier);
    if (exchanged.err) throw exchanged.err;
    const subjects = createSubjects({ user: z.object({ id: z.string(), email: z.string() }) });
    const verified = await app.verify(subjects, exchanged.tokens.access);
    expect(verified).toMatchObject({ subject: { type: "user", properties: { email } } });
    const user = await db.user.findUniqueOrThrow({ where: { email }, include: { accounts: true, sessions: true } });
    expect(user.emailVerified).not.toBeNull();
    expect(user.accounts.map(({ provider }) => provider)).toEqual(["openauth:acme"]);
    expect(user.sessions.map(({ proofs, actorType }) => [proofs, actorType])).toEqual([["provider", "openauth:web"]]);
  });

  test("Oidc: its answer is posted by its own page, with a cookie that comes along, and is taken nowhere else", async () => {
    Object.assign(env(), { APP_URL: SECURE });
    const { jar, begin, go, exchange, routes } = site(issuer({ providers: { corp: corpProvider() } }), SECURE);
    const email = newAddress();
    const begun = await begin();
    const left = await go(begun.location ?? "");
    expect(left.headers.getSetCookie().join()).toMatch(
      /^__Host-auth\.openauth\.corp=.*HttpOnly; Secure; SameSite=None$/,
    );
    const { path, form } = await agree(left.location ?? "", { email });
    expect(form).toHaveProperty("id_token");
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { cookie, origin: corp.issuer, "sec-fetch-site": "cross-site" };
    const post = (to: string) =>
      routes.POST(new Request(SECURE + to, { method: "POST", headers, body: new URLSearchParams(form) }));
    const done = await post(path);
    expect((await exchange(done.headers.get("location"))).body).toHaveProperty("access_token");
    expect(await db.user.count({ where: { email } })).toBe(1);
    expect((await post("/openauth/corp/authorize")).status).toBe(405);
  });
});

describe("a visit to a provider", () => {
  test("belongs to the browser that began it, to its provider, and ends once", async () => {
    const config = issuer({ providers: { acme: acmeProvider(), other: acmeProvider() } });
    const [mine, thief] = [site(config), site(config)];
    const answer = await agree(await mine.leave("acme"), { email: newAddress() });
    await thief.begin({ provider: "acme" });
    expect((await thief.go(answer.path)).location).toBe(`${SITE}/openauth/acme/authorize`);
    const cookie = mine.jar.get("auth.openauth.acme") ?? "";
    mine.jar.set("auth.openauth.other", cookie);
    const elsewhere = await mine.go(answer.path.replace("acme", "other"));
    expect(elsewhere.location).toBe(`${SITE}/openauth/other/authorize`);

    expect(parametersOf((await mine.go(answer.path)).location)).toHaveProperty("code");
    mine.jar.set("auth.openauth.acme", cookie);
    expect(await mine.go(answer.path)).toMatchObject({ status: 400, location: null });
    const ofAPage = { provider: "club", redirectUri: SITE, cookies: {}, bound: true, payload: {} };
    const { token } = await issueVerification({ purpose: "oauth", payload: ofAPage });
    for (const cookie of [token, "x", ""]) {
      mine.jar.set("auth.openauth.acme", cookie);
      expect(await mine.go(answer.path)).toMatchObject({ status: 400, location: null });
    }
  });

  test("goes back to the app that began it, though another sign-in began since", async () => {
    const { leave, begin, go } = site(issuer({ providers: { acme: acmeProvider(), password: password() } }));
    const answer = await agree(await leave("acme", "first"), { email: newAddress() });
    await begin({ provider: "password", state: "second" });
    expect(parametersOf((await go(answer.path)).location)).toMatchObject({ state: "first" });
  });

  test("is to come back to our address, whatever the request says of itself", async () => {
    const { jar, begin, routes } = site(issuer({ providers: { acme: acmeProvider() } }));
    await begin();
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = {
      cookie,
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "https",
      "x-forwarded-port": "1",
    };
    const left = await routes.GET(new Request("http://evil.example/openauth/acme/authorize", { headers }));
    const { redirect_uri } = parametersOf(left.headers.get("location"));
    expect(redirect_uri).toBe(`${SITE}/openauth/acme/callback`);
  });

  test("brings five answers at most, so that its provider is not asked without end", async () => {
    const { go, leave } = site(issuer({ providers: { acme: acmeProvider() } }));
    const state = new URL(await leave("acme")).searchParams.get("state") ?? "";
    const forged = () => go(`/openauth/acme/callback?${new URLSearchParams({ state, code: "guessed" })}`);
    for (let n = 0; n < 5; n++)
      expect(parametersOf((await forged()).location)).toMatchObject({ error: "server_error" });
    expect(await forged()).toMatchObject({ status: 400, location: null });
  });

  test("is begun sixty times by one source at most, however the address is spelled", async () => {
    const { begin, go } = site(issuer({ providers: { acme: acmeProvider() } }));
    await begin();
    const spellings = ["authorize", "%61uthorize"];
    const ask = (n: number) => go(`/openauth/acme/${spellings[n % 2]}`);
    for (let n = 0; n < 60; n++) expect((await ask(n)).status).toBe(302);
    for (const n of [0, 1]) expect((await ask(n)).status).toBe(429);
  });

  test("whose provider does not answer ends after nine seconds, and begins no session later", async () => {
    let arrived = () => {};
    const later = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let entered: Promise<unknown> = Promise.resolve();
    const slow: Provider<object> = {
      type: "slow",
      init: (routes, ctx) =>
        void routes.get("/authorize", async (c) => {
          await later;
          entered = ctx.success(c, {}).catch((error) => error);
          return c.text("late");
        }),
    };
    const success = vi.fn(async () => new Response());
    const { begin, go } = site(issuer({ providers: { slow }, success }));
    const { location } = await begin();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const answer = go(location ?? "");
      await vi.waitUntil(() => vi.getTimerCount() > 0);
      await vi.advanceTimersByTimeAsync(9_000);
      expect(parametersOf((await answer).location)).toMatchObject({ error: "temporarily_unavailable" });
    } finally {
      vi.useRealTimers();
    }
    arrived();
    await later;
    expect(await entered).toBeInstanceOf(Error);
    expect(success).not.toHaveBeenCalled();
  });

  test("leaves nothing readable in the database or in the browser", async () => {
    const { jar, leave } = site(issuer({ providers: { acme: acmeProvider() } }));
    const state = new URL(await leave("acme")).searchParams.get("state") ?? "none";
    const rows = await db.verification.findMany({ where: { purpose: "oauth" } });
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify([rows, ...jar])).not.toContain(state);
  });

  test("that is of no app, or that the provider refuses, is told so", async () => {
    const { go, leave } = site(issuer({ providers: { acme: acmeProvider() } }));
    expect(await go("/openauth/acme/authorize")).toMatchObject({ status: 400, location: null });
    await leave("acme");
    const denied = await go("/openauth/acme/callback?error=access_denied&error_description=x");
    expect(parametersOf(denied.location)).toMatchObject({ error: "access_denied", state: "s" });
    await leave("acme");
    const odd = await go("/openauth/acme/callback?error=%00<script>");
    expect(parametersOf(odd.location)).toMatchObject({ error: "server_error" });
  });
});

describe("whose sign-in it is", () => {
  test("no new user's where the provider does not vouch for the address", async () => {
    const { comeBack } = site(issuer({ providers: { acme: acmeProvider() } }));
    const email = newAddress();
    const refused = await comeBack("acme", { email, confirmed: false });
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining("did not confirm an email address")]);
    expect(await db.user.count({ where: { email } })).toBe(0);
  });

  test("an unproved account becomes the mailbox owner's, and its password is dead", async () => {
    const { comeBack } = site(issuer({ providers: { acme: acmeProvider() } }));
    const user = await unverifiedUser();
    expect(parametersOf((await comeBack("acme", user)).location)).toHaveProperty("code");
    expect(await db.credential.count({ where: { userId: user.id } })).toBe(0);
  });

  test("an older user's only after they signed in once more, which links the account", async () => {
    const { comeBack, begin, go } = site(issuer({ providers: { acme: acmeProvider(), password: password() } }));
    const user = await verifiedUser();
    const refused = await comeBack("acme", user);
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining("already have an account")]);
    await begin({ provider: "password" });
    expect((await go("/password/authorize", { email: user.email, password: PASSWORD })).location).toMatch(/code=/);
    expect(await db.account.findMany({ where: { userId: user.id } })).toMatchObject([{ provider: "openauth:acme" }]);
  });
});

describe("success", () => {
  const subjects = createSubjects({ member: z.object({ tier: z.enum(["gold", "tin"]), via: z.string() }) });
  /** An issuer whose tokens have `tier` and the provider's name. */
  const clubOf = (tier: string) =>
    issuer({
      subjects,
      providers: { acme: acmeProvider(), password: password() },
      success: async (context, { provider }) => context.subject("member", { tier: tier as "gold", via: provider }),
    });

  test("says what tokens and userinfo say, and refreshed ones, for this sign-in alone", async () => {
    const { comeBack, exchange, token, routes } = site(clubOf("gold"));
    const one = (await exchange((await comeBack("acme", { email: newAddress() })).location)).body;
    const two = (await exchange((await comeBack("acme", { email: newAddress() })).location)).body;
    const expected = { type: "member", properties: { tier: "gold", via: "acme" } };
    expect(decodeJwt(one.access_token)).toMatchObject(expected);
    const told = await askApi(routes, `${SITE}/openauth/userinfo`, { token: one.access_token });
    expect(told.body).toEqual({ ...expected.properties, sub: decodeJwt(one.access_token).sub });

    const refresh = (refresh_token: string) => token({ grant_type: "refresh_token", refresh_token });
    const refreshed = (await refresh(one.refresh_token)).body;
    expect(decodeJwt(refreshed.access_token)).toMatchObject(expected);
    const [, ofOne] = refreshed.refresh_token.split(":");
    const [, , ofTwo] = two.refresh_token.split(":");
    for (const forged of [`web:${ofTwo}`, `web:${ofOne}:${ofTwo}`, `web:${ofOne.replace(/.$/, "_")}:${ofTwo}`])
      expect((await refresh(forged)).body.error, forged).toBe("invalid_grant");
  });

  test("is told of a password too, and asked once a second factor is paid", async () => {
    const { user, secret } = await twoStepUser();
    const { begin, go, exchange } = site(clubOf("tin"));
    await begin({ provider: "password" });
    const owing = await go("/password/authorize", { email: user.email, password: PASSWORD });
    const done = await go(owing.location ?? "", { code: totpCode(secret) });
    const { access_token } = (await exchange(done.location)).body;
    expect(decodeJwt(access_token)).toMatchObject({ properties: { tier: "tin", via: "password" } });
  });

  test("of a provider's sign-in holds over the second factor, and for no other person's", async () => {
    const { user, secret } = await twoStepUser();
    const { comeBack, leave, begin, go, exchange, jar } = site(clubOf("gold"));
    await comeBack("acme", user);
    await begin({ provider: "password" });
    await go((await go("/password/authorize", { email: user.email, password: PASSWORD })).location ?? "", {
      code: totpCode(secret),
    });
    const answer = await agree(await leave("acme", "first"), user);
    await begin({ provider: "password", state: "second" });
    const owing = await go(answer.path);
    expect(owing.location).toBe("/password/factor");
    const app = jar.get("auth.authorization") ?? "";
    const another = await verifiedUser();
    const flow = jar.get("auth.password") ?? "";
    const theirs = await go("/password/authorize", { email: another.email, password: PASSWORD });
    expect(decodeJwt((await exchange(theirs.location)).body.access_token)).toMatchObject({
      properties: { via: "password" },
    });

    jar.set("auth.password", flow).set("auth.authorization", app);
    const done = await go("/password/factor", { code: totpCode(secret, 1) });
    expect(parametersOf(done.location)).toMatchObject({ state: "first" });
    expect(decodeJwt((await exchange(done.location)).body.access_token)).toMatchObject({ properties: { via: "acme" } });
  });

  test("that chooses what subjects do not have, or another answer, leaves no session", async () => {
    const user = await verifiedUser();
    const signIn = async (config: Issuer) => {
      const { begin, go } = site(config);
      await begin({ provider: "password" });
      return go("/password/authorize", { email: user.email, password: PASSWORD });
    };
    expect(parametersOf((await signIn(clubOf("lead"))).location)).toMatchObject({ error: "server_error", state: "s" });
    const closed = issuer({
      providers: { password: password() },
      success: async () => new Response("closed", { status: 403 }),
    });
    expect(await signIn(closed)).toMatchObject({ status: 403, text: "closed" });
    expect(await db.session.count({ where: { userId: user.id } })).toBe(0);
  });

  test("names the person of a provider that is not known here, and whether their address is proved", async () => {
    const badge: Provider<{ badge: string }> = {
      type: "badge",
      init: (routes, ctx) => void routes.get("/authorize", (c) => ctx.success(c, { badge: "17" })),
    };
    const email = newAddress();
    const ofBadge = (emailVerified: boolean) =>
      issuer({
        providers: { badge },
        success: async (context, value) =>
          context.subject("member", { badge: value.badge }, { person: { id: value.badge, email, emailVerified } }),
      });
    const arrive = async (emailVerified: boolean) => {
      const { begin, go } = site(ofBadge(emailVerified));
      return go((await begin()).location ?? "");
    };
    expect((await arrive(false)).status).toBe(403);
    expect(parametersOf((await arrive(true)).location)).toHaveProperty("code");
    expect(await db.account.findMany({ where: { user: { email } } })).toMatchObject([
      { provider: "openauth:badge", providerAccountId: "17" },
    ]);
  });
});

describe("the choice", () => {
  const providers = () => ({ acme: acmeProvider(), corp: corpProvider(), password: password() });

  test("is drawn as the options say, for the app, and left out where there is one provider", async () => {
    const options = { providers: { corp: { hide: true }, acme: { display: "<Acme>" } } };
    const drawn = await site(issuer({ providers: providers(), select: Select(options) })).begin();
    const links = [...drawn.text.matchAll(/href="([^"]+)">([^<]+)</g)].map(([, href, label]) => [href, label]);
    expect(links).toEqual([
      ["/openauth/acme/authorize", "Continue with &lt;Acme&gt;"],
      ["/password/authorize", "Continue with Password"],
    ]);
    expect(drawn.text).toContain("You will continue to the web app.");
    expect(drawn.headers.get("content-security-policy")).toContain("default-src 'none'");
    const { begin, go } = site(issuer({ providers: { password: password() } }));
    expect((await begin()).location).toBe("/password/authorize");
    expect((await go("/openauth/password/authorize")).location).toBe("/password/authorize");
  });

  test("is one of the issuer's own, for an app that it allows", async () => {
    const asked: unknown[] = [];
    const config = issuer({
      providers: providers(),
      allow: async (input) => {
        asked.push(input);
        return input.audience === "open";
      },
    });
    const { begin } = site(config);
    expect(await begin()).toMatchObject({ status: 400, location: null });
    const unknown = await begin({ audience: "open", provider: "toString" });
    expect(parametersOf(unknown.location)).toMatchObject({ error: "invalid_request", iss: `${SITE}/openauth` });
    expect(await begin({ redirect_uri: "https://evil.example/", audience: "open" })).toMatchObject({ status: 400 });
    expect(asked).toEqual([
      { clientID: "web", redirectURI: SHOP },
      { clientID: "web", redirectURI: SHOP, audience: "open" },
    ]);
  });

  test("without passwords there are no screens for them", async () => {
    const { go } = site(issuer({ providers: { acme: acmeProvider() } }));
    for (const step of ["authorize", "register", "change"]) expect((await go(`/password/${step}`)).status).toBe(404);
  });
});
