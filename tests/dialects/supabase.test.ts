import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { LIMITS } from "@/lib/auth/model/limits";
import { consume } from "@/lib/auth/store/rate-limits";
import { issueVerification } from "@/lib/auth/store/verifications";
import { db } from "@/lib/db";
import { supabase, supabaseApi } from "@/lib/dialects/supabase";
import { afterButton } from "@/lib/wire/button-page";
import { newestMail } from "@/tests/support/outbox";
import { other, PASSWORD, verifiedUser, withEnv } from "@/tests/support/people";
import { pressedAt } from "@/tests/support/press-button";

type Method = keyof typeof supabase;

const SITE = "https://app.example.com";
const SHOP = "https://shop.example.com/callback";
const withShop = <T>(work: () => Promise<T>) => withEnv({ API_REDIRECT_URLS: [SHOP] }, work);
const newEmail = () => `${randomUUID().slice(0, 8)}@example.com`;

function call(method: Method, path: string, { body, token }: { body?: object; token?: string } = {}, api = supabase) {
  const headers = new Headers();
  if (body) headers.set("content-type", "application/json");
  if (token) headers.set("authorization", `Bearer ${token}`);
  return api[method](new Request(`${SITE}/auth/v1/${path}`, { method, headers, body: body && JSON.stringify(body) }));
}

/** The link in the newest mail, as a path below /auth/v1/. */
const mailedPath = async (email: string) => (await newestMail(email)).url?.replace(`${SITE}/auth/v1/`, "") ?? "";

async function recoveryLink(redirectTo: string): Promise<string> {
  const user = await verifiedUser();
  const { token } = await issueVerification({ purpose: "reset", userId: user.id, email: user.email });
  return `verify?${new URLSearchParams({ token, type: "recovery", redirect_to: redirectTo })}`;
}

/** Opens a link, and presses the button of our page. @returns the answer that follows */
async function open(path: string): Promise<Response> {
  const opened = await call("GET", path);
  return call("GET", pressedAt(opened.headers.get("location")).replace(`${SITE}/auth/v1/`, ""));
}

