import { createHash, randomUUID } from "node:crypto";
import type { GoTrueClient } from "@supabase/auth-js";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { addAuthenticator } from "@/tests/support/factors";
import { CLIENT, FaultProvider } from "@/tests/support/fault-provider";
import { disabledUser, PASSWORD, unverifiedUser, verifiedUser } from "@/tests/support/people";
import { localClient, pkceClient, SHOP, SITE, send } from "./supabase-client";

const LOCAL = "http://localhost:3000";
const provider = new FaultProvider();

beforeAll(async () => {
  await provider.open();
  const providers = { OIDC: { ...CLIENT, issuer: provider.issuer } };
  Object.assign(env(), { APP_URL: LOCAL, API_REDIRECT_URLS: [SHOP, "https://*.preview.example/**"], providers });
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.behave(someone());
  await db.rateLimit.deleteMany();
});

const someone = (more: object = {}) => {
  const sub = randomUUID();
  return { sub, email: `${sub.slice(0, 8)}@example.com`, email_verified: true, name: "Alice", ...more };
};
const as = (more: object) => provider.behave({ ...provider.person, ...more });
const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
const locationOf = (answer: Response) => new URL(answer.headers.get("location") ?? "");
const fragmentOf = (url: URL) => Object.fromEntries(new URLSearchParams(url.hash.slice(1)));

/** A browser, by its cookies. */
type Browser = { cookie: string };

/** Opens an address of ours that begins a visit. @returns the provider's address */
async function leave(address: string, browser: Browser = { cookie: "" }): Promise<URL> {
  const answer = await send(address, { headers: { cookie: browser.cookie } });
  browser.cookie = cookiesOf(answer) || browser.cookie;
  return locationOf(answer);
}

/** Agrees at the provider and comes back. @returns the address that our answer leads to */
async function comeBack(at: URL, browser: Browser, headers: Record<string, string> = {}): Promise<URL> {
  expect(at.origin).toBe(provider.issuer);
  const answer = `callback?${new URLSearchParams(provider.agree(at.href))}`;
  return locationOf(await send(answer, { headers: { cookie: browser.cookie, ...headers } }));
}

/** Signs in by the provider in a new browser. @returns the address that it ends at */
async function visit(auth: GoTrueClient, options: { redirectTo?: string; scopes?: string } = { redirectTo: SHOP }) {
  const browser = { cookie: "" };
  const { data } = await auth.signInWithOAuth({ provider: "custom:oidc", options });
  return comeBack(await leave(data.url ?? "", browser), browser);
}

const authorize = (query: Record<string, string> = {}) =>
  `authorize?${new URLSearchParams({ provider: "oidc", redirect_to: SHOP, ...query })}`;

