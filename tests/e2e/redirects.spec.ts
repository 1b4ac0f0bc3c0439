import { expect } from "@playwright/test";
import { menuButton, newAddress, signIn, submitLogin, submitRegistration, test } from "@/tests/support/pages";
import { PASSWORD, person } from "@/tests/support/people";

/** What URL parsers disagree about, and what a client router might follow. The whole table is a unit test. */
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

test.beforeEach(async ({ page }) => {
  await page.context().route(
    (url) => url.hostname.includes("evil"),
    () => expect("a request to evil.tld", "nothing leaves this site").toBe("none"),
  );
  page.on("dialog", () => expect("a dialog", "no script runs").toBe("none"));
});

test("whatever `to` says, a visitor who is signed in stays on this site (REDIR-01)", async ({ page }) => {
  await signIn(page, await person());
  for (const to of HOSTILE) {
    const answer = await page.goto(`/login?to=${encodeURIComponent(to)}`);
    expect(answer?.status(), to).toBe(200);
    await expect(page, to).toHaveURL("/dashboard");
  }
  await page.goto("/login?to=/account&to=//evil.tld");
  await expect(page).toHaveURL("/dashboard");
  await page.goto("/login?to[]=//evil.tld");
  await expect(page).toHaveURL("/dashboard");
});

test("a `to` that was put into the form leads nowhere else after signing in (REDIR-01)", async ({ page }) => {
  const user = await person();
  await page.goto("/login?to=/account");
  await submitLogin(page, user.email);
  await expect(page).toHaveURL("/account");
  const device = await page.context().cookies();
  for (const to of HOSTILE.filter((_, index) => index % 2 === 0)) {
    await page.context().clearCookies();
    await page.context().addCookies(device.filter(({ name }) => name.endsWith("device")));
    await page.goto("/login?to=/account");
    await page
      .locator('input[name="to"]')
      .first()
      .evaluate((input, value) => input.setAttribute("value", value), to);
    await submitLogin(page, user.email);
    await expect(page, to).toHaveURL("/dashboard");
    await expect(menuButton(page)).toBeVisible();
  }
});

test("nor after registering and proving the address (REDIR-04)", async ({ page, resend }) => {
  for (const to of ["/\\evil.tld", "//evil.tld", "/\t/evil.tld"]) {
    const email = newAddress();
    await page.context().clearCookies();
    await page.goto("/register?to=/account");
    await page
      .locator('input[name="to"]')
      .first()
      .evaluate((input, value) => input.setAttribute("value", value), to);
    await submitRegistration(page, email, PASSWORD);
    await expect(page, to).toHaveURL("/verify-email");
    const { code } = await resend.waitForMail(email);
    await page.getByLabel("Code").fill(code ?? "");
    await page.getByRole("button", { name: "Confirm" }).click();
    await expect(page, to).toHaveURL("/dashboard");
  }
});

test("no link and no hidden field of a page carries it on (REDIR-04, XSS-05)", async ({ page }) => {
  const origin = process.env.APP_URL ?? "";
  const query = (to: string) =>
    ["to", "redirectTo", "callbackUrl", "next"].map((key) => `${key}=${encodeURIComponent(to)}`).join("&");
  for (const to of ["//evil.tld", "/\\evil.tld", 'javascript:alert("xss")', '"><script>alert(1)</script>']) {
    for (const path of ["/login", "/register", "/forgot-password", "/verify-email", "/reset-password"]) {
      await page.goto(`${path}?${query(to)}&email=${encodeURIComponent('"><script>alert(1)</script>')}`);
      const places = await page.evaluate(() => [
        ...[...document.querySelectorAll("a")].map(({ href }) => href),
        ...[...document.querySelectorAll<HTMLInputElement>('input[type="hidden"][name="to"]')].map(
          ({ value }) => value,
        ),
      ]);
      for (const place of places) {
        expect(new URL(place, origin).origin, `${path} ${to}`).toBe(origin);
        expect(place).not.toMatch(/evil|alert/);
      }
    }
  }
});

test("no word of an address is put on the page (XSS-01)", async ({ page }) => {
  const payload = "<img src=x onerror=alert(1)>";
  for (const path of ["/login", "/register", "/forgot-password", "/verify-email", "/reset-password"]) {
    const names = ["error", "error_description", "message", "code", "email", "token"];
    await page.goto(`${path}?${new URLSearchParams(names.map((name) => [name, payload]))}`);
    expect(await page.locator("body").innerHTML()).not.toContain("<img");
    await expect(page.locator("body")).not.toContainText("onerror");
  }
});
