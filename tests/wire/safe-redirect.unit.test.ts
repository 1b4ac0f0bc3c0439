import { describe, expect, test } from "vitest";
import { env } from "@/lib/env";
import { DEFAULT_PAGE, safeRedirect, withTo } from "@/lib/wire/safe-redirect";

const APP = "https://app.example.com";

/** Where a browser would go: the WHATWG parser drops tabs and line breaks and reads backslashes as slashes. */
const landing = (path: string) => new URL(path, `${APP}/login`);

const HOSTILE = [
  ...[
    "https://evil.tld",
    "//evil.tld",
    "///evil.tld",
    "////evil.tld/%2f..",
    "/\\evil.tld",
    "\\/evil.tld",
    "\\\\evil.tld",
  ],
  ...["/%5cevil.tld", "/%2fevil.tld", "/\t/evil.tld", "/%09/evil.tld", "/\n/evil.tld", "/\r\n/evil.tld"],
  ...["/%0d%0aLocation:%20https://evil.tld", "https:evil.tld", "https:/evil.tld", "http:///evil.tld"],
  ...[`${APP}@evil.tld`, `${APP}:443@evil.tld/`, `${APP}.evil.tld`, "https://evil.tld#app.example.com"],
  ...["https://evil.tld?app.example.com", "https://evil.tld\\.app.example.com", "@evil.tld", ".evil.tld"],
  ...[
    "/..//evil.tld",
    "/.//evil.tld",
    "/..%2F..%2Fevil.tld",
    "//evil%E3%80%82tld",
    "%2F%2Fevil.tld",
    "%252F%252Fevil.tld",
  ],
  ...[" //evil.tld", "\u00a0//evil.tld", "\ufeff//evil.tld", "\u200b//evil.tld", "/\u200b/evil.tld", "/ /evil.tld"],
  ...[
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
  ],
  ...["vbscript:x", "blob:x", "file:///etc/passwd", "ftp://evil.tld", "http://app.example.com/", "/%252fevil.tld"],
  ...["/%25252fevil.tld", "/a/..//evil.tld", "/x/../..//evil.tld", "/\\/evil.tld", "/\0/evil.tld", "/\u202e/evil.tld"],
  ...["", "a", "dashboard", "?x=1", "#h", `${APP}`, `${APP}:444/x`, "//app.example.com/x"],
];

const GOOD = [
  ["/settings?x=//example.com", "/settings?x=//example.com"],
  ["/a%20b", "/a%20b"],
  ["/café", "/caf%C3%A9"],
  ["/p?next=https%3A%2F%2Fx", "/p?next=https%3A%2F%2Fx"],
  ["/#h", "/#h"],
  ["/", "/"],
  [`${APP}/deep?q=1`, "/deep?q=1"],
  ["/account?tab=a&b=%26#part", "/account?tab=a&b=%26#part"],
  ["/dashboard", "/dashboard"],
  ["/authors", "/authors"],
] as const;

describe("a wish where to go", () => {
  test.each(HOSTILE)("that leads away is not followed: %j", (to) => {
    const path = safeRedirect(to);
    expect(path).toBe(DEFAULT_PAGE);
    expect(landing(path).origin).toBe(APP);
  });

  test.each(GOOD)("on this site is followed exactly: %j", (to, expected) => {
    expect(safeRedirect(to)).toBe(expected);
    expect(landing(expected).origin).toBe(APP);
  });

  test.each([undefined, null, 1, true, [], ["//evil.tld"], {}, { toString: () => "//evil.tld" }])(
    "of another type is none: %j",
    (to) => {
      expect(safeRedirect(to, "/account")).toBe("/account");
    },
  );

  test.each([
    ...[
      "/api/auth/signout",
      "/logout",
      "/login?to=/login?to=/login",
      "/login",
      "/LOGIN",
      "/register",
      "/callback/github",
    ],
    ...[
      "/verify-email?token=x",
      "/forgot-password",
      "/reset-password?token=x",
      "/sign-in-code?token=x",
      "/dev/mailbox",
      "/auth/v1/logout",
    ],
    ...["/openauth/authorize?client_id=web", "/password/authorize", "/store/customers", "/.well-known/jwks.json"],
    ...["/%6cogin", "/%6Cogin/", "/x/../login", "/a%zz"],
  ])("that would lead in a circle, or out again, is not followed: %j", (to) => {
    expect(safeRedirect(to)).toBe(DEFAULT_PAGE);
  });

  test("of any length is not followed when it is long, or a circle fifty deep", () => {
    expect(safeRedirect(`/${"a".repeat(100_000)}`)).toBe(DEFAULT_PAGE);
    expect(safeRedirect(`/login${"?to=/login".repeat(50)}`)).toBe(DEFAULT_PAGE);
  });

  test("whatever its characters, ends on this site", () => {
    const parts = [
      "/",
      "\\",
      "//",
      "\t",
      "\n",
      "@",
      ":",
      ".",
      "..",
      "%2f",
      "%5c",
      "evil.tld",
      "https",
      "#",
      "?",
      "\u200b",
      " ",
    ];
    for (let n = 0; n < 20_000; n++) {
      // A small generator of its own, so that a failure can be repeated.
      const pick = (k: number) => parts[(n * 7919 + k * 104_729 + ((n * k) % 13)) % parts.length] ?? "";
      const to = `${n % 3 ? "/" : ""}${pick(1)}${pick(2)}${pick(3)}${pick(4)}${pick(5)}`;
      const path = safeRedirect(to);
      if (landing(path).origin !== APP || !path.startsWith("/")) expect.fail(`${JSON.stringify(to)} gave ${path}`);
    }
    expect(parts).toContain("evil.tld");
  });
});

test("the default page is not written down as a wish", () => {
  expect(withTo("/login", "/account?a=1")).toBe("/login?to=%2Faccount%3Fa%3D1");
  expect([withTo("/login", DEFAULT_PAGE), withTo("/login", null), withTo("/login", "")]).toEqual(
    Array(3).fill("/login"),
  );
});

test("the tests' site is the one the tables were written for", () => {
  expect(env().APP_URL).toBe(APP);
});
