import { randomUUID } from "node:crypto";
import { request as rawRequest } from "node:http";
import { AuthHelper } from "@refinedev/strapi-v4";
import { strapi as strapiClient } from "@strapi/client";
import axios from "axios";
import Strapi from "strapi-sdk-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { login } from "@/lib/auth/login";
import { db } from "@/lib/db";
import { type ApiServer, SHOP_CALLBACK, startApiServer } from "@/tests/support/api-server";
import { FaultProvider } from "@/tests/support/fault-provider";
import { cookiesOf, newIp } from "@/tests/support/http-client";
import { client, disabledUser, links, other, PASSWORD, providerUser, verifiedUser } from "@/tests/support/people";

/** The client's types know only the providers that Strapi ships. */
const OIDC = "oidc" as "google";

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

/** The unmodified client, with its own IP address. */
function newSdk(jwt?: string): Strapi {
  const headers = { "x-forwarded-for": newIp(), ...(jwt && { authorization: `Bearer ${jwt}` }) };
  return new Strapi({ url: server.url, axiosOptions: { headers } });
}

const somebody = () => {
  const username = `user-${randomUUID().slice(0, 8)}`;
  return { username, email: `${username}@example.com`, password: PASSWORD };
};
const post = (path: string, body: unknown, headers?: Record<string, string>) =>
  server.call("POST", `/api/auth/${path}`, { body, headers });
const me = (jwt: string, query = "") =>
  server.call("GET", `/api/users/me${query}`, { headers: { authorization: `Bearer ${jwt}` } });
const refusal = (status: number, name: string, message: string) => ({
  status,
  body: { data: null, error: { status, name, message, details: expect.any(Object) } },
});

describe("registering", () => {
  test("answers a token and the user, by strapi-sdk-js", async () => {
    const given = somebody();
    const { jwt, user } = await newSdk().register({ ...given, email: given.email.toUpperCase() });
    expect(jwt).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(user).toMatchObject({ username: given.username, email: given.email, provider: "local", confirmed: true });
    expect(typeof user.id).toBe("number");
    expect(Object.keys(user).join()).not.toMatch(/password|token|hash/i);
  });

  test("refuses fields that are not asked for, and names what is wrong with the others", async () => {
    const refused = await post("local/register", { ...somebody(), confirmed: true, role: 1 });
    expect(refused).toMatchObject(refusal(400, "ValidationError", "Invalid parameters: confirmed, role"));
    const wrong = await post("local/register", { username: "ab", email: "nobody", password: "short" });
    expect(wrong).toMatchObject(refusal(400, "ValidationError", "3 errors occurred"));
    expect(wrong.text).not.toContain('"short"');
  });

  test("tells a taken address or username", async () => {
    const alice = somebody();
    await newSdk().register(alice);
    for (const same of [{ email: alice.email.toUpperCase() }, { username: alice.username }])
      expect(await post("local/register", { ...somebody(), ...same })).toMatchObject(
        refusal(400, "ApplicationError", "Email or Username are already taken"),
      );
  });

  test("takes a password of more than 72 bytes, and looks at all of it", async () => {
    const given = { ...somebody(), password: `${"long-plover-hatch ".repeat(5)}!` };
    await newSdk().register(given);
    const { username: identifier, password } = given;
    expect(await newSdk().login({ identifier, password })).toHaveProperty("jwt");
    expect((await post("local", { identifier, password: `${password.slice(0, -1)}?` })).status).toBe(400);
  });
});

