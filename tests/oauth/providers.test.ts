import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { env } from "@/lib/env";
import { PROVIDERS } from "@/lib/oauth/providers";
import { enabledProviders, findProvider, registry } from "@/lib/oauth/registry";
import { finish, start } from "@/lib/oauth/visit";

const SITE = "https://app.example.com";
const SUBJECT = "248289761001";
const TENANT = "11111111-2222-4333-8444-555555555555";
const PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad";

type Json = Record<string, unknown>;
/** How a provider answers for one person, in its own words. */
type Sample = {
  id: string;
  /** Where people are sent. */
  authorization: string;
  pkce?: boolean;
  /** Whether it takes a nonce, where it speaks OpenID Connect. */
  nonce?: boolean;
  /** It does not say what its tokens are, and says this beside them. */
  untyped?: true;
  granted?: Json;
  /** For OpenID providers: what the id_token says beside the usual. */
  claims?: Json;
  issuer?: string;
  /** What the provider's other addresses answer. */
  answers?: Record<string, unknown>;
  /** What comes back beside the code. */
  brought?: Record<string, string>;
  profile: Json;
  /** The same person, whose email the provider does not vouch for. */
  unproved: Partial<Pick<Sample, "claims" | "answers">>[];
};

const GITHUB_USER = {
  id: 583231,
  login: "alice-example",
  name: "Alice Example",
  email: "public@example.com",
  avatar_url: "https://avatars.githubusercontent.com/u/583231?v=4",
};
const githubEmails = (verified: boolean) => [
  { email: "old@example.com", primary: false, verified: true, visibility: null },
  { email: "alice@example.com", primary: true, verified, visibility: "private" },
];
const DISCORD_USER = {
  id: "80351110224678912",
  username: "alice",
  global_name: "Alice Example",
  discriminator: "0",
  avatar: "8342729096ea3675442027381ff50dfe",
  email: "Alice@example.com",
  verified: true,
};
const GITLAB_USER = {
  id: 4711,
  username: "alice",
  name: "Alice Example",
  email: "alice@example.com",
  avatar_url: "https://gitlab.com/uploads/-/system/user/avatar/4711/avatar.png",
  confirmed_at: "2026-01-02T03:04:05.000Z",
};
const CLAIMS = { email: "alice@example.com", email_verified: true, name: "Alice Example" };
const ALICE = {
  providerAccountId: SUBJECT,
  email: "alice@example.com",
  emailVerified: true,
  fields: { name: "Alice Example" },
};

/** Where the providers are that are at an address of each site's own. */
const ISSUERS = {
  OIDC: "https://id.example.com",
  AUTH0: "https://tenant.eu.auth0.example.com",
  CAS: "https://cas.example.com/cas/oidc",
  COGNITO: "https://cognito-idp.eu-west-1.example.com/eu-west-1_abc",
  KEYCLOAK: "https://keycloak.example.com/realms/site",
};

