import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRefreshing } from "@/lib/auth/refresh-session";
import { issueAccessToken } from "@/lib/auth/steps/access-token";
import { db } from "@/lib/db";
import { type ApiServer, SHOP_CALLBACK, startApiServer } from "@/tests/support/api-server";
import { newSession, verifiedUser } from "@/tests/support/people";
import { comeBack } from "./visit";

let server: ApiServer;
let issuer: string;
beforeAll(async () => {
  server = await startApiServer();
  issuer = `${server.url}/openauth`;
});
afterAll(() => server?.stop());

const WEB: oauth.Client = { client_id: "web" };
/** The test server has no TLS. */
const PLAIN = { [oauth.allowInsecureRequests]: true };
const HOUR_MS = 3_600_000;

/** Moves every use of a refresh token of this user more than an hour into the past. */
async function afterAnHour(userId: string) {
  const usedAt = new Date(Date.now() - HOUR_MS - 1_000);
  await db.refreshToken.updateMany({ where: { session: { userId }, usedAt: { not: null } }, data: { usedAt } });
}

describe("oauth4webapi, unmodified", () => {
  const discover = async (algorithm: "oauth2" | "oidc") => {
    const url = new URL(issuer);
    return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { algorithm, ...PLAIN }));
  };

  /** A new person signs in and comes back with a code. @returns the calls that the app can make then */
  async function begin() {
    const as = await discover("oauth2");
    const user = await verifiedUser();
    const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()];
    const url = new URL(as.authorization_endpoint ?? "");
    const asked = { client_id: WEB.client_id, redirect_uri: SHOP_CALLBACK, response_type: "code", state };
    const code_challenge = await oauth.calculatePKCECodeChallenge(verifier);
    url.search = `${new URLSearchParams({ ...asked, code_challenge, code_challenge_method: "S256" })}`;
    const back = oauth.validateAuthResponse(as, WEB, await comeBack(server.url, url.href, user.email), state);
    const exchange = async () => {
      const sent = [as, WEB, oauth.None(), back, SHOP_CALLBACK, verifier, PLAIN] as const;
      return oauth.processAuthorizationCodeResponse(as, WEB, await oauth.authorizationCodeGrantRequest(...sent));
    };
    const refresh = async (token = "") => {
      const response = await oauth.refreshTokenGrantRequest(as, WEB, oauth.None(), token, PLAIN);
      return oauth.processRefreshTokenResponse(as, WEB, response);
    };
    const ask = (token: string) => oauth.userInfoRequest(as, WEB, token, PLAIN);
    return { as, user, exchange, refresh, ask };
  }

  /** The same, and the app has exchanged the code. */
  async function signIn() {
    const begun = await begin();
    return { ...begun, tokens: await begun.exchange() };
  }

  /** Validates the access token as another service of the app does, by our published keys (RFC 9068, 4). */
  const validate = (as: oauth.AuthorizationServer, token: string, audience = WEB.client_id) => {
    const request = new Request(SHOP_CALLBACK, { headers: { authorization: `Bearer ${token}` } });
    return oauth.validateJwtAccessToken(as, request, audience, PLAIN);
  };

  test("finds the same metadata at its place and OpenID's, and no more in it than there is", async () => {
    const found = await discover("oauth2");
    expect(await discover("oidc")).toEqual(found);
    const own = await server.call("GET", "/openauth/.well-known/oauth-authorization-server");
    expect(own.body).toEqual(found);
    expect(found.id_token_signing_alg_values_supported).toBeUndefined();
    for (const [name, url] of Object.entries(found).filter(([name]) => /_endpoint$|_uri$/.test(name)))
      expect([name, (await fetch(String(url), { redirect: "manual" })).status]).not.toEqual([name, 404]);
  });

  test("exchanges, validates the token by our keys, refreshes, and reads who it is", async () => {
    const { as, user, refresh, ask, tokens } = await signIn();
    const claims = await validate(as, tokens.access_token);
    expect(claims).toMatchObject({ client_id: "web", aud: "web", iss: issuer });
    await expect(validate(as, tokens.access_token, "other")).rejects.toThrow(/aud/);
    const next = await refresh(tokens.refresh_token);
    expect((await validate(as, next.access_token)).sub).toBe(claims.sub);
    const told = await oauth.processUserInfoResponse(as, WEB, claims.sub, await ask(next.access_token));
    expect(told).toEqual({ sub: claims.sub, id: user.id, email: user.email });
  });

  test("gets a challenge that names the error for a token that is none, or whose session has ended", async () => {
    const { as, user, ask, tokens } = await signIn();
    await db.session.deleteMany({ where: { userId: user.id } });
    for (const token of [tokens.access_token, "x.y.z"]) {
      const asked = ask(token).then((response) =>
        oauth.processUserInfoResponse(as, WEB, oauth.skipSubjectCheck, response),
      );
      const refused = await asked.catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(oauth.WWWAuthenticateChallengeError);
      expect(refused).toMatchObject({
        status: 401,
        cause: [{ scheme: "bearer", parameters: { error: "invalid_token", realm: new URL(issuer).host } }],
      });
    }
  });

  test("ends the session with a code that it sends twice, and its owner is told", async () => {
    const { user, exchange, refresh, ask, tokens } = await signIn();
    await expect(exchange()).rejects.toMatchObject({ error: "invalid_grant" });
    await expect(refresh(tokens.refresh_token)).rejects.toMatchObject({ error: "invalid_grant" });
    expect((await ask(tokens.access_token).catch((error) => error)).status).toBe(401);
    expect(await db.session.count({ where: { userId: user.id } })).toBe(0);
    expect((await server.mail.waitForMail(user.email, { subject: /signed out/i })).to).toContain(user.email);
  });

  test("that sends a code twice at once is left with no session", async () => {
    const { user, exchange } = await begin();
    const both = await Promise.allSettled([exchange(), exchange()]);
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await db.session.count({ where: { userId: user.id } })).toBe(0);
  });

  test("ends the session with a refresh token that was replaced long ago", async () => {
    const { user, refresh, tokens } = await signIn();
    const next = await refresh(tokens.refresh_token);
    const newest = await refresh(next.refresh_token);
    await afterAnHour(user.id);
    await expect(refresh(tokens.refresh_token)).rejects.toMatchObject({ error: "invalid_grant" });
    await expect(refresh(newest.refresh_token)).rejects.toMatchObject({ error: "invalid_grant" });
  });
});