describe("signing in", () => {
  test("works by address in any case and by username, by refine's AuthHelper", async () => {
    const given = somebody();
    await newSdk().register(given);
    axios.defaults.headers.common["x-forwarded-for"] = newIp();
    const { login, me: whoAmI } = AuthHelper(`${server.url}/api`);
    for (const identifier of [given.email.toUpperCase(), given.username]) {
      const { data } = await login(identifier, PASSWORD);
      expect(data.user.username).toBe(given.username);
      expect((await whoAmI(data.jwt, { meta: { populate: ["role"] } })).data.role.type).toBe("authenticated");
    }
  });

  test("refuses unknown, passwordless and wrong alike, and tells what is missing", async () => {
    const [alice, olga] = [await verifiedUser(), await providerUser()];
    for (const identifier of [alice.email, olga.email, "ghost@example.com", "ghost", "a\0b"])
      expect(await post("local", { identifier, password: "wrong" })).toMatchObject(
        refusal(400, "ValidationError", "Invalid identifier or password"),
      );
    const message = "identifier is a required field";
    const missing = await post("local", { password: PASSWORD });
    expect(missing).toMatchObject(refusal(400, "ValidationError", message));
    expect(missing.body.error).toMatchObject({
      details: { errors: [{ path: ["identifier"], message, name: "ValidationError" }] },
    });
    expect((await post("local", { identifier: 1, password: "a" })).body.error).toMatchObject({
      message: "identifier must be a `string` type, but the final value was: `1`.",
    });
    const typed = await post("local", { identifier: "a", password: 90417263 });
    expect(typed.body.error).toMatchObject({ message: "password must be a `string` type." });
    expect(JSON.stringify(typed.body)).not.toContain("90417263");
  });

  test("refuses a blocked user only after the right password", async () => {
    const { email: identifier } = await disabledUser();
    expect((await post("local", { identifier, password: "wrong" })).body.error).toMatchObject({
      message: "Invalid identifier or password",
    });
    expect(await post("local", { identifier, password: PASSWORD })).toMatchObject(
      refusal(400, "ApplicationError", "Your account has been blocked by an administrator"),
    );
  });
});

describe("who is signed in", () => {
  test("is answered with the role when it is asked for, by @strapi/client", async () => {
    const { jwt, user } = await newSdk().register(somebody());
    const client = strapiClient({ baseURL: `${server.url}/api`, auth: jwt });
    const plain = await (await client.fetch("/users/me")).json();
    expect(plain).toMatchObject({ id: user.id, email: user.email });
    expect(plain).not.toHaveProperty("role");
    expect((await me(jwt, "?populate=role&fields[0]=username")).body).toEqual({
      id: user.id,
      documentId: expect.any(String),
      username: user.username,
      role: expect.objectContaining({ type: "authenticated" }),
    });
  });

  test("is answered 403 without a token, 401 with a bad one or one whose user is gone", async () => {
    expect(await server.call("GET", "/api/users/me")).toMatchObject(refusal(403, "ForbiddenError", "Forbidden"));
    const { jwt, user } = await newSdk().register(somebody());
    for (const bad of ["x", `${jwt}x`, jwt.replace(/\.[^.]+$/, "."), jwt.slice(0, -2)])
      expect(await me(bad)).toMatchObject(refusal(401, "UnauthorizedError", "Missing or invalid credentials"));
    await db.user.update({ where: { seq: Number(user.id) }, data: { disabledAt: new Date() } });
    expect(await me(jwt)).toMatchObject(refusal(401, "UnauthorizedError", "Invalid credentials"));
  });
});

