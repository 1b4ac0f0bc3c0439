import { expect } from "@playwright/test";
import { menuButton, newAddress, signIn, submitLogin, submitRegistration, test } from "@/tests/support/pages";
import { PASSWORD, verifiedUser } from "@/tests/support/people";

/** What the browser itself might follow. What the server answers to all others is tested without one. */
const HOSTILE = ["//evil.tld", "/\\evil.tld", "/\t/evil.tld", "javascript:alert(1)"];

test.beforeEach(async ({ page }) => {
  await page.context().route(
    (url) => url.hostname.includes("evil"),
    () => expect("a request to evil.tld", "nothing leaves this site").toBe("none"),
  );
  page.on("dialog", () => expect("a dialog", "no script runs").toBe("none"));
});

test("whatever `to` says, a visitor who is signed in stays on this site", async ({ page }) => {
  await signIn(page, await verifiedUser());
  for (const to of HOSTILE) {
    const answer = await page.goto(`/login?to=${encodeURIComponent(to)}`);
    expect(answer?.status(), to).toBe(200);
    await expect(page, to).toHaveURL("/dashboard");
  }
});

test("a `to` that was put into the form leads nowhere else after signing in", async ({ page }) => {
  const user = await verifiedUser();
  // The passkey ceremony that begins by itself has the page rendered anew, and with it the form's own `to`.
  await page.addInitScript(() => Reflect.deleteProperty(window, "PublicKeyCredential"));
  await page.goto("/login?to=/account");
  await submitLogin(page, user.email);
  await expect(page).toHaveURL("/account");
  const device = await page.context().cookies();
  for (const to of HOSTILE) {
    await page.context().clearCookies();
    await page.context().addCookies(device.filter(({ name }) => name.endsWith("device")));
    await page.goto("/login?to=/account");
    // Until a page is hydrated, React puts back what it has rendered.
    await expect(page.getByRole("button", { name: "Show" })).toBeVisible();
    await page
      .locator('input[name="to"]')
      .first()
      .evaluate((input, value) => input.setAttribute("value", value), to);
    await submitLogin(page, user.email);
    await expect(page, to).toHaveURL("/dashboard");
    await expect(menuButton(page)).toBeVisible();
  }
});

test("nor after registering and proving the address", async ({ page, resend }) => {
  const email = newAddress();
  await page.goto("/register?to=/account");
  await expect(page.getByRole("button", { name: "Show" })).toBeVisible();
  await page
    .locator('input[name="to"]')
    .first()
    .evaluate((input) => input.setAttribute("value", "//evil.tld"));
  await submitRegistration(page, email, PASSWORD);
  await expect(page).toHaveURL("/verify-email");
  const { code } = await resend.waitForMail(email);
  await page.getByLabel("Code").fill(code ?? "");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page).toHaveURL("/dashboard");
});

test("no word of an address is put on the page", async ({ page }) => {
  const payload = "<img src=x onerror=alert(1)>";
  for (const path of ["/login", "/register", "/forgot-password", "/verify-email", "/reset-password"]) {
    const names = ["error", "error_description", "message", "code", "email", "token"];
    await page.goto(`${path}?${new URLSearchParams(names.map((name) => [name, payload]))}`);
    expect(await page.locator("body").innerHTML()).not.toContain("<img");
    await expect(page.locator("body")).not.toContainText("onerror");
  }
});
