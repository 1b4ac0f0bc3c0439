import { GithubProvider } from "@openauthjs/openauth/provider/github";
import { GoogleProvider } from "@openauthjs/openauth/provider/google";
import { MicrosoftProvider } from "@openauthjs/openauth/provider/microsoft";
import { Oauth2Provider } from "@openauthjs/openauth/provider/oauth2";
import type { Provider } from "@openauthjs/openauth/provider/provider";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { issuer } from "@/lib/dialects/openauth/issuer";
import { env } from "@/lib/env";
import { parametersOf, SHOP, SITE, site } from "./openauth-site";

const keys = { clientID: "our-client", clientSecret: "our-words", scopes: ["openid", "email"] };
const TENANT = "11111111-2222-4333-8444-555555555555";

let pair: Awaited<ReturnType<typeof generateKeyPair>>;
let jwks: object;
beforeAll(async () => {
  pair = await generateKeyPair("RS256");
  jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: "its-key", alg: "RS256" }] };
});
beforeEach(() => void Object.assign(env(), { APP_URL: SITE, API_REDIRECT_URLS: [SHOP] }));
afterEach(() => vi.unstubAllGlobals());

type Sample = {
  provider: Provider<object>;
  /** The provider's answers, by address. */
  answers: Record<string, unknown>;
  token?: string;
  /** The claims of its id_token, and the key that signs them. */
  idToken?: Record<string, unknown>;
  key?: CryptoKey;
};

/** A person goes to a provider with these answers, and comes back. @returns whether they are signed in */
async function comeBack({ provider, answers, token = "", idToken, key = pair.privateKey }: Sample) {
  const claims = { aud: keys.clientID, ...idToken };
  const signed = new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "its-key" }).setIssuedAt();
  const id_token = idToken && (await signed.setExpirationTime("5 minutes").sign(key));
  const all: Record<string, unknown> = { ...answers, [token]: { access_token: "theirs", id_token } };
  vi.stubGlobal("fetch", async (url: string | URL) => {
    const said = all[String(url)];
    return said === undefined ? new Response(null, { status: 404 }) : Response.json(said);
  });
  const { begin, go } = site(issuer({ providers: { them: provider } }));
  const left = await go((await begin()).location ?? "");
  const { state = "" } = parametersOf(left.location);
  const done = await go(`/openauth/them/callback?${new URLSearchParams({ code: "c", state })}`);
  return { status: done.status, isSignedIn: done.location?.includes("code=") ?? false };
}

const accountOf = (email: string) => db.account.findFirst({ where: { user: { email } } });

const openIdAt = (iss: string, more: object = {}) => ({
  [`${iss}/.well-known/openid-configuration`]: { issuer: iss, jwks_uri: `${iss}/keys`, ...more },
  [`${iss}/keys`]: jwks,
});

describe("GitHub", () => {
  const sample = (verified: boolean, email: string): Sample => ({
    provider: GithubProvider(keys),
    token: "https://github.com/login/oauth/access_token",
    answers: {
      "https://api.github.com/user": { id: 583_231, login: "alice", name: "Alice", email: "public@example.com" },
      "https://api.github.com/user/emails": [{ email, primary: true, verified, visibility: "private" }],
    },
  });

  test("is asked for the person and their primary address, and whether that is confirmed", async () => {
    expect(await comeBack(sample(false, "gh-no@example.com"))).toEqual({ status: 403, isSignedIn: false });
    expect(await comeBack(sample(true, "gh@example.com"))).toMatchObject({ isSignedIn: true });
    expect(await accountOf("gh@example.com")).toMatchObject({ provider: "github", providerAccountId: "583231" });
    const unheard = { ...sample(true, "gh-un@example.com"), answers: {} };
    expect(await comeBack(unheard)).toEqual({ status: 502, isSignedIn: false });
  });
});

describe("Google", () => {
  const google = "https://accounts.google.com";
  const sample = (idToken: object): Sample => ({
    provider: GoogleProvider(keys),
    token: "https://oauth2.googleapis.com/token",
    answers: openIdAt(google),
    idToken: { iss: google, sub: "10769150350006150715113082367", email_verified: true, ...idToken },
  });

  test("says it in the id_token, which its own key has signed, for us", async () => {
    expect(await comeBack(sample({ email: "go@example.com" }))).toMatchObject({ isSignedIn: true });
    expect(await accountOf("go@example.com")).toMatchObject({ provider: "google" });
    const { privateKey } = await generateKeyPair("RS256");
    const evil = "https://evil.example";
    for (const wrong of [
      { ...sample({ email: "go1@example.com", sub: "1" }), key: privateKey },
      sample({ email: "go2@example.com", sub: "2", aud: "another" }),
      { ...sample({ email: "go3@example.com", sub: "3", iss: evil }), answers: openIdAt(evil) },
    ])
      expect(await comeBack(wrong)).toEqual({ status: 502, isSignedIn: false });
    expect(await comeBack(sample({ email: "go4@example.com", sub: "4", email_verified: "true" }))).toMatchObject({
      status: 403,
    });
  });
});

describe("others that speak OpenID Connect", () => {
  test("Microsoft vouches for an address whose domain its tenant owns", async () => {
    const iss = `https://login.microsoftonline.com/${TENANT}/v2.0`;
    const sample = (idToken: object): Sample => ({
      provider: MicrosoftProvider({ ...keys, tenant: TENANT }),
      token: `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`,
      answers: openIdAt(iss),
      idToken: { iss, sub: "AAAA", tid: TENANT, ...idToken },
    });
    expect(await comeBack(sample({ email: "ms-no@example.com" }))).toMatchObject({ status: 403 });
    expect(await comeBack(sample({ email: "ms@example.com", xms_edov: true }))).toMatchObject({ isSignedIn: true });
    expect(await accountOf("ms@example.com")).toMatchObject({ provider: "openauth:them", providerAccountId: "AAAA" });
  });

  test("say the address in userinfo, where it is the same person's", async () => {
    const iss = "https://id.acme.example";
    const sample = (sub: string): Sample => ({
      provider: Oauth2Provider({ ...keys, endpoint: { authorization: `${iss}/authorize`, token: `${iss}/token` } }),
      token: `${iss}/token`,
      answers: {
        ...openIdAt(iss, { userinfo_endpoint: `${iss}/userinfo` }),
        [`${iss}/userinfo`]: { sub, email: "ui@example.com", email_verified: true },
      },
      idToken: { iss, sub: "me" },
    });
    expect(await comeBack(sample("another"))).toEqual({ status: 502, isSignedIn: false });
    expect(await comeBack(sample("me"))).toMatchObject({ isSignedIn: true });
    expect(await comeBack({ ...sample("me"), idToken: undefined })).toEqual({ status: 502, isSignedIn: false });
  });
});