describe("a new password", () => {
  async function mailedCode(email: string): Promise<string> {
    const mail = await server.mail.waitForMail(email, { subject: /reset/i });
    return new URL(mail.links.find((link) => link.includes("code=")) ?? "").searchParams.get("code") ?? "";
  }

  test("is set by the mailed code, with the guide's axios calls, and signs in", async () => {
    const [alice, blocked] = [await verifiedUser(), await disabledUser()];
    const headers = { "x-forwarded-for": newIp() };
    for (const email of [alice.email, blocked.email, "ghost@example.com"]) {
      const { data } = await axios.post(`${server.url}/api/auth/forgot-password`, { email }, { headers });
      expect(data).toEqual({ ok: true });
    }
    const code = await mailedCode(alice.email);
    expect(code).toMatch(/^[0-9a-f]{128}$/);
    expect(await server.mail.mails(blocked.email)).toEqual([]);
    const body = { code, password: other(1), passwordConfirmation: other(1) };
    const { data } = await axios.post(`${server.url}/api/auth/reset-password`, body, { headers });
    expect((await me(data.jwt)).body.email).toBe(alice.email);
    expect(await post("reset-password", body)).toMatchObject(
      refusal(400, "ValidationError", "Incorrect code provided"),
    );
    expect(await newSdk().login({ identifier: alice.email, password: other(1) })).toHaveProperty("jwt");
  });

  test("is refused with a wrong code or confirmation, or fields too many", async () => {
    const body = { code: "a".repeat(128), password: other(1), passwordConfirmation: other(1) };
    const bad = [
      [{ ...body, passwordConfirmation: other(2) }, "Passwords do not match"],
      [body, "Incorrect code provided"],
      [{ ...body, url: "x" }, "this field has unspecified keys: url"],
    ] as const;
    for (const [sent, message] of bad)
      expect(await post("reset-password", sent)).toMatchObject(refusal(400, "ValidationError", message));
  });

  test("is set by the current one, and ends every token from before", async () => {
    const given = somebody();
    const { jwt } = await newSdk().register(given);
    const elsewhere = await newSdk().login({ identifier: given.email, password: PASSWORD });
    const body = { currentPassword: PASSWORD, password: other(3), passwordConfirmation: other(3) };
    const bearer = { authorization: `Bearer ${jwt}` };
    const wrong = [
      [{ ...body, passwordConfirmation: other(4) }, "Passwords do not match"],
      [{ ...body, currentPassword: "wrong" }, "The provided current password is invalid"],
      [
        { ...body, password: PASSWORD, passwordConfirmation: PASSWORD },
        "Your new password must be different than your current password",
      ],
    ] as const;
    for (const [sent, message] of wrong)
      expect(await post("change-password", sent, bearer)).toMatchObject(refusal(400, "ValidationError", message));
    expect(await post("change-password", body)).toMatchObject(refusal(403, "ForbiddenError", "Forbidden"));
    // `iat` has whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const changed = await newSdk(jwt).changePassword(body);
    expect((await me(changed.jwt)).status).toBe(200);
    for (const former of [jwt, elsewhere.jwt]) expect((await me(former)).status).toBe(401);
    expect(await newSdk().login({ identifier: given.email, password: other(3) })).toHaveProperty("jwt");
  });
});

