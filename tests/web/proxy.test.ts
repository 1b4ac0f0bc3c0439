import { NextRequest } from "next/server";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test, vi } from "vitest";
import DataPage from "@/app/(app)/account/data/page";
import ReauthenticatePage from "@/app/(auth)/reauthenticate/page";
import { GET } from "@/app/api/me/route";
import { AppFrame } from "@/app/ui/app-frame";
import { identityOf } from "@/lib/auth-provider/identity";
import { authProvider } from "@/lib/auth-provider/server";
import { log } from "@/lib/log";
import { requirePermission } from "@/lib/web/current-principal";
import { frontStands } from "@/lib/wire/client-address";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { ADDRESS_HEADER } from "@/lib/wire/security-headers";
import { config, proxy } from "@/proxy";
import { from, newBrowser, redirectOf } from "@/tests/support/browser";
import { asOwner } from "@/tests/support/database";
import { session, verifiedUser, withEnv } from "@/tests/support/people";
import { withoutDatabase } from "@/tests/support/without-database";

vi.mock("next/headers", () => import("@/tests/support/browser"));

const APP = "https://app.example.com";
const ask = (path: string, init: { method?: string; headers?: Record<string, string> } = {}) =>
  withEnv({ production: true }, () => proxy(new NextRequest(`${APP}${path}`, init)));
const cookie = (token: string) => ({ headers: { cookie: `${SESSION_COOKIE()}=${token}` } });

/** Asks /api/me from a browser with this session, or with none. */
function whoAmI(token?: string): Promise<Response> {
  const browser = newBrowser();
  if (token) browser.jar.set(SESSION_COOKIE(), token);
  const request = new Request(`${APP}/api/me`, token ? cookie(token) : {});
  return from(browser, () => GET(request, { params: Promise.resolve({}) }));
}

describe("a page that asks by itself who is signed in", () => {
  test.each([
    ["/reports?year=2026", "/login?to=%2Freports%3Fyear%3D2026"],
    ["/reports?_rsc=1abc", "/login?to=%2Freports"],
    ["https://evil.example/reports", "/login"],
    ["//evil.example/reports", "/login"],
    ["/\\evil.example/reports", "/login"],
  ])("is where a visitor comes back to after signing in: %s", async (address, login) => {
    const browser = newBrowser({ [ADDRESS_HEADER]: address });
    for (const guard of [() => AppFrame({ children: null }), DataPage, () => requirePermission("user:list")])
      expect(await redirectOf(from<unknown>(browser, guard))).toBe(login);
  });

  test("is passed over where it only asks for a proof, because signing in is one", async () => {
    const browser = newBrowser({ [ADDRESS_HEADER]: "/reauthenticate?to=%2Faccount%2Fdata" });
    const searchParams = Promise.resolve({ to: "/account/data" });
    const login = await redirectOf(from(browser, () => ReauthenticatePage({ searchParams })));
    expect(login).toBe("/login?to=%2Faccount%2Fdata");
  });

  test("tells a session without a second factor, once the site asks for one, to sign in again and set it up", async () => {
    const browser = newBrowser();
    browser.jar.set(SESSION_COOKIE(), (await session(await verifiedUser())).token);
    const searchParams = Promise.resolve({ level: "two", to: "/account/security" });
    const page = () => from(browser, () => ReauthenticatePage({ searchParams }));
    expect(await redirectOf(page())).toBe("/account/security");
    await withEnv({ AUTH_REQUIRE_SECOND_FACTOR: "all" }, async () => {
      const html = renderToStaticMarkup(await page());
      expect(html).toMatch(/<h1[^>]*>Set up two-step sign-in</);
      expect(html).toContain("Sign out and in again: you then set it up.");
      expect(html.match(/<button[^>]*>.*?<\/button>/g)).toEqual([expect.stringContaining("Sign out")]);
    });
  });

  test("is told its address where no front of ours stands, whatever the client says", async () => {
    const { headers } = await ask("/reports?year=2026", { headers: { [ADDRESS_HEADER]: "/elsewhere" } });
    expect(headers.get(`x-middleware-request-${ADDRESS_HEADER}`)).toBe("/reports?year=2026");
  });
});