const SAMPLES: Sample[] = [
  {
    id: "google",
    authorization: "https://accounts.google.com/",
    claims: { ...CLAIMS, picture: "https://lh3.googleusercontent.com/a/alice=s96-c" },
    profile: { ...ALICE, image: "https://lh3.googleusercontent.com/a/alice=s96-c" },
    unproved: [{ claims: { ...CLAIMS, email_verified: false } }, { claims: { email: CLAIMS.email } }],
  },
  {
    id: "github",
    authorization: "https://github.com/login/oauth/authorize",
    answers: { "https://api.github.com/user": GITHUB_USER, "https://api.github.com/user/emails": githubEmails(true) },
    profile: { ...ALICE, providerAccountId: "583231", image: GITHUB_USER.avatar_url, username: "alice-example" },
    unproved: [
      {
        answers: {
          "https://api.github.com/user": GITHUB_USER,
          "https://api.github.com/user/emails": githubEmails(false),
        },
      },
      { answers: { "https://api.github.com/user": GITHUB_USER, "https://api.github.com/user/emails": [] } },
    ],
  },
  {
    id: "microsoft-entra-id",
    authorization: "https://login.microsoftonline.com/",
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    claims: { email: CLAIMS.email, name: CLAIMS.name, tid: TENANT, xms_edov: true },
    profile: { ...ALICE, image: null },
    // Any tenant's administrator can write any address into a profile.
    unproved: [{ claims: { ...CLAIMS, tid: TENANT } }, { claims: { ...CLAIMS, tid: TENANT, xms_edov: "0" } }],
  },
  {
    id: "apple",
    authorization: "https://appleid.apple.com/",
    pkce: false,
    claims: { email: CLAIMS.email, email_verified: "true" },
    brought: { user: '{"name":{"firstName":"Alice","lastName":"Example"},"email":"mallory@example.com"}' },
    profile: { ...ALICE, image: null },
    unproved: [{ claims: { ...CLAIMS, email_verified: "false" } }, { claims: { email: CLAIMS.email } }],
  },
  {
    id: "discord",
    authorization: "https://discord.com/",
    answers: { "https://discord.com/api/users/@me": DISCORD_USER },
    profile: { ...ALICE, providerAccountId: DISCORD_USER.id, username: "alice" },
    unproved: [
      { answers: { "https://discord.com/api/users/@me": { ...DISCORD_USER, verified: false } } },
      { answers: { "https://discord.com/api/users/@me": { ...DISCORD_USER, email: null } } },
    ],
  },
  {
    id: "gitlab",
    authorization: "https://gitlab.com/oauth/authorize",
    answers: { "https://gitlab.com/api/v4/user": GITLAB_USER },
    profile: { ...ALICE, providerAccountId: "4711", image: GITLAB_USER.avatar_url, username: "alice" },
    unproved: [{ answers: { "https://gitlab.com/api/v4/user": { ...GITLAB_USER, confirmed_at: null } } }],
  },
  {
    id: "oidc",
    authorization: "https://id.example.com/",
    claims: {},
    answers: { "https://id.example.com/userinfo": { sub: SUBJECT, ...CLAIMS, preferred_username: "alice" } },
    profile: { ...ALICE, username: "alice" },
    unproved: [{ answers: { "https://id.example.com/userinfo": { sub: SUBJECT, email: CLAIMS.email } } }],
  },
];

const GRAPH = "https://graph.facebook.com/me?fields=id,name,email,picture";
const PATREON =
  "https://www.patreon.com/api/oauth2/v2/identity?fields%5Buser%5D=full_name,email,is_email_verified,image_url,vanity";
const patron = (is_email_verified: boolean) => ({
  data: {
    id: "12345",
    attributes: { ...{ email: CLAIMS.email, is_email_verified }, full_name: CLAIMS.name, image_url: PICTURE },
  },
});
const PICTURE = "https://pictures.example.com/alice.png";
const VK = "https://api.vk.com/method/users.get?fields=photo_100&v=5.131";
const NOBODYS = { email: null, emailVerified: false };
/** A provider that speaks OpenID Connect in full, at this issuer. */
const openIdSample = (id: string, issuer: string, more: Partial<Sample> = {}): Sample => ({
  ...{ id, authorization: `${new URL(issuer).origin}/`, issuer, claims: CLAIMS, profile: ALICE },
  unproved: [{ claims: { ...CLAIMS, email_verified: false } }, { claims: { email: CLAIMS.email } }],
  ...more,
});

