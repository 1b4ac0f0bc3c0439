import { randomUUID } from "node:crypto";
import { issuer } from "@openauthjs/openauth";
import { createClient } from "@openauthjs/openauth/client";
import { PasswordProvider } from "@openauthjs/openauth/provider/password";
import { MemoryStorage } from "@openauthjs/openauth/storage/memory";
import { createSubjects } from "@openauthjs/openauth/subject";
import { PasswordUI } from "@openauthjs/openauth/ui/password";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { login } from "@/lib/auth/login";
import { refreshSession } from "@/lib/auth/refresh-session";
import { db } from "@/lib/db";
import { type ApiServer, SHOP_CALLBACK, startApiServer } from "@/tests/support/api-server";
import { client, links, other, PASSWORD, verifiedUser } from "@/tests/support/people";
import { browser, comeBack, type Visit } from "./visit";

// The package needs Node 22 only for this call.
if (!("fromAsync" in Array))
  Object.assign(Array, {
    async fromAsync(items: AsyncIterable<unknown>) {
      const all: unknown[] = [];
      for await (const item of items) all.push(item);
      return all;
    },
  });

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server?.stop());
/** An address gets one mail a minute, for which no test waits. */
beforeEach(async () => void (await db.rateLimit.deleteMany()));

const ours = () => browser((path, init) => fetch(server.url + path, init));
const emailFor = (name = "user") => `${name}-${randomUUID().slice(0, 8)}@example.com`;

/** Waits for a mail that is newer than `after`. @returns its code */
async function mailedCode(email: string, after = 0): Promise<string> {
  return (await server.mail.waitForMail(email, { subject: /code/i, after })).code ?? "";
}