describe("signInWithOAuth", () => {
  test("signs a new person in and hands the client their tokens, the provider's too", async () => {
    const target = await visit(localClient());
    expect(target.href.split("#")[0]).toBe(SHOP);
    const { access_token = "", refresh_token = "", provider_token } = fragmentOf(target);
    expect(provider_token).toBeTruthy();
    const auth = localClient();
    const { data } = await auth.setSession({ access_token, refresh_token });
    expect(data.user).toMatchObject({
      email: provider.person.email,
      app_metadata: { provider: "oidc", providers: ["oidc"] },
      identities: [{ provider: "oidc", id: provider.person.sub, identity_data: { sub: provider.person.sub } }],
    });
    expect((await auth.refreshSession()).error).toBeNull();
  });

  test("gives a client with a verifier a code, which opens the session once", async () => {
    const auth = pkceClient();
    const target = await visit(auth);
    expect(target.hash).toBe("");
    const code = target.searchParams.get("code") ?? "";
    const { data, error } = await auth.exchangeCodeForSession(code);
    expect(error).toBeNull();
    expect(data.session?.provider_token).toBeTruthy();
    expect((await pkceClient().exchangeCodeForSession(code)).error).not.toBeNull();
    expect(JSON.stringify(await db.verification.findMany())).not.toContain(data.session?.provider_token);
    expect(await db.session.count({ where: { userId: data.user?.id } })).toBe(1);
  });

  test("asks the provider for what the client wants beside the usual, and for nothing that is the protocol's", async () => {
    const hostile = { state: "x", client_id: "other", redirect_uri: "https://evil.example", response_type: "token" };
    const scopes = "calendar.read files";
    const asked = (await leave(authorize({ ...hostile, scopes, prompt: "consent" }))).searchParams;
    expect(asked.get("scope")).toBe("openid profile email calendar.read files");
    expect(asked.get("prompt")).toBe("consent");
    expect(asked.get("client_id")).toBe(CLIENT.clientId);
    expect(asked.get("redirect_uri")).toBe(`${LOCAL}/auth/v1/callback`);
    expect(asked.get("response_type")).toBe("code");
    expect(asked.get("state")).not.toBe("x");
  });

  test.each([
    ["https://evil.example/", SHOP],
    [`${LOCAL}/openauth/authorize?redirect_uri=https://evil.example`, SHOP],
    ["//evil.example", SHOP],
    ["https://a.preview.example/x", "https://a.preview.example/x"],
    [`${LOCAL}/dashboard`, `${LOCAL}/dashboard`],
  ])("with redirect_to %s ends at %s", async (redirectTo, ends) => {
    expect((await visit(localClient(), { redirectTo })).href.split("#")[0]).toBe(ends);
  });

  test("ends in the browser that began it, once, and in no other", async () => {
    const [mallory, victim] = [{ cookie: "" }, { cookie: "" }];
    const at = await leave(authorize(), mallory);
    await leave(authorize(), victim);
    expect(fragmentOf(await comeBack(at, victim))).toMatchObject({ error_code: "bad_oauth_state" });
    const answer = provider.agree(at.href);
    const finish = () => send(`callback?${new URLSearchParams(answer)}`, { headers: { cookie: mallory.cookie } });
    const ended = await Promise.all([finish(), finish()]);
    expect(ended.filter((each) => fragmentOf(locationOf(each)).access_token)).toHaveLength(1);
    expect(await db.session.count({ where: { user: { email: String(provider.person.email) } } })).toBe(1);
  });

  test("takes no state that it did not give out", async () => {
    const answers: Record<string, string>[] = [{ code: "x" }, { code: "x", state: "none" }, {}];
    for (const answer of answers) {
      const ended = locationOf(await send(`callback?${new URLSearchParams(answer)}`));
      expect(fragmentOf(ended)).toMatchObject({ error: "invalid_request", error_code: "bad_oauth_state" });
    }
  });

  test("tells the client why not, where it looks", async () => {
    const refusals: [object, () => Promise<unknown>, string][] = [
      [{ email_verified: false }, async () => {}, "provider_email_needs_verification"],
      [{}, () => verifiedUser({ email: String(provider.person.email) }), "email_exists"],
      [{}, () => disabledUser({ email: String(provider.person.email) }), "user_banned"],
    ];
    for (const [person, prepare, code] of refusals) {
      as(someone(person));
      await prepare();
      expect(fragmentOf(await visit(localClient()))).toMatchObject({ error_code: code });
      expect(fragmentOf(await visit(pkceClient()))).toMatchObject({ error_code: code });
    }
    const browser = { cookie: "" };
    const at = await leave(authorize({ code_challenge: "c".repeat(43), code_challenge_method: "s256" }), browser);
    const denied = new URLSearchParams({ error: "access_denied", state: at.searchParams.get("state") ?? "" });
    const said = locationOf(await send(`callback?${denied}`, { headers: { cookie: browser.cookie } }));
    expect(said.searchParams.get("error")).toBe("access_denied");
  });

  test("makes an unproved account the mailbox owner's, and what a stranger left in it dies", async () => {
    const squatted = await unverifiedUser({ email: String(provider.person.email) });
    await visit(localClient());
    expect(await db.credential.count({ where: { userId: squatted.id } })).toBe(0);
    expect(await db.account.count({ where: { userId: squatted.id } })).toBe(1);
  });

  test("leaves a second factor owed", async () => {
    const user = await verifiedUser({ email: String(provider.person.email) });
    await db.account.create({
      data: { userId: user.id, type: "oauth", provider: "oidc", providerAccountId: String(provider.person.sub) },
    });
    await addAuthenticator(user);
    const auth = pkceClient();
    await auth.exchangeCodeForSession((await visit(auth)).searchParams.get("code") ?? "");
    expect((await auth.updateUser({ data: {} })).error).toMatchObject({ code: "insufficient_aal" });
  });

  test("names what is wrong with the request itself", async () => {
    const bad: [Record<string, string>, string][] = [
      [{ provider: "facebook" }, "provider_disabled"],
      [{ provider: "__proto__" }, "provider_disabled"],
      [{ code_challenge: "short", code_challenge_method: "s256" }, "validation_failed"],
    ];
    for (const [query, code] of bad) {
      const answer = await send(authorize(query));
      expect([answer.status, (await answer.json()).error_code]).toEqual([400, code]);
    }
  });
});