/** Those that Strapi has built in beside ours. */
const MORE: Sample[] = [
  openIdSample("auth0", ISSUERS.AUTH0),
  {
    ...openIdSample("cas", ISSUERS.CAS),
    claims: {},
    answers: { "https://cas.example.com/userinfo": { sub: SUBJECT, ...CLAIMS } },
    unproved: [{ answers: { "https://cas.example.com/userinfo": { sub: SUBJECT, email: CLAIMS.email } } }],
  },
  openIdSample("cognito", ISSUERS.COGNITO),
  {
    id: "facebook",
    authorization: "https://www.facebook.com/",
    answers: { [GRAPH]: { id: "77", name: CLAIMS.name, email: CLAIMS.email, picture: { data: { url: PICTURE } } } },
    profile: { ...ALICE, providerAccountId: "77", emailVerified: false, image: PICTURE },
    unproved: [{ answers: { [GRAPH]: { id: "77", name: CLAIMS.name } } }],
  },
  {
    id: "instagram",
    authorization: "https://www.instagram.com/oauth/authorize",
    untyped: true,
    answers: {
      "https://graph.instagram.com/me?fields=user_id,username,name,profile_picture_url": {
        ...{ user_id: "178414", username: "alice", name: CLAIMS.name, profile_picture_url: PICTURE },
      },
    },
    profile: { ...NOBODYS, providerAccountId: "178414", username: "alice", image: PICTURE },
    unproved: [],
  },
  openIdSample("keycloak", ISSUERS.KEYCLOAK),
  openIdSample("linkedin", "https://www.linkedin.com/oauth", { pkce: false, nonce: false }),
  {
    id: "patreon",
    authorization: "https://www.patreon.com/oauth2/authorize",
    answers: { [PATREON]: patron(true) },
    profile: { ...ALICE, providerAccountId: "12345", image: PICTURE },
    unproved: [{ answers: { [PATREON]: patron(false) } }],
  },
  {
    id: "reddit",
    authorization: "https://www.reddit.com/api/v1/authorize",
    pkce: false,
    answers: { "https://oauth.reddit.com/api/v1/me": { id: "t2abc", name: "alice", has_verified_email: true } },
    profile: { ...NOBODYS, providerAccountId: "t2abc" },
    unproved: [],
  },
  openIdSample("twitch", "https://id.twitch.tv/oauth2"),
  {
    id: "twitter",
    authorization: "https://x.com/i/oauth2/authorize",
    answers: {
      "https://api.x.com/2/users/me?user.fields=profile_image_url": {
        data: { id: "2244994945", name: CLAIMS.name, username: "alice", profile_image_url: PICTURE },
      },
    },
    profile: { ...NOBODYS, providerAccountId: "2244994945", image: PICTURE },
    unproved: [],
  },
  {
    id: "vk",
    authorization: "https://oauth.vk.com/authorize",
    untyped: true,
    granted: { email: CLAIMS.email, user_id: 42 },
    answers: { [VK]: { response: [{ id: 42, first_name: "Alice", last_name: "Example", photo_100: PICTURE }] } },
    profile: { ...ALICE, providerAccountId: "42", emailVerified: false, image: PICTURE },
    unproved: [],
  },
];
SAMPLES.splice(-1, 0, ...MORE);

const keys = { clientId: "our-client", clientSecret: "our-secret" };
let signing: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  signing = await generateKeyPair("RS256");
  const ids = SAMPLES.map(({ id }) => id.toUpperCase().replaceAll("-", "_"));
  env().providers = Object.fromEntries(ids.map((id) => [id, { ...keys }]));
  for (const [name, issuer] of Object.entries(ISSUERS)) env().providers[name] = { ...keys, issuer };
});
afterEach(() => vi.unstubAllGlobals());

/** Signs in at a provider that answers as the sample says, and nowhere else. */
async function signInAt(sample: Sample) {
  const redirectUri = `${SITE}/callback/${sample.id}`;
  let nonce: string | null = null;
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (input: URL, init?: RequestInit) => {
    const url = new URL(input);
    asked.push(url.href);
    if (url.pathname.endsWith("/openid-configuration")) return Response.json(published(url));
    if (url.pathname.endsWith("/jwks")) return Response.json({ keys: [await exportJWK(signing.publicKey)] });
    if (init?.method === "POST") return Response.json(await tokens(sample, nonce));
    const answer = sample.answers?.[url.href];
    return answer ? Response.json(answer) : new Response(null, { status: 404 });
  });
  const started = await start(sample.id, { redirectUri });
  if (!started.ok) throw new Error(`${sample.id}: ${started.error.code}`);
  const location = new URL(started.value.location);
  nonce = location.searchParams.get("nonce");
  const query = { code: "a-code", state: location.searchParams.get("state") ?? "", ...sample.brought };
  return { location, asked, finished: await finish(sample.id, query) };
}

/** Microsoft's leaves the tenant open, as theirs does. */
function published(url: URL): Json {
  const issuer = url.href.replace("/.well-known/openid-configuration", "");
  const at = (path: string) => `${url.origin}/${path}`;
  return {
    issuer: issuer.replace("/common/", "/{tenantid}/"),
    authorization_endpoint: at("authorize"),
    token_endpoint: at("token"),
    jwks_uri: at("jwks"),
    ...(["id.example.com", "cas.example.com"].includes(url.host) && { userinfo_endpoint: at("userinfo") }),
  };
}