describe("a protected page", () => {
  test.each(["/dashboard", "/dashboard/x", "/account?tab=a", "/admin?page=2"])(
    "sends a visitor to the sign-in page, and back afterwards: %s",
    async (path) => {
      const response = await ask(path);
      expect(response.status).toBe(307);
      expect(response.headers.get("location")).toBe(
        `${APP}/login${path === "/dashboard" ? "" : `?to=${encodeURIComponent(path)}`}`,
      );
      expect(response.headers.get("cache-control")).toContain("no-store");
    },
  );

  test("lets in people who are signed in", async () => {
    const { token } = await session(await verifiedUser());
    const response = await ask("/dashboard", cookie(token));
    expect(response.headers.get("x-middleware-next")).toBe("1");
  });

  test.each(["x", crypto.randomUUID(), "'; --", "%00", "a".repeat(3000)])(
    "is not opened by a worthless cookie, which is taken away: %j",
    async (value) => {
      const response = await ask("/account", cookie(value));
      expect(response.status).toBe(307);
      expect(response.headers.get("set-cookie")).toMatch(new RegExp(`^${SESSION_COOKIE()}=;.*1970`));
    },
  );

  test.each(["x-middleware-subrequest", "X-Middleware-Subrequest", "x-nextjs-data", "rsc", "next-router-prefetch"])(
    "is refused whatever the header %s says",
    async (name) => {
      const value = "src/proxy:src/proxy:src/proxy:src/proxy:src/proxy";
      expect((await ask("/dashboard", { headers: { [name]: value } })).status).toBe(307);
    },
  );

  test("answers 503 while the database is away, keeps the cookie, and knows the visitor again afterwards", async () => {
    const { token } = await session(await verifiedUser());
    const logged = vi.spyOn(log, "error").mockImplementation(() => {});
    const { page, me } = await withoutDatabase(async () => ({
      page: await ask("/dashboard", cookie(token)),
      me: await whoAmI(token),
    }));
    expect([page.status, me.status]).toEqual([503, 503]);
    expect(page.headers.get("set-cookie")).toBeNull();
    expect(await authProvider.onError({ status: me.status })).toEqual({});
    expect((await ask("/dashboard", cookie(token))).headers.get("x-middleware-next")).toBe("1");
    expect(logged).toHaveBeenCalled();
    logged.mockRestore();
  });

  test("tells of an unexpected error itself, and ends no session", async () => {
    const { token } = await session(await verifiedUser());
    const logged = vi.spyOn(log, "error").mockImplementation(() => {});
    await asOwner('ALTER TABLE "Session" RENAME TO "Gone"');
    const [page, me] = await Promise.all([ask("/dashboard", cookie(token)), whoAmI(token)]).finally(() =>
      asOwner('ALTER TABLE "Gone" RENAME TO "Session"'),
    );
    expect([page.headers.get("x-middleware-next"), me.status]).toEqual(["1", 500]);
    expect(page.headers.get("set-cookie")).toBeNull();
    expect(logged).toHaveBeenCalled();
    logged.mockRestore();
  });
});

