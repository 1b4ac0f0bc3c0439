import { readdirSync } from "node:fs";
import { NextRequest } from "next/server";
import { describe, expect, test, vi } from "vitest";
import { answerByAuthJs } from "@/app/api/auth/answer";
import { addProof } from "@/lib/auth/steps/add-proof";
import { findOwing } from "@/lib/auth/store/owing-sessions";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { transact } from "@/lib/db/transact";
import { adapter, auth } from "@/lib/web/auth-js";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { from, newBrowser } from "@/tests/support/browser";
import { twoStepUser } from "@/tests/support/factors";
import { client, newSession, session, verifiedUser } from "@/tests/support/people";

vi.mock("next/headers", () => import("@/tests/support/browser"));

const APP = "https://app.example.com";

function ask(
  action: string,
  cookies: Record<string, string> = {},
  init: { method?: string; body?: URLSearchParams } = {},
) {
  const cookie = Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
  const request = new NextRequest(`${APP}/api/auth/${action}`, { ...init, headers: { cookie } });
  return answerByAuthJs(init.method === "POST" ? "POST" : "GET")(request);
}

const signedIn = async () => {
  const alice = await verifiedUser({ name: "Alice" });
  const { token } = await session(alice);
  return { alice, token, cookies: { [SESSION_COOKIE()]: token } };
};

describe("/api/auth/session", () => {
  test("knows people who signed in by password, and tells the documented fields only", async () => {
    const { alice, token, cookies } = await signedIn();
    const response = await ask("session", cookies);
    const body = await response.json();
    expect(body).toEqual({
      expires: expect.any(String),
      user: { name: "Alice", email: alice.email, image: null, roles: ["user"] },
    });
    expect(JSON.stringify(body)).not.toContain(token);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("leaves our cookie alone, which may be one that ends with the browser", async () => {
    const { cookies } = await signedIn();
    const response = await ask("session", cookies);
    expect(response.headers.getSetCookie().filter((line) => line.startsWith(SESSION_COOKIE()))).toEqual([]);
  });

  test.each(["", "x", crypto.randomUUID(), "eyJhbGciOiJub25lIn0.e30."])("is empty for the cookie %j", async (value) => {
    const response = await ask("session", { [SESSION_COOKIE()]: value });
    expect([response.status, await response.json()]).toEqual([200, null]);
  });

  test("is empty, like auth(), for a session that owes a factor, until that is proved", async () => {
    const { user } = await twoStepUser();
    const { token } = await newSession(user);
    const seenBy = async (value: string) => {
      const browser = newBrowser({ cookie: `${SESSION_COOKIE()}=${value}` });
      const response = await ask("session", { [SESSION_COOKIE()]: value });
      const session = await from(browser, () => auth());
      return [await response.json(), session];
    };
    expect(await seenBy(token)).toEqual([null, null]);
    const owing = await findOwing(token);
    if (!owing) throw new Error("The session owes nothing");
    const proved = await transact(() => addProof(owing, "totp", client()));
    if (!proved.ok) throw new Error(proved.error.code);
    const known = expect.objectContaining({ user: expect.objectContaining({ email: user.email }) });
    expect(await seenBy(proved.value.token)).toEqual([known, known]);
    expect(await seenBy(token)).toEqual([null, null]);
  });

  test("bears a callback-url cookie that is no URL", async () => {
    const { cookies } = await signedIn();
    for (const name of ["__Secure-authjs.callback-url", "authjs.callback-url"])
      expect((await ask("session", { ...cookies, [name]: "%%%" })).status).toBe(200);
  });

  test.each(["session", "csrf", "providers"])("bears a callbackUrl that is none: %s", async (action) => {
    for (const url of ["javascript:alert(1)", "%", "//", ""])
      expect((await ask(`${action}?callbackUrl=${encodeURIComponent(url)}`)).status).toBe(200);
  });
});

describe("sign-out", () => {
  test("needs the token that belongs to the visitor's own cookie, and then ends the row", async () => {
    const { token, cookies } = await signedIn();
    const csrf = await ask("csrf");
    const { csrfToken } = await csrf.json();
    const [pair = ""] =
      csrf.headers
        .getSetCookie()
        .find((line) => line.includes("csrf"))
        ?.split(";") ?? [];
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    const post = (given: string, withCookies: Record<string, string>) =>
      ask("signout", withCookies, { method: "POST", body: new URLSearchParams({ csrfToken: given }) });
    for (const given of ["", "x", csrfToken.replace(/./, "0").slice(1)])
      await post(given, { ...cookies, [name]: value });
    await post(csrfToken, cookies);
    await ask("signout", cookies);
    expect(await findPrincipal(token)).not.toBeNull();
    const done = await post(csrfToken, { ...cookies, [name]: value });
    expect(await findPrincipal(token)).toBeNull();
    expect(done.headers.getSetCookie().some((line) => line.startsWith(`${SESSION_COOKIE()}=;`))).toBe(true);
  });
});

test("of Auth.js's actions these answer and no other", () => {
  const folders = readdirSync("app/api/auth").filter((name) => /^\w+$/.test(name));
  expect(folders.sort()).toEqual(["csrf", "providers", "session", "signout"]);
});

test("the list of providers names no user and no credentials", async () => {
  const body = await (await ask("providers")).json();
  expect(JSON.stringify(body ?? {})).not.toMatch(/credentials|@|secret/i);
});

describe("the adapter", () => {
  test("finds a session with its user, and ends it", async () => {
    const { alice, token } = await signedIn();
    expect(await adapter.getSessionAndUser?.(token)).toMatchObject({
      session: { sessionToken: token, userId: alice.id, expires: expect.any(Date) },
      user: { id: alice.id, email: alice.email, name: "Alice" },
    });
    await adapter.deleteSession?.(token);
    expect(await adapter.getSessionAndUser?.(token)).toBeNull();
    expect(await findPrincipal(token)).toBeNull();
  });

  test("offers no way to make or change a user, an account or a session beside lib/auth", async () => {
    const { alice } = await signedIn();
    const before = await db.user.findMany();
    const calls = [
      adapter.createUser?.({ id: "x", email: "new@example.com", emailVerified: null }),
      adapter.updateUser?.({ id: alice.id, email: "other@example.com" }),
      adapter.createSession?.({ sessionToken: "x", userId: alice.id, expires: new Date() }),
      adapter.linkAccount?.({ userId: alice.id, type: "oidc", provider: "google", providerAccountId: "1" }),
    ];
    for (const call of calls) await expect(call).rejects.toThrow("people sign in through lib/auth");
    expect(await db.user.findMany()).toEqual(before);
  });
});