async function tokens({ id, claims, issuer, untyped, granted }: Sample, nonce: string | null): Promise<Json> {
  const answer = {
    access_token: "an-access-token",
    ...(!untyped && { token_type: "bearer", scope: "any" }),
    ...granted,
  };
  if (!claims) return answer;
  const config = findProvider(id)?.config(fetch);
  const iss = issuer ?? config?.issuer ?? config?.options?.issuer;
  const token = new SignJWT({ sub: SUBJECT, ...(nonce && { nonce }), ...claims })
    .setIssuer(iss ?? "")
    .setAudience(keys.clientId);
  const signed = token.setIssuedAt().setExpirationTime("5m").setProtectedHeader({ alg: "RS256" });
  return { ...answer, id_token: await signed.sign(signing.privateKey) };
}

test("every provider that keys switch on is held to this contract", () => {
  const ids = PROVIDERS.filter((p) => !p.developmentOnly).map(({ id }) => id);
  expect(
    SAMPLES.map(({ id }) => id),
    "give a new provider a sample here, of what it answers",
  ).toEqual(ids);
  expect(enabledProviders().map(({ id }) => id)).toEqual(SAMPLES.map(({ id }) => id));
});

describe.each(SAMPLES)("$id", (sample) => {
  test("sends people to itself, with state and S256 where it has PKCE", async () => {
    const { location } = await signInAt(sample);
    expect(location.href.startsWith(sample.authorization)).toBe(true);
    const { searchParams } = location;
    expect(searchParams.get("state")).toBeTruthy();
    expect(searchParams.get("redirect_uri")).toBe(`${SITE}/callback/${sample.id}`);
    expect(searchParams.get("code_challenge_method")).toBe(sample.pkce === false ? null : "S256");
    expect(Boolean(searchParams.get("nonce"))).toBe(Boolean(sample.claims) && sample.nonce !== false);
  });

  test("tells who came back", async () => {
    const { finished, asked } = await signInAt(sample);
    expect(finished).toMatchObject({ ok: true, value: { profile: { provider: sample.id, ...sample.profile } } });
    expect(asked.every((url) => url.startsWith("https://"))).toBe(true);
  });

  test.each(sample.unproved)("does not vouch for what it did not prove", async (more) => {
    const { finished } = await signInAt({ ...sample, ...more });
    expect(finished).toMatchObject({ ok: true, value: { profile: { emailVerified: false } } });
  });
});

test("Microsoft vouches for its own personal accounts", async () => {
  const sample = SAMPLES.find(({ id }) => id === "microsoft-entra-id") as Sample;
  const personal = { email: CLAIMS.email, name: CLAIMS.name, tid: PERSONAL };
  const issuer = `https://login.microsoftonline.com/${PERSONAL}/v2.0`;
  const { finished } = await signInAt({ ...sample, claims: personal, issuer });
  expect(finished).toMatchObject({ ok: true, value: { profile: { emailVerified: true } } });
});

test("a provider that cannot be asked for its userinfo names nobody", async () => {
  const github = SAMPLES.find(({ id }) => id === "github") as Sample;
  const { finished } = await signInAt({ ...github, answers: { "https://api.github.com/user": GITHUB_USER } });
  expect(finished).toMatchObject({ ok: false, error: { code: "provider_failed" } });
  const gitlab = SAMPLES.find(({ id }) => id === "gitlab") as Sample;
  const nameless = { "https://gitlab.com/api/v4/user": { ...GITLAB_USER, id: undefined } };
  const { finished: second } = await signInAt({ ...gitlab, answers: nameless });
  expect(second).toMatchObject({ ok: false, error: { code: "provider_failed" } });
});

test("a person without an id at the provider is nobody", async () => {
  const nameless = { facebook: { [GRAPH]: { name: CLAIMS.name } }, vk: { [VK]: { response: [] } } };
  for (const [id, answers] of Object.entries(nameless)) {
    const { finished } = await signInAt({ ...(SAMPLES.find((sample) => sample.id === id) as Sample), answers });
    expect(finished).toMatchObject({ ok: false, error: { code: "provider_failed" } });
  }
});

test("the demo provider is there in development only", () => {
  env().providers.DEMO = { ...keys, issuer: "http://localhost:1" };
  expect(findProvider("demo")?.name).toBe("Demo");
  env().production = true;
  expect(findProvider("demo")).toBeNull();
  env().production = false;
});

