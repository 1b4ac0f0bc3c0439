import { beforeAll, describe, expect, inject, test } from "vitest";
import { connectFakeResend } from "@/tests/support/fake-resend";
import { attributeOf, cookiesOf, HttpClient } from "@/tests/support/http-client";
import { PASSWORD, session, verifiedUser } from "@/tests/support/people";

const { url, resendUrl, settings } = inject("server");
const resend = connectFakeResend(resendUrl);

/** Addresses that URL parsers read differently, or that a client router might follow. A unit test has the whole table. */
const HOSTILE = [
  "https://evil.tld",
  "//evil.tld",
  "///evil.tld",
  "/\\evil.tld",
  "\\/evil.tld",
  "/%5cevil.tld",
  "/%2fevil.tld",
  "/\t/evil.tld",
  "/\n/evil.tld",
  "/%09/evil.tld",
  "/%0d%0aLocation:%20https://evil.tld",
  "https:evil.tld",
  "http:///evil.tld",
  "/..//evil.tld",
  "/.//evil.tld",
  "//evil%E3%80%82tld",
  "\u00a0//evil.tld",
  "javascript:alert(1)",
  "java\tscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "/logout",
  "/login?to=/login?to=/login",
  "/api/auth/signout",
];
const PAGES = ["/login", "/register", "/forgot-password", "/verify-email", "/reset-password", "/sign-in-code/address"];

let visitor: HttpClient;
beforeAll(() => {
  visitor = new HttpClient(url);
});

describe("whatever `to` says", () => {
  test("a visitor who is signed in is led to the dashboard", async () => {
    const signedIn = new HttpClient(url, { session: (await session(await verifiedUser())).token });
    const queries = HOSTILE.map((to) => `to=${encodeURIComponent(to)}`);
    for (const query of [...queries, "to=/account&to=//evil.tld", "to[]=//evil.tld"]) {
      const { status, location } = await signedIn.get(`/login?${query}`);
      expect([status, location], query).toEqual([307, "/dashboard"]);
    }
  });

  test.each(HOSTILE)("so is a visitor who signs in by a form with %j in it", async (to) => {
    const user = await verifiedUser();
    const answer = await visitor.submit("/login?to=/account", "Sign in", { email: user.email, password: PASSWORD, to });
    expect([answer.status, answer.location]).toEqual([303, "/dashboard"]);
    expect(answer.session).not.toBeNull();
  });

  test.each(["/\\evil.tld", "//evil.tld", "/\t/evil.tld"])(
    "so is a person who registers by a form with %j in it and proves the address",
    async (to) => {
      const email = `${crypto.randomUUID().slice(0, 13)}@example.com`;
      const fields = { name: "Alice", email, password: PASSWORD, to };
      const registered = await visitor.submit("/register?to=/account", "Create account", fields);
      expect(registered.location).toBe("/verify-email");
      const { code } = await resend.waitForMail(email);
      const browser = new HttpClient(url, { cookie: cookiesOf(registered) });
      const confirmed = await browser.submit("/verify-email", "Confirm", { code: code ?? "" });
      expect([confirmed.status, confirmed.location]).toEqual([303, "/dashboard"]);
    },
  );
});

describe("a page opened with a hostile address", () => {
  const query = (to: string) =>
    ["to", "redirectTo", "callbackUrl", "next"].map((key) => `${key}=${encodeURIComponent(to)}`).join("&");

  test.each(["//evil.tld", "/\\evil.tld", 'javascript:alert("xss")', '"><script>alert(1)</script>'])(
    "carries %j in no link and no hidden field",
    async (to) => {
      for (const path of PAGES) {
        const { text } = await visitor.get(
          `${path}?${query(to)}&email=${encodeURIComponent('"><script>alert(1)</script>')}`,
        );
        const places = [
          ...(text.match(/<a [^>]*>/g) ?? []).map((tag) => attributeOf(tag, "href")),
          ...(text.match(/<input [^>]*name="to"[^>]*>/g) ?? []).map((tag) => attributeOf(tag, "value")),
        ];
        expect(places.length, path).toBeGreaterThan(0);
        for (const place of places) {
          expect(new URL(place, settings.APP_URL).origin, `${path} ${place}`).toBe(settings.APP_URL);
          expect(place).not.toMatch(/evil|alert/);
        }
      }
    },
  );
});