describe("a mailed link", () => {
  test("does nothing when it is opened, as often as scanners like, and works after the button", async () => {
    const path = await withShop(() => recoveryLink(SHOP));
    for (let n = 0; n < 3; n++) expect((await call("GET", path)).headers.get("location")).toMatch(/\/verify-email\?/);
    expect((await withShop(() => open(path))).headers.get("location")).toMatch(/#access_token=/);
    const spent = await withShop(() => call("GET", path));
    expect(spent.headers.get("location")).toBe(
      `${SHOP}#error=access_denied&error_code=otp_expired&error_description=Email+link+is+invalid+or+has+expired&sb=`,
    );
  });

  test("takes no mark of another link's button, and no page to go on to that it did not name", async () => {
    const [path, other] = [await recoveryLink(SHOP), await recoveryLink(SHOP)];
    const tokenOf = (link: string) => new URLSearchParams(link.split("?")[1]).get("token") ?? "";
    const page = new URL((await call("GET", other)).headers.get("location") ?? "");
    const next = page.searchParams.get("next") ?? "";
    const pressed = new URL(afterButton(tokenOf(other), next) ?? "").searchParams.get("pressed") ?? "";
    expect((await call("GET", `${path}&pressed=${pressed}`)).headers.get("location")).toMatch(/\/verify-email\?/);
    expect(afterButton(tokenOf(path), next)).toBeNull();
    for (const forged of [undefined, "", ".", `${Buffer.from("//evil.example").toString("base64url")}.x`])
      expect(afterButton(tokenOf(path), forged)).toBeNull();
  });

  test("is enough by itself where the setting says so", async () => {
    const api = supabaseApi({ openingConfirms: true });
    const opened = await withShop(async () => call("GET", await recoveryLink(SHOP), {}, api));
    expect(opened.headers.get("location")).toMatch(/^https:\/\/shop\.example\.com\/callback#access_token=/);
  });

  test("gives a stranger's password no power when a client sends its token", async () => {
    const email = newEmail();
    await withShop(() => call("POST", "signup", { body: { email, password: PASSWORD } }));
    const token_hash = new URLSearchParams((await mailedPath(email)).split("?")[1]).get("token");
    const verified = await call("POST", "verify", { body: { type: "signup", token_hash } });
    expect(verified.status).toBe(200);
    expect(await db.credential.count({ where: { user: { email } } })).toBe(0);
    const grant = await call("POST", "token?grant_type=password", { body: { email, password: PASSWORD } });
    expect(await grant.json()).toMatchObject({ error_code: "invalid_credentials" });
  });

  test("leads to a target in any script, spelled so that a header can hold it", async () => {
    const opened = await withShop(async () => open(await recoveryLink(`${SHOP}?do=Łódź`)));
    expect(opened.status).toBe(303);
    expect(opened.headers.get("location")).toMatch(
      /^https:\/\/shop\.example\.com\/callback\?do=%C5%81%C3%B3d%C5%BA#access_token=/,
    );
  });

  test("hands tokens to no route of ours that would pass them on", async () => {
    const partner = new URLSearchParams({ client_id: "web", response_type: "code", redirect_uri: SHOP });
    for (const path of [`openauth/authorize?${partner}`, "api/connect/oidc", "login?to=/openauth/authorize"]) {
      const opened = await withShop(async () => open(await recoveryLink(`${SITE}/${path}`)));
      expect(opened.headers.get("location")?.split("#")[0], path).toBe(SHOP);
    }
  });

  test("is mailed with a target that may be followed", async () => {
    const email = newEmail();
    const asked = new URLSearchParams({ redirect_to: `${SITE}/openauth/authorize` });
    await withShop(() => call("POST", `signup?${asked}`, { body: { email, password: PASSWORD } }));
    expect(new URLSearchParams((await mailedPath(email)).split("?")[1]).get("redirect_to")).toBe(SHOP);
    expect(await db.verification.count({ where: { email } })).toBe(1);
  });
});

/** The tokens of a user who has just signed in. */
async function signIn(email: string, password = PASSWORD) {
  const answer = await call("POST", "token?grant_type=password", { body: { email, password } });
  return (await answer.json()) as { access_token: string };
}

describe("a password, an address and a name asked for at once", () => {
  const wish = { password: other(), email: newEmail(), current_password: PASSWORD, data: { name: "Alicia" } };

  test("change together, by the password that was the current one", async () => {
    const { email } = await verifiedUser();
    const { access_token: token } = await signIn(email);
    const changed = await call("PUT", "user", { token, body: wish });
    expect(await changed.json()).toMatchObject({ email, new_email: wish.email, user_metadata: { name: "Alicia" } });
    expect(await signIn(email, wish.password)).toHaveProperty("access_token");
    expect((await newestMail(wish.email)).template).toBe("confirm-new-email");
  });

  test.each<[string, { email?: string; data?: object }]>([
    ["the address is refused", { email: "not an address" }],
    ["too many addresses were asked for", { email: "limited@example.com" }],
    ["the name is", { data: { name: "x".repeat(2_000) } }],
  ])("stay as they were where %s", async (_, bad) => {
    const { id, email } = await verifiedUser({ name: "Alice" });
    const { access_token: token } = await signIn(email);
    const limit = LIMITS.emailChangePerUser;
    if (bad.email === "limited@example.com") for (let n = 0; n < limit.points; n++) await consume(limit, id);
    const answer = await call("PUT", "user", { token, body: { ...wish, ...bad } });
    expect([answer.ok, (await db.user.findUniqueOrThrow({ where: { id } })).name]).toEqual([false, "Alice"]);
    expect(await signIn(email)).toHaveProperty("access_token");
    expect(await db.verification.count({ where: { userId: id } })).toBe(0);
  });
});

describe("what a client keeps with its user", () => {
  test("cannot grow, piece by piece, until the user's tokens are too large to be accepted", async () => {
    const { email } = await verifiedUser();
    const { access_token: token } = await signIn(email);
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++)
      statuses.push((await call("PUT", "user", { token, body: { data: { [`key${n}`]: "x".repeat(900) } } })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 400, 400]);
    const refused = await call("PUT", "user", { token, body: { data: { more: "x".repeat(900) } } });
    expect(await refused.json()).toMatchObject({
      error_code: "validation_failed",
      msg: expect.stringMatching(/too large/),
    });
    const fresh = await signIn(email);
    expect((await call("GET", "user", { token: fresh.access_token })).status).toBe(200);
    const trimmed = { data: { key0: null, more: "x".repeat(800) } };
    expect((await call("PUT", "user", { token, body: trimmed })).status).toBe(200);
  });

  test("is measured in bytes, because tokens are", async () => {
    const { email } = await verifiedUser();
    const { access_token: token } = await signIn(email);
    expect((await call("PUT", "user", { token, body: { data: { long: "√".repeat(3_000) } } })).status).toBe(400);
  });

  test("that is too large changes neither password nor address", async () => {
    const { email } = await verifiedUser();
    const { access_token: token } = await signIn(email);
    const first = { data: { long: "x".repeat(3_000) } };
    expect((await call("PUT", "user", { token, body: first })).status).toBe(200);
    const body = { password: other(), data: { second: "x".repeat(3_000) } };
    expect((await call("PUT", "user", { token, body })).status).toBe(400);
    expect(await signIn(email)).toHaveProperty("access_token");
  });
});
