import { type CryptoKey, exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { findVisit, finish, start } from "@/lib/oauth/visit";
import { CLIENT, type Endpoint, type Fault, FaultProvider } from "@/tests/support/fault-provider";

const SITE = "http://localhost:3000";
const CALLBACK = `${SITE}/callback/oidc`;
const ALICE = { sub: "alice-at-provider", email: "alice@example.com", email_verified: true, name: "Alice Example" };
/** In tests of what does not answer; long enough for everything else on a busy machine. */
const SHORT_MS = 1_500;
const HOUR = 3_600;

const provider = new FaultProvider();

beforeAll(async () => {
  await provider.open();
  const keys = { ...CLIENT, issuer: provider.issuer };
  Object.assign(env(), {
    APP_URL: SITE,
    providers: { OIDC: keys },
    API_REDIRECT_URLS: ["https://shop.example.com/back"],
  });
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.behave(ALICE);
  await db.verification.deleteMany();
});

async function begin(more: { redirectUri?: string; bound?: boolean; payload?: { to: string } } = {}) {
  const started = await start("oidc", { redirectUri: CALLBACK, ...more });
  if (!started.ok) throw new Error(started.error.code);
  return { ...started.value, asked: new URL(started.value.location).searchParams };
}

/** Begins, agrees at the provider and comes back. */
async function visit(timeoutMs?: number) {
  const { location } = await begin();
  return finish("oidc", provider.agree(location), { timeoutMs });
}

const refused = (code: string) => ({ ok: false, error: { code } });
/** How many sign-ins are under way: a failed one must leave none behind. */
const flows = () => db.verification.count({ where: { purpose: "oauth" } });

describe("a sign-in", () => {
  test("comes back with a normalised profile, the payload and the token", async () => {
    const { location } = await begin({ payload: { to: "/reports" } });
    expect(await finish("oidc", provider.agree(location))).toMatchObject({
      ok: true,
      value: {
        profile: {
          provider: "oidc",
          providerAccountId: ALICE.sub,
          email: ALICE.email,
          emailVerified: true,
          fields: { name: ALICE.name },
        },
        payload: { to: "/reports" },
        redirectUri: CALLBACK,
        accessToken: "an-access-token",
      },
    });
    expect(await db.account.count()).toBe(0);
  });

  test("asks with state, nonce and an S256 challenge, and proves it with the verifier", async () => {
    const { asked, location } = await begin();
    expect(asked.get("state")?.length).toBeGreaterThan(40);
    expect(asked.get("nonce")?.length).toBeGreaterThan(40);
    expect(asked.get("code_challenge_method")).toBe("S256");
    await finish("oidc", provider.agree(location));
    const exchange = provider.requests.find(({ endpoint }) => endpoint === "token");
    expect(exchange?.body.get("code_verifier")?.length).toBeGreaterThanOrEqual(43);
    expect(exchange?.body.get("redirect_uri")).toBe(CALLBACK);
  });

  test("keeps state, verifier and nonce sealed, and the state only as a hash", async () => {
    const { asked, visitId } = await begin();
    const row = await db.verification.findUniqueOrThrow({ where: { id: visitId } });
    for (const secret of [asked.get("state"), asked.get("nonce")]) expect(JSON.stringify(row)).not.toContain(secret);
  });

  test("goes to any allowed address, and to no other", async () => {
    const { asked, location } = await begin({ redirectUri: "https://shop.example.com/back?cart=1" });
    expect(asked.get("redirect_uri")).toBe("https://shop.example.com/back?cart=1");
    expect(await finish("oidc", provider.agree(location))).toMatchObject({ ok: true });
    for (const redirectUri of [
      "https://shop.example.com/other",
      "https://evil.example.com/back",
      "javascript:alert(1)",
      "x",
    ])
      expect(await start("oidc", { redirectUri })).toMatchObject(refused("invalid_input"));
  });

  test("is not there without keys", async () => {
    expect(await start("google", { redirectUri: CALLBACK })).toMatchObject(refused("provider_unknown"));
    expect(await finish("constructor", { state: "x", code: "x" })).toMatchObject(refused("provider_unknown"));
  });
});

describe("the state", () => {
  test("missing, invented or of another provider is refused, and nobody is asked", async () => {
    const { location } = await begin();
    const answer = provider.agree(location);
    provider.requests = [];
    const foreign = await finish("oidc", { ...answer, state: "invented" });
    const missing = await finish("oidc", { code: answer.code ?? "" });
    const long = await finish("oidc", { ...answer, state: "x".repeat(9_000) });
    for (const result of [foreign, missing, long]) expect(result).toMatchObject(refused("provider_state"));
    Object.assign(env().providers, { DEMO: { ...CLIENT, issuer: provider.issuer } });
    expect(await finish("demo", answer)).toMatchObject(refused("provider_state"));
    expect(provider.requests).toEqual([]);
    expect(await finish("oidc", answer)).toMatchObject({ ok: true });
  });

  test("works once, also when it comes twice at the same time", async () => {
    const { location } = await begin();
    const answer = provider.agree(location);
    const results = await Promise.all([finish("oidc", answer), finish("oidc", answer), finish("oidc", answer)]);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await finish("oidc", answer)).toMatchObject(refused("provider_state"));
    expect(provider.requests.filter(({ endpoint }) => endpoint === "token")).toHaveLength(1);
  });

  test("is dead after 15 minutes", async () => {
    const { location, visitId } = await begin();
    const row = await db.verification.findUniqueOrThrow({ where: { id: visitId } });
    expect(row.expires.getTime() - row.createdAt.getTime()).toBe(15 * 60_000);
    await db.verification.update({ where: { id: visitId }, data: { expires: new Date(Date.now() - 1) } });
    expect(await finish("oidc", provider.agree(location))).toMatchObject(refused("provider_state"));
  });

  test("bound to a browser works in that one only, and is not spent by others", async () => {
    const { location, visitId } = await begin({ bound: true });
    const answer = provider.agree(location);
    for (const holder of [undefined, null, "another", []])
      expect(await finish("oidc", answer, { visitId: holder })).toMatchObject(refused("provider_state"));
    expect(await finish("oidc", answer, { visitId: ["another-tab", visitId] })).toMatchObject({ ok: true });
  });

  test("sealed under another AUTH_SECRET is one that has expired", async () => {
    const { location } = await begin();
    const { AUTH_SECRET } = env();
    env().AUTH_SECRET = "another-secret-for-tests-0123456789-abcdefghij";
    const result = await finish("oidc", provider.agree(location));
    env().AUTH_SECRET = AUTH_SECRET;
    expect(result).toMatchObject(refused("provider_state"));
  });

  test("of a link in a mail is none", async () => {
    const { asked } = await begin();
    const { findVerificationByToken } = await import("@/lib/auth/store/verifications");
    const row = await findVerificationByToken(asked.get("state") ?? "");
    expect(row?.purpose).toBe("oauth");
    await db.verification.update({ where: { id: row?.id ?? "" }, data: { purpose: "reset" } });
    expect(await findVisit(asked.get("state") ?? "")).toBeNull();
  });
});

