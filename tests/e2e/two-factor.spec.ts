import { expect, type Page } from "@playwright/test";
import { db } from "@/lib/db";
import { addAuthenticator, totpCode, wrongCode } from "@/tests/support/factors";
import { alert, heading, menuButton, signIn, submitLogin, test } from "@/tests/support/pages";
import { providerUser, verifiedUser } from "@/tests/support/people";

async function signOut(page: Page): Promise<void> {
  await page.context().clearCookies();
}

async function enterCode(page: Page, code: string): Promise<void> {
  await page.getByLabel("Code", { exact: true }).fill(code);
  await page.getByRole("button", { name: "Confirm" }).click();
}

async function beginSetUp(page: Page): Promise<void> {
  await expect(heading(page, "Set up two-step sign-in")).toBeVisible();
  await page.getByRole("button", { name: "Set up an authenticator app" }).click();
}

/** Confirms the app of which the page shows the QR code. @returns its secret, and the recovery codes. */
async function confirmSetUp(page: Page, scripted = true): Promise<{ secret: string; codes: string[] }> {
  await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
  const href = (await page.getByRole("link", { name: "Open your app" }).getAttribute("href")) ?? "";
  const secret = new URL(href).searchParams.get("secret") ?? "";
  const shown = (await page.getByRole("main").textContent())?.replace(/\s/g, "");
  expect(shown).toContain(secret);
  await page.getByLabel("Code", { exact: true }).fill(totpCode(secret));
  // With JavaScript six digits send themselves.
  if (!scripted) await page.getByRole("button", { name: "Confirm" }).click();
  await expect(heading(page, "Save your recovery codes")).toBeVisible();
  const codes = await page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem").allTextContents();
  return { secret, codes };
}

/** Sets an app up from the account page. */
async function setUp(page: Page, scripted = true): Promise<{ secret: string; codes: string[] }> {
  await page.getByRole("link", { name: "Set up an authenticator app" }).click();
  await beginSetUp(page);
  return confirmSetUp(page, scripted);
}

test("an app is set up, asked for at the next sign-in, and stood in for by a recovery code", {
  tag: ["@phone", "@no-js"],
}, async ({ page, resend, javaScriptEnabled }) => {
  const alice = await verifiedUser();
  await signIn(page, alice);
  await page.goto("/account/security");
  const { secret, codes } = await setUp(page, javaScriptEnabled);
  expect(new Set(codes).size).toBe(10);
  await resend.waitForMail(alice.email, { subject: "Two-step sign-in is on" });
  await page.getByRole("link", { name: "I have saved them" }).click();
  await expect(page.getByRole("region", { name: "Two-step sign-in" })).toContainText("10 recovery codes are left");
  const { secret: sealed } = await db.authenticator.findFirstOrThrow({ where: { userId: alice.id } });
  const sent = await (await page.request.get("/account/security")).text();
  expect(sent.includes(sealed), "a secret is sent to the browser").toBe(false);

  await signOut(page);
  await page.goto("/account");
  await expect(page).toHaveURL(/\/login\?to=%2Faccount/);
  await submitLogin(page, alice.email);
  await expect(heading(page, "Confirm that it is you")).toBeVisible();
  await page.goto("/account");
  await expect(page, "a session that owes the factor opens nothing").toHaveURL(/\/two-factor\?to=%2Faccount/);
  await enterCode(page, wrongCode(secret));
  await expect(page.locator("[data-error]")).toContainText("That code is not right");
  // The code that confirmed the app is used up.
  await enterCode(page, totpCode(secret, 1));
  await expect(page).toHaveURL("/account");
  await expect(menuButton(page)).toBeVisible();

  await signOut(page);
  await page.goto("/login");
  await submitLogin(page, alice.email);
  await page.getByRole("link", { name: "Use a recovery code" }).click();
  await page.getByLabel("Recovery code").fill((codes[0] ?? "").toLowerCase());
  await page.getByLabel("Don’t ask again").check();
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page).toHaveURL(/\/dashboard$/);
});

