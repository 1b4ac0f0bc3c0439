import { expect } from "@playwright/test";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { alert, heading, menuButton, sessionCookie, setCookie, signIn, submitLogin, test } from "@/tests/support/pages";
import { disabledUser, PASSWORD, unverifiedUser, verifiedUser } from "@/tests/support/people";

const DAY_SECONDS = 24 * 60 * 60;

test("the right password leads to the dashboard, whose header knows who came", { tag: ["@phone", "@no-js"] }, async ({
  page,
}) => {
  const user = await verifiedUser({ name: "Alice Carroll" });
  await page.goto("/login");
  await submitLogin(page, user.email);
  await expect(page).toHaveURL("/dashboard");
  await expect(heading(page, "Hello, Alice Carroll")).toBeVisible();
  await expect(menuButton(page)).toContainText("Alice Carroll");
  await expect(menuButton(page)).toContainText("AC");
});

test("any spelling of the address in case and spaces signs in", async ({ page }) => {
  const user = await verifiedUser();
  await page.goto("/login");
  await submitLogin(page, `  ${user.email.toUpperCase()} `);
  await expect(page).toHaveURL("/dashboard");
});

test("a wrong password is told once, the address stays, the password goes and gets the focus", {
  tag: ["@phone", "@no-js"],
}, async ({ page }) => {
  const user = await verifiedUser();
  await page.goto("/login");
  await page.getByLabel("Remember me").check();
  await submitLogin(page, user.email, "not-the-password");
  await expect(alert(page)).toHaveText("Invalid email or password.");
  await expect(page.getByLabel("Email")).toHaveValue(user.email);
  await expect(page.getByLabel("Password")).toHaveValue("");
  await expect(page.getByLabel("Password")).toBeFocused();
  await expect(page.getByLabel("Remember me")).toBeChecked();
  expect(await sessionCookie(page)).toBeUndefined();

  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByLabel("Password").press("Enter");
  await expect(page).toHaveURL("/dashboard");
});

test("without “Remember me” the cookie ends with the browser, with it after 30 days", {
  tag: "@no-js",
}, async ({ page }) => {
  const user = await verifiedUser();
  await page.goto("/login");
  await submitLogin(page, user.email);
  await expect(page).toHaveURL("/dashboard");
  expect(await sessionCookie(page)).toMatchObject({ expires: -1, httpOnly: true, sameSite: "Lax", path: "/" });

  await page.context().clearCookies();
  await page.goto("/login");
  await page.getByLabel("Remember me").check();
  await submitLogin(page, user.email);
  await expect(page).toHaveURL("/dashboard");
  const days = (((await sessionCookie(page))?.expires ?? 0) - Date.now() / 1000) / DAY_SECONDS;
  expect(days).toBeGreaterThan(29.9);
  expect(days).toBeLessThan(30.1);
});

test("a cookie planted before signing in is worth nothing after", async ({ page }) => {
  const user = await verifiedUser();
  await page.goto("/login");
  await setCookie(page, SESSION_COOKIE(), "attackerchosen");
  await submitLogin(page, user.email);
  await expect(page).toHaveURL("/dashboard");
  expect((await sessionCookie(page))?.value).not.toBe("attackerchosen");
});

test("signing in as somebody else leaves nothing of the first person", async ({ page, newVisitor }) => {
  const [alice, bob] = [await verifiedUser({ name: "Alice" }), await verifiedUser({ name: "Bob" })];
  const late = await page.context().newPage();
  await late.goto("/login");
  await page.goto("/login");
  await submitLogin(page, alice.email);
  await expect(menuButton(page)).toContainText("Alice");
  const former = await sessionCookie(page);

  await submitLogin(late, bob.email);
  await expect(menuButton(late)).toContainText("Bob");
  await page.goto("/dashboard");
  await expect(page.getByRole("banner")).toContainText("Bob");
  await expect(page.locator("body")).not.toContainText("Alice");

  const elsewhere = await newVisitor();
  await setCookie(elsewhere, SESSION_COOKIE(), former?.value ?? "");
  await elsewhere.goto("/dashboard");
  await expect(elsewhere).toHaveURL(/\/login/);
});

test("an address that is not proved yet leads to the page for the code", { tag: "@no-js" }, async ({
  page,
  resend,
}) => {
  const ursula = await unverifiedUser();
  await page.goto("/login");
  await submitLogin(page, ursula.email, "not-the-password");
  await expect(alert(page)).toHaveText("Invalid email or password.");
  await submitLogin(page, ursula.email);
  await expect(page).toHaveURL("/verify-email");
  expect(await sessionCookie(page)).toBeUndefined();
  const { code } = await resend.waitForMail(ursula.email);
  await page.getByLabel("Code").fill(code ?? "");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page).toHaveURL("/dashboard");
  expect(await resend.mails(ursula.email)).toHaveLength(1);
});

test("a disabled user is told so, and is not signed in", { tag: "@no-js" }, async ({ page }) => {
  const user = await disabledUser();
  await page.goto("/login");
  await submitLogin(page, user.email);
  await expect(alert(page)).toContainText("disabled");
  expect(await sessionCookie(page)).toBeUndefined();
});

test("too many wrong passwords: the page says when to come back, and the right one waits too", {
  tag: "@no-js",
}, async ({ page }) => {
  const user = await verifiedUser();
  await page.goto("/login");
  for (let tries = 0; tries < 10; tries++) {
    await submitLogin(page, user.email, `not-the-password-${tries}`);
    await expect(page.getByLabel("Password")).toHaveValue("");
    await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  }
  await submitLogin(page, user.email);
  await expect(alert(page)).toHaveText(/Too many attempts\. Try again in (1 minute|\d+ seconds)\./);
  await expect(page.getByLabel("Email")).toHaveValue(user.email);
});

test("somebody who is signed in does not see the sign-in page again", async ({ page }) => {
  await signIn(page, await verifiedUser());
  for (const path of ["/login", "/register", "/"]) {
    await page.goto(path);
    await expect(page).toHaveURL("/dashboard");
  }
});

test("the device that signed in is known: its owner is told once, about the first sign-in", async ({
  page,
  resend,
}) => {
  const user = await verifiedUser();
  await page.goto("/login");
  await submitLogin(page, user.email);
  await expect(page).toHaveURL("/dashboard");
  await resend.waitForMail(user.email, { subject: /New sign-in/ });
  await menuButton(page).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/login/);
  await submitLogin(page, user.email);
  await expect(page).toHaveURL("/dashboard");
  expect(await resend.mails(user.email)).toHaveLength(1);
});