describe("linkIdentity", () => {
  /** A person signed in with the password. */
  async function signedIn(auth: GoTrueClient) {
    const user = await verifiedUser();
    const { error } = await auth.signInWithPassword({ email: user.email, password: PASSWORD });
    if (error) throw error;
    return user;
  }

  /** Begins to link an account. @returns the provider's address */
  async function linking(auth: GoTrueClient): Promise<URL> {
    const { data, error } = await auth.linkIdentity({ provider: "oidc" as "google", options: { redirectTo: SHOP } });
    if (error) throw error;
    return new URL(data.url ?? "");
  }

  test("links once the client shows its verifier, in the session it has, and unlinks again", async () => {
    const auth = pkceClient();
    const user = await signedIn(auth);
    const target = await comeBack(await linking(auth), { cookie: "" });
    expect(await db.account.count({ where: { userId: user.id } })).toBe(0);
    const { error } = await auth.exchangeCodeForSession(target.searchParams.get("code") ?? "");
    expect(error).toBeNull();
    const { data } = await auth.getUserIdentities();
    expect(data?.identities.map((one) => one.provider)).toEqual(["email", "oidc"]);
    expect(await db.session.count({ where: { userId: user.id } })).toBe(1);

    const [email, linked] = data?.identities ?? [];
    if (!email || !linked) throw new Error("no identities");
    expect((await auth.unlinkIdentity(email)).error).toMatchObject({ code: "email_conflict_identity_not_deletable" });
    expect((await auth.unlinkIdentity(linked)).error).toBeNull();
    expect((await auth.unlinkIdentity(linked)).error).toMatchObject({ code: "identity_not_found" });
  });

  test("a stranger's visit, sent to a victim, links nothing: the code is in one browser, the verifier in another", async () => {
    const [mallory, victim] = [pkceClient(), pkceClient()];
    const attacker = await signedIn(mallory);
    const at = await linking(mallory);
    const target = await comeBack(at, { cookie: "" });
    const code = target.searchParams.get("code") ?? "";
    await victim.signInWithOAuth({ provider: "google", options: { skipBrowserRedirect: true } });
    expect((await victim.exchangeCodeForSession(code)).error).toMatchObject({ code: "bad_code_verifier" });
    expect(await db.account.count({ where: { userId: attacker.id } })).toBe(0);
    // The wrong verifier does not end the attacker's session either, which asked for the link.
    expect((await mallory.getUser()).error).toBeNull();
  });

  test("without a verifier links only for a browser that is where the client was", async () => {
    const here = { "x-forwarded-for": "203.0.113.5", "sec-fetch-site": "cross-site" };
    // A browser of before 2023 does not say that it is one.
    const there = { "x-forwarded-for": "198.51.100.9" };
    Object.assign(env(), { TRUSTED_PROXY_HOPS: 1 });
    const auth = localClient({ headers: { "x-forwarded-for": here["x-forwarded-for"] } });
    const user = await signedIn(auth);
    expect(fragmentOf(await comeBack(await linking(auth), { cookie: "" }, there))).toHaveProperty("error_code");
    expect(await db.account.count({ where: { userId: user.id } })).toBe(0);
    const target = await comeBack(await linking(auth), { cookie: "" }, here);
    expect(target.href).toBe(SHOP);
    expect(await db.account.count({ where: { userId: user.id } })).toBe(1);
    expect((await auth.getUser()).data.user?.identities).toHaveLength(2);
    Object.assign(env(), { TRUSTED_PROXY_HOPS: 0 });
  });

  test("is refused in an old session, and for an account that is another person's", async () => {
    await visit(localClient());
    const auth = pkceClient();
    const user = await signedIn(auth);
    const target = await comeBack(await linking(auth), { cookie: "" });
    const taken = await auth.exchangeCodeForSession(target.searchParams.get("code") ?? "");
    expect(taken.error).toMatchObject({ code: "identity_already_exists" });
    await db.session.updateMany({ where: { userId: user.id }, data: { authenticatedAt: new Date(0) } });
    await expect(linking(auth)).rejects.toMatchObject({ code: "reauthentication_needed" });
  });

  test("the last way in is not unlinked, nor is another person's", async () => {
    const auth = pkceClient();
    await auth.exchangeCodeForSession((await visit(auth)).searchParams.get("code") ?? "");
    const [only] = (await auth.getUserIdentities()).data?.identities ?? [];
    if (!only) throw new Error("no identity");
    expect((await auth.unlinkIdentity(only)).error).toMatchObject({ code: "single_identity_not_deletable" });
    const other = pkceClient();
    await signedIn(other);
    expect((await other.unlinkIdentity(only)).error).toMatchObject({ code: "identity_not_found" });
  });
});