describe("the answer", () => {
  test("with a code from another sign-in is refused", async () => {
    const [mine, theirs] = [await begin(), await begin()];
    const answer = { ...provider.agree(mine.location), code: provider.agree(theirs.location).code ?? "" };
    expect(await finish("oidc", answer)).toMatchObject(refused("provider_failed"));
  });

  test("that names another issuer is refused before anything is sent there", async () => {
    const { location } = await begin();
    const answer = { ...provider.agree(location), iss: "https://evil.example.com" };
    expect(await finish("oidc", answer)).toMatchObject(refused("provider_failed"));
    expect(provider.requests.map(({ endpoint }) => endpoint)).not.toContain("token");
  });

  test("that leaves the issuer out where the provider promises it is refused", async () => {
    provider.metadata = { authorization_response_iss_parameter_supported: true };
    const { location } = await begin();
    const { iss: _, ...answer } = provider.agree(location);
    expect(await finish("oidc", answer)).toMatchObject(refused("provider_failed"));
  });

  test.each([
    ["access_denied", "provider_denied"],
    ["user_cancelled_authorize", "provider_denied"],
    ["server_error", "provider_failed"],
    ["<script>alert(1)</script>", "provider_failed"],
  ])("error=%s ends the sign-in as %s", async (error, code) => {
    const { asked } = await begin();
    const answer = { state: asked.get("state") ?? "", error, error_description: "<b>hello</b>" };
    const result = await finish("oidc", answer);
    expect(result).toMatchObject(refused(code));
    expect(JSON.stringify(result)).not.toContain("<");
    expect(await finish("oidc", answer)).toMatchObject(refused("provider_state"));
  });

  test("with tokens instead of a code is refused", async () => {
    const { asked } = await begin();
    const tokens = { id_token: await provider.sign({ sub: "x" }), access_token: "an-access-token", token: "x" };
    const result = await finish("oidc", { state: asked.get("state") ?? "", ...tokens });
    expect(result).toMatchObject(refused("provider_failed"));
    expect(provider.requests.map(({ endpoint }) => endpoint)).not.toContain("userinfo");
  });

  test("has reserved parameters only as we set them", async () => {
    provider.metadata = {
      authorization_endpoint: `${provider.issuer}/authorize?response_type=token&client_id=evil&state=x`,
    };
    const { asked } = await begin();
    for (const [name, value] of [
      ["response_type", "code"],
      ["client_id", CLIENT.clientId],
      ["redirect_uri", CALLBACK],
    ])
      expect(asked.getAll(name ?? "")).toEqual([value]);
    expect(asked.getAll("state")).toHaveLength(1);
    expect(asked.get("state")).not.toBe("x");
  });
});