describe("a post", () => {
  test.each([
    [{ origin: "https://evil.tld" }],
    [{ origin: "https://app.example.com.evil.tld" }],
    [{ origin: "http://app.example.com" }],
    [{ origin: "http://" }],
    [{ origin: "not-a-url" }],
    [{ origin: "null" }],
    [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }],
    [{ origin: "https://blog.app.example.com", "sec-fetch-site": "same-site" }],
    [{ origin: APP, "sec-fetch-site": "cross-site" }],
    [{ origin: "null", "sec-fetch-site": "cross-site" }],
    [{ referer: "https://evil.tld/" }],
    [{ referer: "https://app.example.com.evil.tld/login" }],
    [{ referer: "http://app.example.com/login" }],
    [{ referer: "about:blank" }],
    [{ referer: "x" }],
  ])("from another site is refused: %j", async (headers) => {
    expect((await ask("/login", { method: "POST", headers: headers as Record<string, string> })).status).toBe(403);
  });

  test.each([
    [{ origin: APP, "sec-fetch-site": "same-origin" }],
    [{ origin: "HTTPS://APP.EXAMPLE.COM" }],
    [{ "sec-fetch-site": "none" }],
    [{ referer: "https://app.example.com/login?to=%2Faccount" }],
    [{ origin: APP, referer: "https://elsewhere.example/" }],
    [{}],
  ])("from this site goes through: %j", async (headers) => {
    const response = await ask("/login", { method: "POST", headers: headers as Record<string, string> });
    expect(response.headers.get("x-middleware-next")).toBe("1");
  });

  test("from a page that hides its address goes through, under the origin that Next asks for", async () => {
    const headers = { origin: "null", "sec-fetch-site": "same-origin" };
    const response = await ask("/reset-password", { method: "POST", headers });
    expect(response.headers.get("x-middleware-request-origin")).toBe(APP);
  });
});

describe("every page", () => {
  test("carries an enforced policy with a nonce of its own, handed to Next", async () => {
    const [one, two] = [await ask("/login"), await ask("/login")];
    const policy = one.headers.get("content-security-policy") ?? "";
    const nonce = policy.match(/'nonce-([\w+/=-]+)'/)?.[1] ?? "";
    expect(Buffer.from(nonce, "base64").length).toBeGreaterThanOrEqual(16);
    expect(one.headers.get("x-middleware-request-x-nonce")).toBe(nonce);
    expect(two.headers.get("content-security-policy")).not.toBe(policy);
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval/);
    for (const part of [
      "default-src 'none'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ])
      expect(policy).toContain(part);
  });

  test("takes the nonce that our front has made, and none that a client names where there is no front", async () => {
    const headers = { "x-nonce": "of-the-front" };
    const named = await ask("/login", { headers });
    expect(named.headers.get("content-security-policy")).not.toContain("of-the-front");
    expect(named.headers.get("x-middleware-request-x-nonce")).not.toBe("of-the-front");
    frontStands.yes = true;
    try {
      const { headers: answered } = await ask("/login", { headers });
      expect(answered.get("content-security-policy")).toContain("'nonce-of-the-front'");
      expect(answered.get("x-middleware-override-headers")).toBeNull();
    } finally {
      frontStands.yes = false;
    }
  });

  test("says https for two years on https, for itself alone, is stored by no cache, and is refused nothing on plain http", async () => {
    const { headers } = await ask("/login");
    expect(headers.get("strict-transport-security")).toBe("max-age=63072000");
    expect(headers.get("cache-control")).toBe("private, no-store");
    const local = await withEnv({ APP_URL: "http://localhost:3000" }, () => ask("/login"));
    expect(local.headers.get("strict-transport-security")).toBeNull();
  });

  test("is matched, and files and interfaces are not", () => {
    const [matcher = ""] = config.matcher;
    const matches = (path: string) => new RegExp(`^${matcher}$`).test(path);
    for (const page of ["/", "/login", "/dashboard", "/admin/x", "/callback/github", "/%64ashboard"])
      expect(matches(page)).toBe(true);
    for (const other of ["/_next/static/x.js", "/api/me", "/auth/v1/token", "/favicon.ico"])
      expect(matches(other)).toBe(false);
  });
});

describe("/api/me", () => {
  test("answers as getIdentity does, with nothing more, and 401 to a visitor", async () => {
    const alice = await verifiedUser({ name: "Alice" });
    const { token, principal } = await session(alice);
    const response = await whoAmI(token);
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const identity = await response.json();
    expect(identity).toMatchObject({ id: alice.id, name: "Alice", email: alice.email, roles: ["user"] });
    expect(identity).toEqual(await identityOf(principal));
    const refused = await whoAmI();
    expect([refused.status, await refused.json()]).toMatchObject([401, { error: "unauthenticated" }]);
  });
});