test("a device that is remembered is asked no more, and no other person's factor is", async ({ page }) => {
  const [alice, bob] = [await verifiedUser(), await verifiedUser()];
  const { secret } = await addAuthenticator(alice);
  await addAuthenticator(bob);
  await page.goto("/login");
  await submitLogin(page, alice.email);
  await page.getByLabel("Don’t ask again").check();
  await enterCode(page, totpCode(secret));
  await expect(page).toHaveURL(/\/dashboard$/);
  const remembered = (await page.context().cookies()).filter(({ name }) => /remembered/.test(name));
  expect(remembered).toMatchObject([{ httpOnly: true, sameSite: "Lax" }]);
  await page.context().clearCookies({ name: /session-token/ });

  await page.goto("/login");
  await submitLogin(page, bob.email);
  await expect(heading(page, "Confirm that it is you")).toBeVisible();
  await page.getByRole("button", { name: "Sign in as someone else" }).click();
  await expect(heading(page, "Sign in")).toBeVisible();
  await submitLogin(page, alice.email);
  await expect(page).toHaveURL(/\/dashboard$/);
});

test("what is sensitive asks for the second factor again, and goes on from there", {
  tag: ["@no-js"],
}, async ({ page, resend }) => {
  const alice = await verifiedUser();
  await signIn(page, alice);
  const { secret } = await addAuthenticator(alice);
  await page.goto("/account/security");
  const section = page.getByRole("region", { name: "Two-step sign-in" });
  await section.getByRole("button", { name: "Remove" }).click();
  await alert(page).getByRole("link", { name: "Confirm that it is you" }).click();
  await enterCode(page, totpCode(secret));
  await expect(page).toHaveURL("/account/security");
  await section.getByRole("button", { name: "Remove" }).click();
  await expect(section).toContainText("Off.");
  await resend.waitForMail(alice.email, { subject: "An authenticator app was removed" });
});

test("who has no second factor is asked for what there is, whatever level the address names", async ({ page }) => {
  const alice = await verifiedUser();
  await signIn(page, alice);
  await db.session.updateMany({ where: { userId: alice.id }, data: { authenticatedAt: new Date(0) } });
  await page.goto("/reauthenticate?level=two");
  await expect(page.getByLabel("Current password")).toBeFocused();
});

test("a person without a password shows who they are by a mailed code, and only then sets up an app", {
  tag: ["@phone", "@no-js"],
}, async ({ page, resend, javaScriptEnabled }) => {
  const alice = await providerUser();
  await signIn(page, alice);
  await db.session.updateMany({ where: { userId: alice.id }, data: { authenticatedAt: new Date(0) } });
  await page.goto("/account/security");
  await page.getByRole("link", { name: "Set up an authenticator app" }).click();
  await expect(heading(page, "Confirm that it is you")).toBeVisible();
  await page.getByRole("button", { name: "Email me a code" }).click();
  const { code } = await resend.waitForMail(alice.email);
  await page.getByLabel("Code", { exact: true }).fill(code ?? "");
  if (!javaScriptEnabled) await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page).toHaveURL("/account/security#two-step");
  await setUp(page, javaScriptEnabled);
});

test("where a second factor is required, the next sign-in leads through setting it up", {
  tag: ["@no-js"],
}, async ({ page, javaScriptEnabled }) => {
  // As the server does where AUTH_REQUIRE_SECOND_FACTOR says so: this run's server asks nobody.
  const alice = await verifiedUser();
  await signIn(page, alice);
  await db.session.updateMany({ where: { userId: alice.id }, data: { owedFactor: "setup" } });
  await page.goto("/account");
  await expect(heading(page, "Set up two-step sign-in")).toBeVisible();
  await beginSetUp(page);
  await confirmSetUp(page, javaScriptEnabled);
  await page.getByRole("link", { name: "I have saved them" }).click();
  await expect(page).toHaveURL(/\/account/);
  await expect(menuButton(page)).toBeVisible();
});