describe("the id_token", () => {
  let foreign: CryptoKey;
  beforeAll(async () => {
    foreign = (await generateKeyPair("RS256")).privateKey;
  });
  const now = () => Math.floor(Date.now() / 1000);

  test.each<[string, () => Record<string, unknown>]>([
    ["a wrong nonce", () => ({ nonce: "wrong" })],
    ["no nonce", () => ({ nonce: undefined })],
    ["a wrong issuer", () => ({ iss: "https://evil.example.com" })],
    ["a wrong audience", () => ({ aud: "another-client" })],
    ["a foreign authorized party", () => ({ aud: [CLIENT.clientId, "another"], azp: "another" })],
    ["several audiences and no authorized party", () => ({ aud: [CLIENT.clientId, "another"] })],
    ["an end 61 seconds ago", () => ({ exp: now() - 61 })],
    ["a birth in 5 minutes", () => ({ iat: now() + 300 })],
    ["a beginning in 5 minutes", () => ({ nbf: now() + 300 })],
    ["a birth long ago", () => ({ iat: now() - 2 * HOUR })],
    ["no subject", () => ({ sub: undefined })],
    ["an empty subject", () => ({ sub: "" })],
    ["null as subject", () => ({ sub: null })],
    ["a number as subject", () => ({ sub: 7 })],
    ["a huge subject", () => ({ sub: "x".repeat(10_000) })],
    ["another subject than userinfo", () => ({ sub: "mallory" })],
  ])("with %s is refused", async (_, claims) => {
    provider.idTokenClaims = claims();
    const { sub = ALICE.sub } = claims();
    if (sub !== "mallory") provider.person = { ...ALICE, sub };
    expect(await visit()).toMatchObject(refused("provider_failed"));
    expect(await flows()).toBe(0);
  });

  test("with the nonce of another sign-in is refused", async () => {
    const other = await begin();
    provider.idTokenClaims = { nonce: other.asked.get("nonce") };
    expect(await visit()).toMatchObject(refused("provider_failed"));
  });

  test.each<[string, (claims: Record<string, unknown>) => Promise<string> | string]>([
    ["nobody: alg none", (claims) => new UnsecuredJWT(claims).encode()],
    ["our own secret", (claims) => hs256(claims, new TextEncoder().encode(CLIENT.clientSecret))],
    [
      "the public key as a secret",
      async (claims) => {
        const key = (await importJWK(await provider.publicKey(), "RS256", { extractable: true })) as CryptoKey;
        return hs256(claims, new TextEncoder().encode(await exportSPKI(key)));
      },
    ],
    ["a foreign key with the right id", (claims) => signed(claims, { kid: "its-key" })],
    ["a key with an unknown id", (claims) => signed(claims, { kid: "unknown" })],
    ["a key that its header points to", (claims) => signed(claims, { kid: "its-key", jku: `${provider.issuer}/evil` })],
    [
      "a certificate that its header points to",
      (claims) => signed(claims, { kid: "evil", x5u: `${provider.issuer}/evil` }),
    ],
    ["a key in its header", async (claims) => signed(claims, { kid: "its-key", jwk: await provider.publicKey() })],
    ["half a signature", async (claims) => (await provider.sign(claims)).slice(0, -40)],
    ["nothing that is a token", () => "not.a.token"],
  ])("signed by %s is refused", async (_, make) => {
    provider.makeIdToken = make;
    for (const alg of [["RS256"], ["RS256", "HS256", "none"]]) {
      provider.metadata = { id_token_signing_alg_values_supported: alg };
      expect(await visit()).toMatchObject(refused("provider_failed"));
    }
    expect(provider.requests.map(({ endpoint }) => endpoint)).not.toContain("evil");
  });

  const hs256 = (claims: Record<string, unknown>, key: Uint8Array) =>
    new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: "its-key" }).sign(key);
  const signed = (claims: Record<string, unknown>, header: Record<string, unknown>) =>
    new SignJWT(claims).setProtectedHeader({ alg: "RS256", ...header }).sign(foreign);
});