describe("one script of posted forms, against npm's package and against us", () => {
  /** `begin`: an app sends the person, because the package needs one to sign in. `forget`: a minute passes for the limits. */
  type Side = {
    visit: Visit;
    code(email: string): Promise<string>;
    begin(): Promise<unknown>;
    forget(): Promise<void>;
  };

  /** Registers, signs in and changes a password, with every mistake on the way. @returns the result of each step */
  async function play({ visit, code, begin, forget }: Side): Promise<Record<string, unknown>[]> {
    const [email, ghost] = [emailFor(), emailFor("ghost")];
    const steps: Record<string, unknown>[] = [];
    const step = async (name: string, path: string, fields?: Record<string, string>) => {
      const { status, message, state, location } = await visit(`/password/${path}`, fields);
      const leaves = location.replace(/^https?:\/\/[^/]+/, "").replace(/^\.\/authorize$/, "/password/authorize");
      steps.push({ name, status, message, state, ...(path === "change" && { leaves }) });
    };
    const typed = { email: email.toUpperCase(), password: PASSWORD, repeat: PASSWORD };

    await step("sign-in form", "authorize");
    await step("no address", "authorize", { email: "", password: "x" });
    await step("unknown address", "authorize", { email: ghost, password: PASSWORD });
    await step("registration form", "register");
    await step("no address", "register", { ...typed, action: "register", email: "" });
    await step("no password", "register", { ...typed, action: "register", password: "" });
    await step("not repeated", "register", { ...typed, action: "register", repeat: "other" });
    await step("unknown action", "register", { ...typed, action: "nonsense" });
    await step("code before there is one", "register", { action: "verify", code: "000000" });
    await step("registered", "register", { ...typed, action: "register" });
    const first = await code(email);
    await step("no code", "register", { action: "verify" });
    await step("wrong code", "register", { action: "verify", code: first === "111111" ? "222222" : "111111" });
    await forget();
    await step("another code", "register", { action: "register" });
    const second = await code(email);
    await step("the code before", "register", { action: "verify", code: first });
    await begin();
    await step("the right code", "register", { action: "verify", code: second });
    await begin();
    await step("signed in", "authorize", { email: email.toUpperCase(), password: PASSWORD });
    await step("wrong password", "authorize", { email, password: "wrong" });
    await step("form again", "register");
    await step("taken", "register", { ...typed, action: "register" });

    await step("change form", "change");
    await step("no address", "change", { action: "code", email: "" });
    await step("update before the code", "change", { action: "update", password: "x", repeat: "x" });
    await forget();
    await step("code asked for", "change", { action: "code", email });
    await code(email);
    await step("wrong code", "change", { action: "verify", code: "000001" });
    await step("no code", "change", { action: "verify" });
    await forget();
    await step("another code", "change", { action: "code", email });
    await step("right code", "change", { action: "verify", code: await code(email) });
    await step("empty", "change", { action: "update" });
    await step("not repeated", "change", { action: "update", password: other(7), repeat: "x" });
    await step("set", "change", { action: "update", password: other(7), repeat: other(7) });
    await step("old password", "authorize", { email, password: PASSWORD });
    await begin();
    await step("new password", "authorize", { email, password: other(7) });
    await step("change form again", "change");
    await step("unknown address", "change", { action: "code", email: ghost });
    await step("its code", "change", { action: "verify", code: await code(ghost) });
    await step("its update", "change", { action: "update", password: other(8), repeat: other(8) });
    return steps;
  }

  test("comes to the same states, errors and statuses", async () => {
    const codes = new Map<string, string>();
    // The package logs every request.
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const theirs = issuer({
      providers: {
        password: PasswordProvider(
          PasswordUI({
            copy: { error_email_taken: "This email is already taken." },
            sendCode: async (email, code) => void codes.set(email, code),
          }),
        ),
      },
      storage: MemoryStorage(),
      subjects: createSubjects({ user: z.object({ email: z.string() }) }),
      allow: async () => true,
      success: async (context, { email }) => context.subject("user", { email }),
    });
    const authorize = `/authorize?client_id=web&response_type=code&redirect_uri=${encodeURIComponent(SHOP_CALLBACK)}`;
    const visitTheirs = browser((path, init) => theirs.request(path, init));
    const expected = await play({
      visit: visitTheirs,
      code: async (email) => codes.get(email) ?? "",
      begin: () => visitTheirs(authorize),
      forget: async () => {},
    });

    log.mockRestore();
    let since = 0;
    const actual = await play({
      visit: ours(),
      code: (email) => mailedCode(email, since),
      begin: async () => {},
      async forget() {
        await db.rateLimit.deleteMany();
        since = Date.now();
      },
    });
    expect(actual).toEqual(expected);
  });
});