describe("a provider added at run time", () => {
  /** As the guide to Strapi's providers calls it. */
  const strapi = {
    config: { server: { url: "https://app.example.com" } },
    plugin: (_: "users-permissions") => ({ service: (_: "providers-registry") => registry }),
  };
  const addExample = () =>
    strapi
      .plugin("users-permissions")
      .service("providers-registry")
      .add("example-provider-name", {
        icon: "",
        enabled: true,
        grantConfig: {
          key: "",
          secret: "",
          callback: `${strapi.config.server.url}/auth/example-provider-name/callback`,
          scope: ["email"],
          authorize_url: "https://awesome.com/authorize",
          access_url: "https://awesome.com/token",
          oauth: 2,
        },
        async authCallback({ accessToken, providers }) {
          expect(accessToken).toBe("an-access-token");
          expect(Object.keys(providers)).toContain("example-provider-name");
          return { username: "test", email: "test", email_verified: true };
        },
      });
  const sample: Sample = {
    id: "example-provider-name",
    authorization: "https://awesome.com/authorize",
    profile: {},
    unproved: [],
  };
  afterEach(() => registry.remove("example-provider-name"));

  test("signs in the person its own function names", async () => {
    addExample();
    const { location, finished } = await signInAt(sample);
    expect(location.origin + location.pathname).toBe("https://awesome.com/authorize");
    expect(location.searchParams.get("scope")).toBe("email");
    expect(location.searchParams.get("code_challenge_method")).toBe("S256");
    const profile = { providerAccountId: "test", email: "test", emailVerified: true, username: "test" };
    expect(finished).toMatchObject({ ok: true, value: { profile, accessToken: "an-access-token" } });
  });

  test("is found, listed, switched off and taken back", async () => {
    addExample();
    expect(registry.get("example-provider-name")).toMatchObject({ enabled: true, grantConfig: { oauth: 2 } });
    expect(Object.keys(registry.getAll())).toContain("example-provider-name");
    expect(enabledProviders()).toContainEqual({ id: "example-provider-name", name: "Example Provider Name" });
    const entry = registry.get("example-provider-name");
    if (!entry?.grantConfig || !entry.authCallback) throw new Error("not as it was added");
    const { icon, grantConfig, authCallback } = entry;
    registry.add("example-provider-name", { icon, grantConfig, authCallback, enabled: false });
    expect(findProvider("example-provider-name")).toBeNull();
    registry.remove("example-provider-name");
    expect(registry.get("example-provider-name")).toBeUndefined();
    expect(registry.get("constructor")).toBeUndefined();
  });

  test("vouches for an address only by saying so, and fails when its function does", async () => {
    addExample();
    const { icon, enabled, grantConfig } = registry.get("example-provider-name") as Required<
      NonNullable<ReturnType<typeof registry.get>>
    >;
    const answer = (authCallback: () => Json | Promise<Json>) => {
      registry.add("example-provider-name", { icon, enabled, grantConfig, authCallback });
      return signInAt(sample);
    };
    const claims = [
      {},
      { verified: false },
      { verified: true },
      ...[null, false, "true", 1].map((email_verified) => ({ email_verified })),
    ];
    for (const claim of claims) {
      const unproved = await answer(() => ({ id: 7, email: "alice@example.com", ...claim }));
      expect(unproved.finished, JSON.stringify(claim)).toMatchObject({
        ok: true,
        value: { profile: { providerAccountId: "7", emailVerified: false } },
      });
    }
    const unknown = await answer(() => ({ email: "alice@example.com" }));
    expect(unknown.finished).toMatchObject({ ok: false, error: { code: "provider_failed" } });
    const nobody = await answer(() => ({}));
    expect(nobody.finished).toMatchObject({ ok: false, error: { code: "provider_failed" } });
    const broken = await answer(() => Promise.reject(new Error("down")));
    expect(broken.finished).toMatchObject({ ok: false, error: { code: "provider_failed" } });
  });

  test("needs a name that can stand in an address", () => {
    const { grantConfig } = { grantConfig: { key: "", secret: "", authorize_url: "x", access_url: "x" } };
    for (const name of ["", "a/b", "../x", "a b"])
      expect(() => registry.add(name, { icon: "", enabled: true, grantConfig, authCallback: () => ({}) })).toThrow(
        TypeError,
      );
  });
});