describe("the limit", () => {
  /** Sends a path unchanged, which `fetch` would normalize. */
  function postRaw(path: string, body: string, headers: Record<string, string>) {
    const { hostname, port } = new URL(server.url);
    return new Promise<number>((resolve, reject) => {
      const sent = rawRequest({ hostname, port, path, method: "POST", headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on("error", reject).end(body);
    });
  }

  test("is one bucket, whatever the body holds and however the path is spelled", async () => {
    const headers = { "x-forwarded-for": newIp(), "content-type": "application/json" };
    const body = () => ({
      identifier: `${randomUUID()}@example.com`,
      password: "wrong",
      email: `${randomUUID()}@x.com`,
    });
    for (let left = 9; left >= 0; left--) {
      const answer = await post("local", body(), headers);
      expect(answer.status).toBe(400);
      expect(answer.headers.get("x-ratelimit-limit")).toBe("10");
      expect(answer.headers.get("x-ratelimit-remaining")).toBe(String(left));
      expect(Number(answer.headers.get("x-ratelimit-reset"))).toBeGreaterThan(Date.now() / 1000);
    }
    const limited = await post("local", body(), headers);
    expect(limited).toMatchObject(refusal(429, "RateLimitError", "Too many requests, please try again later."));
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
    // Each spelling is redirected, unknown or limited, so that none gives ten more calls.
    for (const path of ["/api/auth/local/", "/api//auth/local", "/api/auth/x/../local", "/API/auth/LOCAL"])
      expect([308, 404, 429]).toContain(await postRaw(path, JSON.stringify(body()), headers));
  });

  test("of wrong passwords counts over all surfaces together", async () => {
    const alice = await verifiedUser();
    const wrong = { identifier: alice.email, password: "wrong" };
    for (let n = 0; n < 5; n++) await post("local", wrong);
    for (let n = 0; n < 5; n++) await login({ email: alice.email, password: "wrong" }, client(), links);
    const late = await post("local", { ...wrong, password: PASSWORD });
    expect(late).toMatchObject(refusal(429, "RateLimitError", "Too many requests, please try again later."));
  });
});

describe("a third party", () => {
  const connect = (query = "", headers?: Record<string, string>) =>
    server.call("GET", `/api/connect/oidc${query}`, { headers });

  test("signs in, by strapi-sdk-js with our handle", async () => {
    provider.behave({ sub: "alice-there", email: "alice-there@example.com", email_verified: true, name: "Alice" });
    expect(newSdk().getProviderAuthenticationUrl(OIDC)).toBe(`${server.url}/api/connect/oidc`);
    const left = await connect();
    const location = left.headers.get("location") ?? "";
    expect(new URL(location).searchParams.get("redirect_uri")).toBe(`${server.url}/api/connect/oidc/callback`);
    const answer = new URLSearchParams(provider.agree(location));
    const back = await server.call("GET", `/api/connect/oidc/callback?${answer}`, {
      headers: { cookie: cookiesOf(left) },
    });
    const page = new URL(back.headers.get("location") ?? "");
    expect(page.origin + page.pathname).toBe(SHOP_CALLBACK);
    const handle = page.searchParams.get("access_token") ?? "";
    const { jwt, user } = await newSdk().authenticateProvider(OIDC, handle);
    expect(user).toMatchObject({ email: "alice-there@example.com", username: "alice-there", provider: "oidc" });
    expect((await me(jwt)).status).toBe(200);
    await expect(newSdk().authenticateProvider(OIDC, handle)).rejects.toMatchObject({
      error: { status: 400, message: "OAuth authentication requires a completed provider session" },
    });
  });

  test("that is not there is disabled, and a foreign callback is refused", async () => {
    for (const path of ["/api/connect/nope", "/api/connect/nope/callback", "/api/auth/nope/callback?access_token=x"])
      expect(await server.call("GET", path)).toMatchObject(
        refusal(400, "ApplicationError", "This provider is disabled"),
      );
    expect(await connect("?callback=https://evil.example/")).toMatchObject(
      refusal(400, "ValidationError", "Invalid callback URL provided"),
    );
    const used = await connect(`?${new URLSearchParams({ callback: `${SHOP_CALLBACK}?tab=2` })}`);
    expect(used.status).toBe(302);
  });

  test("whose answer came to another browser is refused", async () => {
    provider.behave({ sub: "x", email: "x@example.com", email_verified: true });
    const answer = new URLSearchParams(provider.agree((await connect()).headers.get("location") ?? ""));
    const back = await server.call("GET", `/api/connect/oidc/callback?${answer}`);
    expect(new URL(back.headers.get("location") ?? "").searchParams.get("error")).toBe("oauth_error");
    expect(provider.requests.filter(({ endpoint }) => endpoint === "token")).toEqual([]);
  });
});

test("input of any kind never makes a 500, and refresh mode's routes are not there", async () => {
  const paths = ["local", "local/register", "forgot-password", "reset-password", "send-email-confirmation"];
  const bodies = [
    "{",
    "[]",
    "null",
    '"x"',
    "{}",
    '{"email":{},"identifier":[],"password":{"a":1}}',
    '{"email":"\\u0000"}',
  ];
  for (const path of paths) for (const body of bodies) expect((await post(path, body)).status).toBe(400);
  for (const query of ["", "?confirmation=", "?confirmation=x", `?confirmation=${"x".repeat(5_000)}`])
    expect((await server.call("GET", `/api/auth/email-confirmation${query}`)).status).toBe(400);
  expect((await server.call("HEAD", "/api/auth/email-confirmation")).status).toBe(405);
  for (const path of ["refresh", "logout"]) expect((await post(path, {})).status).toBe(404);
});