describe("signInWithIdToken", () => {
  const now = () => Math.floor(Date.now() / 1000);
  const claims = (more: object = {}) => ({
    ...{ iss: provider.issuer, aud: CLIENT.clientId, iat: now(), exp: now() + 60 },
    ...provider.person,
    ...more,
  });
  const present = async (more: object = {}, nonce?: string) =>
    localClient().signInWithIdToken({ provider: "oidc", token: await provider.sign(claims(more)), nonce } as never);
  const nonceOf = (nonce: string) => ({ nonce: createHash("sha256").update(nonce).digest("hex") });

  test("signs in by a token that the provider made for us", async () => {
    const { data, error } = await present();
    expect(error).toBeNull();
    expect(data.user).toMatchObject({ email: provider.person.email, identities: [{ provider: "oidc" }] });
    expect((await present({}, undefined)).data.user?.id).toBe(data.user?.id);
    expect((await present(nonceOf("n"), "n")).error).toBeNull();
  });

  test("takes no token without the nonce that it holds, or with another", async () => {
    for (const [more, nonce] of [
      [nonceOf("n"), undefined],
      [{}, "n"],
      [nonceOf("n"), "m"],
      [{ nonce: "n" }, "n"],
    ] as const)
      expect((await present(more, nonce)).error).toMatchObject({
        status: 400,
        message: expect.stringMatching(/nonce/i),
      });
  });

  test.each([
    ["of another issuer", { iss: "https://evil.example" }],
    ["for another app", { aud: "other-app" }],
    ["that is over", { exp: 1 }],
    ["that never ends", { exp: undefined }],
    ["of last week", { iat: 1 }],
    ["about nobody", { sub: undefined }],
  ])("takes no token %s", async (_, more) => {
    expect((await present(more)).error).toMatchObject({ status: 400, code: "bad_id_token" });
  });

  test("takes none that another key signed, and none of a provider that gives none", async () => {
    const [header = "", , signature = ""] = (await provider.sign(claims())).split(".");
    const forged = `${header}.${Buffer.from(JSON.stringify(claims({ sub: "x" }))).toString("base64url")}.${signature}`;
    const sent = (name: string, token: string) =>
      localClient().signInWithIdToken({ provider: name as "google", token });
    expect((await sent("oidc", forged)).error).toMatchObject({ code: "bad_id_token" });
    expect((await sent("oidc", "junk")).error).toMatchObject({ code: "bad_id_token" });
    expect((await sent("github", await provider.sign(claims()))).error).toMatchObject({ code: "provider_disabled" });
  });

  test("links to the person who is signed in", async () => {
    const auth = localClient();
    const user = await verifiedUser();
    await auth.signInWithPassword({ email: user.email, password: PASSWORD });
    const { error } = await auth.linkIdentity({ provider: "oidc", token: await provider.sign(claims()) } as never);
    expect(error).toBeNull();
    expect(await db.account.count({ where: { userId: user.id } })).toBe(1);
    expect(await db.session.count({ where: { userId: user.id } })).toBe(1);
    expect((await auth.refreshSession()).error).toBeNull();
  });
});

test("settings say which providers are on, by Supabase's names", async () => {
  Object.assign(env().providers, { MICROSOFT_ENTRA_ID: CLIENT });
  const { external } = await (await send(`${SITE}/auth/v1/settings`)).json();
  expect(external).toMatchObject({
    azure: true,
    oidc: true,
    google: false,
    facebook: false,
    email: true,
    phone: false,
  });
  expect(external).not.toHaveProperty("microsoft-entra-id");
});