describe("openid-client, unmodified", () => {
  test.each(["oauth2", "oidc"] as const)("signs in, refreshes, reads who it is, found by %s", async (algorithm) => {
    const user = await verifiedUser();
    const options = { algorithm, execute: [openid.allowInsecureRequests] };
    const config = await openid.discovery(new URL(issuer), "web", undefined, openid.None(), options);
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const state = openid.randomState();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: SHOP_CALLBACK,
      state,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
    });
    const back = await comeBack(server.url, url.href, user.email);
    const tokens = await openid.authorizationCodeGrant(config, back, { pkceCodeVerifier, expectedState: state });
    const next = await openid.refreshTokenGrant(config, tokens.refresh_token ?? "");
    const told = await openid.fetchUserInfo(config, next.access_token, openid.skipSubjectCheck);
    expect(told).toMatchObject({ id: user.id, email: user.email });

    const newest = await openid.refreshTokenGrant(config, next.refresh_token ?? "");
    await afterAnHour(user.id);
    for (const dead of [tokens, newest])
      await expect(openid.refreshTokenGrant(config, dead.refresh_token ?? "")).rejects.toMatchObject({
        error: "invalid_grant",
      });
  });
});

describe("below /openauth and at the metadata's place", () => {
  const METADATA = "/.well-known/oauth-authorization-server";

  test.each([
    ["GET", "/openauth", 404, null],
    ["GET", "/openauth/nothing", 404, null],
    ["GET", "/openauth/nothing%20at%20all", 404, null],
    ["GET", "/openauth/token/more", 404, null],
    ["GET", METADATA, 404, null],
    ["GET", `${METADATA}/other`, 404, null],
    ["GET", "/openauth/token", 405, "POST, OPTIONS"],
    ["DELETE", "/openauth/userinfo", 405, "GET, OPTIONS"],
    ["PUT", "/openauth/authorize", 405, "GET, OPTIONS"],
    ["POST", `${METADATA}/openauth`, 405, "GET, OPTIONS"],
  ])("%s %s is answered %i in JSON, never HTML, and says what is allowed", async (method, path, status, allow) => {
    const answer = await server.call(method, path, { headers: { accept: "text/html" } });
    expect([answer.status, answer.headers.get("allow")]).toEqual([status, allow]);
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    expect(answer.body.error).toEqual(expect.any(String));
  });

  test("a request without a token is told how to be let in", async () => {
    const answer = await server.call("GET", "/openauth/userinfo");
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe(`Bearer realm="${new URL(issuer).host}"`);
  });

  test("a token is of no use to an app that its session does not speak for, or that is not listed", async () => {
    const user = await verifiedUser();
    const sessionId = async (actorType?: string) => (await newSession(user, { kind: "api", actorType })).sessionId;
    const ask = async (sessionId: string, audience = "web", madeBy = issuer) => {
      const { token } = await issueAccessToken({ issuer: madeBy, audience, subject: "user:x", sessionId });
      const headers = { authorization: `Bearer ${token}` };
      return (await server.call("GET", "/openauth/userinfo", { headers })).status;
    };
    const webs = await sessionId("openauth:web");
    expect(await ask(webs)).toBe(200);
    expect(await ask(webs, "web", server.url)).toBe(401);
    expect(await ask(await sessionId())).toBe(401);
    expect(await ask(await sessionId("openauth:other"))).toBe(401);
    expect(await ask(await sessionId("openauth:other"), "other")).toBe(401);
  });

  test("a refresh token is of no use to another app, or to one that is listed no more", async () => {
    const user = await verifiedUser();
    const tokenOf = async (app: string) => {
      const begun = await newSession(user, { kind: "api", actorType: `openauth:${app}` });
      return `${app}:${await startRefreshing(begun)}`;
    };
    const refresh = async (fields: Record<string, string>) => {
      const body = new URLSearchParams({ grant_type: "refresh_token", ...fields });
      const response = await fetch(`${issuer}/token`, { method: "POST", body });
      return [response.status, (await response.json()).error];
    };
    const refresh_token = await tokenOf("web");
    expect(await refresh({ refresh_token, client_id: "other" })).toEqual([400, "invalid_grant"]);
    expect(await refresh({ refresh_token, client_id: "web" })).toEqual([200, undefined]);
    expect(await refresh({ refresh_token: await tokenOf("gone") })).toEqual([400, "invalid_grant"]);
  });
});
