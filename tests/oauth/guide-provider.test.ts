import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import purestPackage from "purest";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { env } from "@/lib/env";
import type { AuthCallback, GetProfile, RawProfile } from "@/lib/oauth/provider";
import { findPurest } from "@/lib/oauth/purest";
import { registry } from "@/lib/oauth/registry";
import { finish, start } from "@/lib/oauth/visit";
import { scratchFolder } from "@/tests/support/scratch";

// A provider on this machine that gives tokens, and its API, which tells whom a token is for.

const TOKENS = { access_token: "a-token-of-discord", token_type: "bearer", user_region: "eu" };
const ALICE = { id: "80351110224678912", username: "alice", discriminator: "1337", email: "alice@example.com" };
let asked: string[] = [];
const api = createServer((request, response) => {
  asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`.trim());
  const known = request.url === "/token" || request.headers.authorization === `Bearer ${TOKENS.access_token}`;
  response.writeHead(known ? 200 : 401, { "content-type": "application/json" });
  response.end(JSON.stringify(request.url === "/token" ? TOKENS : { ...ALICE, verified: true }));
});
let url = "";
const SITE = "http://localhost:3000";

beforeAll(async () => {
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  env().APP_URL = SITE;
});
afterAll(() => void api.close());
beforeEach(() => {
  asked = [];
  registry.remove("discord");
});

const described = () => ({
  icon: "comments",
  enabled: true,
  grantConfig: {
    ...{ key: "k", secret: "s", callback: "/auth/discord/callback", scope: ["identify", "email"] },
    ...{ scope_delimiter: " ", authorize_url: `${url}/authorize`, access_url: `${url}/token`, oauth: 2 },
    custom_params: { prompt: "none" },
  },
});

/** Signs in at it: where people were sent, and what came of it. */
async function signIn() {
  const started = await start("discord", { redirectUri: `${SITE}/api/connect/discord/callback` });
  if (!started.ok) throw new Error(started.error.code);
  const location = new URL(started.value.location);
  const answer = { code: "a-code", state: location.searchParams.get("state") ?? "" };
  return { location, finished: await finish("discord", answer) };
}

type Purest = typeof purestPackage;
const profile = { providerAccountId: ALICE.id, email: ALICE.email, emailVerified: true, username: "alice#1337" };
const found = { ok: true, value: { profile } };
/** The guide's own lines, and what this site needs to know besides: who that is, and whether the address is theirs. */
const personOf = (answer: unknown): RawProfile => {
  const body = answer as typeof ALICE & { verified: boolean };
  const username = `${body.username}#${body.discriminator}`;
  return { username, email: body.email, id: body.id, email_verified: body.verified };
};
const discord = (purest: Purest, path: string) =>
  purest({ provider: "discord", config: { discord: { default: { origin: url, path: "{path}", headers: HEADERS } } } })
    .get(path)
    .auth(TOKENS.access_token)
    .request();
const HEADERS = { authorization: "Bearer {auth}" };

test("authCallback is given the npm package purest, and asks with it", async () => {
  const authCallback = vi.fn<AuthCallback>(async ({ purest }) =>
    personOf((await discord(purest as Purest, "users/@me")).body),
  );
  registry.add("discord", { ...described(), authCallback });
  const { location, finished } = await signIn();
  expect(location.searchParams.get("scope")).toBe("identify email");
  expect(location.searchParams.get("prompt")).toBe("none");
  expect(finished).toMatchObject(found);
  expect(authCallback.mock.calls[0]?.[0].purest).toBe(purestPackage);
  expect(asked).toEqual(["POST /token", `GET /users/@me Bearer ${TOKENS.access_token}`]);
});

test("getProfile in the older guide's shape is given the provider, what it answered, and a function to call back", async () => {
  const getProfile = vi.fn<GetProfile>((provider, query, callback) => {
    expect(query.access_token).toBe(TOKENS.access_token);
    switch (provider) {
      case "discord":
        discord(findPurest() as Purest, "users/@me").then(({ body }) => callback(null, personOf(body)), callback);
    }
  });
  registry.add("discord", { ...described(), getProfile });
  expect((await signIn()).finished).toMatchObject(found);
  expect(getProfile.mock.calls[0]?.[1]).toMatchObject({ ...TOKENS, raw: TOKENS });
});

test("what getProfile calls back with, throws or leaves out signs nobody in", async () => {
  const failing: GetProfile[] = [
    (_provider, _query, callback) => callback(new Error("Discord is down")),
    (_provider, _query, callback) => callback(null),
    () => {
      throw new Error("a typing mistake");
    },
    async () => Promise.reject(new Error("a rejected promise")),
    (_provider, _query, callback) => callback(null, { username: "alice", email: ALICE.email }),
  ];
  for (const getProfile of failing) {
    registry.add("discord", { ...described(), getProfile });
    expect((await signIn()).finished).toMatchObject({ ok: false, error: { code: "provider_failed" } });
  }
});

test("a project that has no purest gives none", () => {
  expect(findPurest(scratchFolder("purest"))).toBeUndefined();
});
