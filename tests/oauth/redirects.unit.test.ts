import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { env } from "@/lib/env";
import { firstTarget, isAllowedCallback, isAllowedTarget } from "@/lib/oauth/redirects";
import { withEnv } from "@/tests/support/people";

const APP = "https://app.example.com";
const LISTED = "https://shop.example.com/back";

const listing = <T>(work: () => T) => withEnv({ API_REDIRECT_URLS: [LISTED, "shop:/signed-in"] }, async () => work());

/** The address of a file of app/: "app/auth/[actor]/user/route.ts" is at /auth/x/user. */
const addressOf = (file: string) =>
  `/${file}`
    .replace(/\/(route|page)\.tsx?$/, "")
    .replace(/\/\([^)]+\)/g, "")
    .replace(/\[[^\]]+\]/g, "x");

const files = readdirSync("app", { recursive: true, encoding: "utf8" });
const routes = files.filter((file) => /(^|\/)route\.tsx?$/.test(file)).map(addressOf);
const signInPages = files.filter((file) => /^\(auth\)\/.*page\.tsx$/.test(file)).map(addressOf);

describe("where an API client may have people sent", () => {
  test("is a page of ours, or an address on the list with any query", async () => {
    for (const url of [
      `${APP}/`,
      APP,
      `${APP}/dashboard?tab=1`,
      `${APP}/shop/back`,
      `${LISTED}?a=1`,
      "shop:/signed-in",
    ])
      expect(await listing(() => isAllowedTarget(url)), url).toBe(true);
    for (const url of [`${LISTED}/x`, "http://shop.example.com/back", "https://shop.example.com.evil.example/back"])
      expect(await listing(() => isAllowedTarget(url)), url).toBe(false);
    for (const url of [`${LISTED}#a`, `${APP}/#a`, "https://user@app.example.com/", "javascript:alert(1)", "", "/"])
      expect(await listing(() => isAllowedTarget(url)), url).toBe(false);
  });

  test("is no route of ours, and no page of signing in: those lead on, and browsers carry the tokens with them", () => {
    expect(routes).toContain("/api/me");
    expect(signInPages).toContain("/login");
    const allowed = [...routes, ...signInPages].filter((path) => isAllowedTarget(APP + path));
    expect(allowed).toEqual([]);
  });

  test.each([
    "/openauth/authorize?client_id=web&response_type=code&redirect_uri=https%3A%2F%2Fshop.example.com%2Fback",
    "/api/connect/github?callback=https://shop.example.com/back",
    "/auth/v1/verify?token=x&type=signup&redirect_to=https://shop.example.com/back",
    "/login?to=/openauth/authorize",
    "/OpenAuth/authorize",
    "/%6fpenauth/authorize",
    "//openauth/authorize",
    "/x/../openauth/authorize",
    "/x/%2e%2e/login",
    "/%5copenauth/authorize",
    "/login/",
    "/a%zz",
  ])("is not one of them in another spelling: %s", (path) => {
    expect(isAllowedTarget(APP + path)).toBe(false);
  });

  test("stays no route of ours when the list names one", async () => {
    const url = `${APP}/openauth/authorize`;
    expect(await withEnv({ API_REDIRECT_URLS: [url] }, async () => isAllowedTarget(url))).toBe(false);
  });
});

describe("an entry with stars", () => {
  const WEB = [
    "https://*-team.example.app/**",
    "http://localhost:*/back",
    "https://shop.example.com/*/done",
    "shop://**",
  ];
  const allows = (url: string, list = WEB) => withEnv({ API_REDIRECT_URLS: list }, async () => isAllowedTarget(url));

  test.each([
    "https://preview-1-team.example.app/",
    "https://preview-1-team.example.app/a/b?c=d",
    "http://localhost:4321/back",
    "https://shop.example.com/order-1/done",
    "shop://signed/in",
  ])("stands for %s", async (url) => {
    expect(await allows(url)).toBe(true);
  });

  test.each([
    "https://team.example.app/",
    "https://a.b-team.example.app/",
    "https://evil.example/-team.example.app/",
    "https://evil%2Eexample?-team.example.app/",
    "https://evil.example\\-team.example.app/",
    "https://evil-team.example.app@evil.example/",
    "https://evil。example?-team.example.app/",
    "https://evil?-team.example.app/x",
    "http://preview-team.example.app/",
    "http://localhost.evil.example:1/back",
    "http://localhost:1@evil.example/back",
    "https://shop.example.com/a/b/done",
    "https://shop.example.com/a/done/more",
    "https://shop.example.com/a.b/done",
    "javascript://shop/**",
  ])("does not stand for %s", async (url) => {
    expect(await allows(url)).toBe(false);
  });

  test("names its scheme, and gives no host of the web away whole", async () => {
    for (const entry of ["**", "*://evil.example/**", "https://**", "https://**.example/", "https://evil**/x", "*"])
      expect(await allows("https://evil.example/x", [entry]), entry).toBe(false);
  });

  test("is never where people end who named no address", async () => {
    expect(await withEnv({ API_REDIRECT_URLS: [...WEB, LISTED] }, async () => firstTarget())).toBe(LISTED);
    expect(await withEnv({ API_REDIRECT_URLS: WEB }, async () => firstTarget())).toBeNull();
  });
});

test("third parties lead back to our callbacks, and to what a client may name", async () => {
  for (const path of [
    "/callback/github",
    "/api/connect/oidc/callback",
    "/auth/customer/oidc/callback",
    "/auth/v1/callback",
    "/dashboard",
  ])
    expect(isAllowedCallback(APP + path), path).toBe(true);
  expect(await listing(() => isAllowedCallback(LISTED))).toBe(true);
  for (const path of ["/login", "/api/connect/oidc", "/auth/v1/verify", "/callback", "/openauth/authorize"])
    expect(isAllowedCallback(APP + path), path).toBe(false);
  expect(isAllowedCallback("https://evil.example/callback/github")).toBe(false);
});

test("the tests' site is the one the addresses were written for", () => {
  expect(env().APP_URL).toBe(APP);
});