describe("a provider that", () => {
  const HTML = { status: 200, body: "<html>Hello</html>", headers: { "content-type": "text/html" } };
  const JSON_TYPE = { "content-type": "application/json" };
  const FAULTS: [string, Fault][] = [
    ["answers 400", { status: 400, body: '{"error":"invalid_request"}', headers: JSON_TYPE }],
    ["answers 500", { status: 500, body: "oops" }],
    ["answers a page", HTML],
    ["answers nothing", { status: 200, body: "", headers: JSON_TYPE }],
    ["answers a megabyte and more", { status: 200, body: `{"sub":"${"x".repeat(1_100_000)}"}`, headers: JSON_TYPE }],
    ["answers null", { status: 200, body: "null", headers: JSON_TYPE }],
    ["sends us elsewhere", { status: 302, headers: { location: "http://127.0.0.1:1/evil" } }],
    ["hangs up", "hang up"],
  ];
  const ENDPOINTS: Endpoint[] = ["token", "userinfo", "jwks"];

  test.each(FAULTS)("%s ends the sign-in with nothing left behind, and the next one works", async (_, fault) => {
    for (const endpoint of ENDPOINTS) {
      provider.faults = { [endpoint]: fault };
      expect(await visit(), endpoint).toMatchObject(refused("provider_failed"));
    }
    provider.faults = { discovery: fault };
    expect(await start("oidc", { redirectUri: CALLBACK })).toMatchObject(refused("provider_failed"));
    expect(await flows()).toBe(0);
    provider.faults = {};
    expect(await visit()).toMatchObject({ ok: true });
  });

  test("never answers is not waited for", async () => {
    for (const endpoint of ENDPOINTS) {
      provider.faults = { [endpoint]: "hang" };
      expect(await visit(SHORT_MS), endpoint).toMatchObject(refused("provider_failed"));
    }
    provider.faults = { discovery: "hang" };
    const started = await start("oidc", { redirectUri: CALLBACK, timeoutMs: SHORT_MS });
    expect(started).toMatchObject(refused("provider_failed"));
  });

  test.each([
    ["is another issuer", { issuer: "https://evil.example.com" }],
    ["sends people to a script", { authorization_endpoint: "javascript:alert(1)" }],
    ["sends people over plain http", { authorization_endpoint: "http://id.example.com/authorize" }],
    ["has no authorization address", { authorization_endpoint: undefined }],
  ])("%s is not gone to", async (_, metadata) => {
    provider.metadata = metadata;
    expect(await start("oidc", { redirectUri: CALLBACK })).toMatchObject(refused("provider_failed"));
  });

  test.each([
    ["has keys nowhere", { jwks_uri: undefined }],
    ["has its token endpoint on plain http", { token_endpoint: "http://id.example.com/token" }],
    ["has its token endpoint at no host", { token_endpoint: "https://no-such-host.invalid/token" }],
    ["has its token endpoint at a closed port", { token_endpoint: "http://127.0.0.1:1/token" }],
  ])("%s is not believed", async (_, metadata) => {
    provider.metadata = metadata;
    expect(await visit()).toMatchObject(refused("provider_failed"));
  });

  test("is down, on a site over https, is asked over https only", async () => {
    const fetched = vi.spyOn(globalThis, "fetch");
    Object.assign(env(), { APP_URL: "https://app.example.com" });
    const started = await start("oidc", { redirectUri: "https://app.example.com/callback/oidc" });
    Object.assign(env(), { APP_URL: SITE });
    expect(started).toMatchObject(refused("provider_failed"));
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });
});

describe("the profile", () => {
  test.each([
    ["false", { email_verified: false }],
    ["missing", { email_verified: undefined }],
    ['"false"', { email_verified: "false" }],
    ['"true" as text', { email_verified: "true" }],
    ["null", { email_verified: null }],
    ["1", { email_verified: 1 }],
  ])("does not vouch for an email whose proof is %s", async (_, claims) => {
    provider.person = { ...ALICE, ...claims };
    expect(await visit()).toMatchObject({ ok: true, value: { profile: { emailVerified: false } } });
  });

  test("holds nothing that could not be shown", async () => {
    provider.person = { ...ALICE, email: "not an address", name: "\u202eAl\u0000ice", picture: "javascript:alert(1)" };
    expect(await visit()).toMatchObject({
      ok: true,
      value: { profile: { email: null, emailVerified: false, fields: { name: "Alice" }, image: null } },
    });
    provider.person = { ...ALICE, email: [ALICE.email], name: { first: "Alice" }, picture: "http://example.com/a.png" };
    expect(await visit()).toMatchObject({ ok: true, value: { profile: { email: null, fields: {}, image: null } } });
  });
});