describe("the screens", () => {
  test("hold what was typed as text, and never a password", async () => {
    const visit = ours();
    const evil = '"><script>alert(1)</script>';
    const drawn = await visit("/password/authorize", { email: evil, password: "seldom-kestrel-41-opal" });
    expect(drawn.status).toBe(401);
    expect(drawn.html).not.toContain("<script>");
    expect(drawn.html).not.toContain("seldom-kestrel");
    expect(drawn.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(drawn.headers.get("cache-control")).toContain("no-store");
  });

  test("end a change only at an address of ours or on the list", async () => {
    for (const evil of ["https://evil.example/", "//evil.example", "javascript:alert(1)", "https:evil.example"]) {
      const { email } = await verifiedUser();
      const visit = ours();
      await db.rateLimit.deleteMany();
      await visit(`/password/change?${new URLSearchParams({ redirect_uri: evil })}`);
      await visit("/password/change", { action: "code", email });
      await visit("/password/change", { action: "verify", code: await mailedCode(email) });
      const done = await visit("/password/change", { action: "update", password: other(2), repeat: other(2) });
      expect(done).toMatchObject({ status: 302, location: "./authorize" });
    }
  });

  test("end every session of who changed the password, and count wrong ones with every other surface", async () => {
    const { email, id } = await verifiedUser();
    await ours()("/password/authorize", { email, password: PASSWORD });
    expect(await db.session.count({ where: { userId: id } })).toBe(1);
    const visit = ours();
    await visit("/password/change");
    await visit("/password/change", { action: "code", email });
    await visit("/password/change", { action: "verify", code: await mailedCode(email) });
    await visit("/password/change", { action: "update", password: other(2), repeat: other(2) });
    expect(await db.session.count({ where: { userId: id } })).toBe(0);
    for (let n = 0; n < 10; n++) {
      const wrong = { email, password: "wrong" };
      await (n % 2 ? ours()("/password/authorize", wrong) : login(wrong, client(), links));
    }
    const late = await ours()("/password/authorize", { email, password: other(2) });
    expect(late.status).toBe(429);
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(late.message).toMatch(/^Too many attempts/);
  });

  test("refuse a form from another site, one without its state, and what is no form", async () => {
    const send = (path: string, init: RequestInit) =>
      fetch(`${server.url}/password/${path}`, { method: "POST", ...init });
    const body = new URLSearchParams({ email: "a@example.com", password: "x" });
    expect((await send("authorize", { body, headers: { origin: "https://evil.example" } })).status).toBe(403);
    const unknown = await send("change", { body });
    expect([unknown.status, await unknown.text()]).toEqual([
      400,
      expect.stringMatching(/^The browser was in an unknown state/),
    ]);
    expect((await send("authorize", { body: "{}", headers: { "content-type": "application/json" } })).status).toBe(400);
    expect((await send("nothing", { body })).status).toBe(404);
    for (const cookie of ["x", "e30.x", `${"x".repeat(3_000)}.y`])
      expect((await send("register", { body, headers: { cookie: `auth.password=${cookie}` } })).status).toBe(200);
  });

  test("sign the browser in when no app sent it", async () => {
    const { email } = await verifiedUser();
    const done = await ours()("/password/authorize", { email, password: PASSWORD });
    expect(done).toMatchObject({ status: 302, location: "/dashboard" });
    const session = done.headers.getSetCookie().find((cookie) => cookie.startsWith("authjs.session-token="));
    const page = await fetch(`${server.url}/api/me`, { headers: { cookie: session?.split(";")[0] ?? "" } });
    expect(await page.json()).toMatchObject({ email });
  });
});

describe("createClient, unmodified", () => {
  const subjects = createSubjects({ user: z.object({ id: z.string(), email: z.string() }) });
  const newClient = (clientID = "web") => createClient({ clientID, issuer: `${server.url}/openauth` });

  async function signIn(client = newClient()) {
    const user = await verifiedUser();
    const { url, challenge } = await client.authorize(SHOP_CALLBACK, "code", { pkce: true, provider: "password" });
    const back = (await comeBack(server.url, url, user.email)).searchParams;
    expect(back.get("state")).toBe(challenge.state);
    return { user, client, code: back.get("code") ?? "", verifier: challenge.verifier };
  }

  const exchange = (fields: Record<string, string>) =>
    fetch(`${server.url}/openauth/token`, { method: "POST", body: new URLSearchParams(fields) });
  async function refused(fields: Record<string, string>) {
    const response = await exchange(fields);
    return [response.status, (await response.json()).error_description];
  }

  test("signs in with PKCE, verifies by our keys and refreshes", async () => {
    const { user, client: app, code, verifier } = await signIn();
    const exchanged = await app.exchange(code, SHOP_CALLBACK, verifier);
    if (exchanged.err) throw exchanged.err;
    const { access, refresh } = exchanged.tokens;
    const verified = await app.verify(subjects, access);
    expect(verified).toMatchObject({
      aud: "web",
      subject: { type: "user", properties: { id: user.id, email: user.email } },
    });
    const next = await app.refresh(refresh);
    if (next.err || !next.tokens) throw new Error("not refreshed");
    expect(next.tokens.refresh).not.toBe(refresh);
    expect(await app.verify(subjects, next.tokens.access)).toMatchObject({ aud: "web" });
    // Neither token signs a person in on another surface.
    const bearer = { authorization: `Bearer ${access}` };
    expect((await server.call("GET", "/api/me", { headers: bearer })).status).toBe(401);
    const refreshToken = next.tokens.refresh.split(":").at(-1) ?? "";
    expect(await refreshSession({ refreshToken }, client())).toMatchObject({ error: { code: "refresh_unknown" } });
  });

  test("gets the same token again for a repeat, and a family that died for a later one", async () => {
    const { client, code, verifier } = await signIn();
    const exchanged = await client.exchange(code, SHOP_CALLBACK, verifier);
    if (exchanged.err) throw exchanged.err;
    const first = exchanged.tokens.refresh;
    const [one, two] = [await client.refresh(first), await client.refresh(first)];
    if (one.err || two.err) throw new Error("not refreshed");
    expect(two.tokens?.refresh).toBe(one.tokens?.refresh);
    const third = await client.refresh(one.tokens?.refresh ?? "");
    if (third.err) throw third.err;
    await db.refreshToken.updateMany({
      data: { usedAt: new Date(Date.now() - 61_000) },
      where: { usedAt: { not: null } },
    });
    expect((await client.refresh(first)).err).toBeTruthy();
    expect((await client.refresh(third.tokens?.refresh ?? "")).err).toBeTruthy();
  });

  test("is refused what is not its own", async () => {
    const grant = { grant_type: "authorization_code", redirect_uri: SHOP_CALLBACK, client_id: "web" };
    expect(await refused(grant)).toEqual([400, "Missing code"]);
    expect(await refused({ grant_type: "refresh_token" })).toEqual([400, "Missing refresh_token"]);
    const spent = "Authorization code has been used or expired";
    expect(await refused({ ...grant, code: "forged" })).toEqual([400, spent]);
    const wrong: [Record<string, string>, number, string][] = [
      [{ redirect_uri: "https://evil.example/" }, 400, "Redirect URI mismatch"],
      [{ client_id: "other" }, 403, "Client is not authorized to use this authorization code"],
      [{ code_verifier: "" }, 400, "Missing code_verifier"],
      [{ code_verifier: "x".repeat(43) }, 400, "Code verifier does not match"],
    ];
    for (const [change, status, message] of wrong) {
      const { user, code, verifier = "" } = await signIn();
      const right = { ...grant, code, code_verifier: verifier };
      expect(await refused({ ...right, ...change })).toEqual([status, message]);
      expect(await refused(right)).toEqual([400, spent]);
      expect(await db.session.count({ where: { userId: user.id } })).toBe(0);
    }
    expect(await refused({ grant_type: "refresh_token", refresh_token: "web:forged" })).toEqual([
      400,
      "Refresh token has been used or expired",
    ]);
    expect((await exchange({ grant_type: "password" })).status).toBe(400);
  });

  test("sends nobody anywhere for an app or an address that it does not know", async () => {
    const ask = (query: Record<string, string>) =>
      fetch(`${server.url}/openauth/authorize?${new URLSearchParams(query)}`, { redirect: "manual" });
    const good = { client_id: "web", redirect_uri: SHOP_CALLBACK, response_type: "code", state: "s" };
    for (const bad of [
      { redirect_uri: "https://evil.example/" },
      { client_id: "nobody" },
      { client_id: "constructor" },
      { redirect_uri: "" },
    ]) {
      const answer = await ask({ ...good, ...bad });
      expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
    }
    const told: [Record<string, string>, string][] = [
      [{}, "invalid_request"],
      [{ response_type: "token" }, "unsupported_response_type"],
      [{ provider: "nope" }, "invalid_request"],
      [{ code_challenge: "x", code_challenge_method: "plain" }, "invalid_request"],
    ];
    for (const [change, error] of told) {
      const location = new URL((await ask({ ...good, ...change })).headers.get("location") ?? "");
      expect(location.href.startsWith(SHOP_CALLBACK)).toBe(true);
      expect(Object.fromEntries(location.searchParams)).toMatchObject({ error, state: "s" });
    }
  });
});
