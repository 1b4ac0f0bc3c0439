import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { db } from "@/lib/db";
import { expect, test } from "../support/e2e";
import { agreeAs, PROVIDER_NAME } from "../support/oidc-provider";
import { PASSWORD, verifiedUser } from "../support/people";

const CONTINUE = { name: `Continue with ${PROVIDER_NAME}` };
const PICTURE = "https://images.example.com/alice.png";
const newEmail = () => `${randomUUID().slice(0, 8)}@example.com`;

const continueAtLogin = async (page: Page, to = "") => {
  await page.goto(`/login${to && `?to=${to}`}`);
  await page.getByRole("button", CONTINUE).click();
};

/** Without JavaScript the page that people come back to has to be sent on by hand. */
const comeBack = async (page: Page) => {
  if (test.info().project.use.javaScriptEnabled !== false) return;
  await page.waitForURL(/\/callback\/oidc\?code/);
  await page.getByRole("button", { name: "Continue" }).click();
};

const signInByPassword = async (page: Page, email: string) => {
  await page.waitForURL(/\/login/);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
};

test("a new person is signed in where they wanted to go, with name and picture @no-js @phone", async ({ page }) => {
  await page.route(PICTURE, (route) => route.fulfill({ contentType: "image/png", body: PIXEL }));
  const email = newEmail();
  await continueAtLogin(page, "/account");
  await agreeAs(page, { email, name: "Alice Example", picture: PICTURE });
  await comeBack(page);
  await expect(page).toHaveURL("/account");
  await expect(page.getByRole("banner").getByRole("button")).toContainText("Alice Example");
  await expect(page.getByRole("banner").locator(`img[src="${PICTURE}"]`)).toBeAttached();
  expect(await db.user.findUniqueOrThrow({ where: { email } })).toMatchObject({ name: "Alice Example" });
  // Without JavaScript the history keeps the address; the code in it is spent.
  await page.goBack();
  if (test.info().project.name !== "no-js") expect(page.url()).not.toContain("code=");
});

test("who cancels is told so and can start again, to the same place @no-js", async ({ page }) => {
  await continueAtLogin(page, "/account");
  await page.getByRole("button", { name: "Cancel" }).click();
  if (test.info().project.name === "no-js") await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: "You cancelled the sign-in" })).toBeVisible();
  expect(new URL(page.url()).searchParams.get("state")).toBeNull();
  await page.getByRole("button", CONTINUE).click();
  await agreeAs(page, { email: newEmail() });
  await comeBack(page);
  await expect(page).toHaveURL("/account");

  await page.context().clearCookies();
  await page.goto("/login");
  const isScripted = test.info().project.name !== "no-js";
  await expect(page.getByText("Last used")).toHaveCount(isScripted ? 1 : 0);
});

test("an email that is not confirmed there makes no account here", async ({ page }) => {
  const email = newEmail();
  await continueAtLogin(page);
  await agreeAs(page, { email, confirmed: false });
  await expect(page.getByRole("heading", { name: "There is no confirmed email" })).toBeVisible();
  expect(await db.user.findUnique({ where: { email } })).toBeNull();
});

test("the address that people come back to works once, in the browser that began @no-js-only", async ({
  page,
  browser,
}) => {
  await continueAtLogin(page);
  await agreeAs(page, { email: newEmail() });
  await page.waitForURL(/\/callback\/oidc\?code/);
  const address = page.url();

  const stranger = await (await browser.newContext({ javaScriptEnabled: true })).newPage();
  await stranger.goto(address);
  await expect(stranger.getByRole("heading", { name: "This sign-in is no longer valid" })).toBeVisible();
  expect(stranger.url()).not.toContain("code=");
  expect((await stranger.context().cookies()).map(({ name }) => name)).not.toContain("authjs.session-token");
  await stranger.context().close();

  await comeBack(page);
  await expect(page).toHaveURL("/dashboard");
  await page.goto(address);
  await comeBack(page);
  await expect(page.getByRole("heading", { name: "This sign-in is no longer valid" })).toBeVisible();
  await page.getByRole("link", { name: "Back to your account" }).click();
  await expect(page).toHaveURL("/account/security");
});

test("an account with that email is linked after signing in once @no-js", async ({ page, resend }) => {
  const { email } = await verifiedUser();
  await continueAtLogin(page);
  await agreeAs(page, { email });
  await comeBack(page);
  await expect(page.getByRole("heading", { name: "You already have an account" })).toBeVisible();
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInByPassword(page, email);
  await expect(page.getByText(`${PROVIDER_NAME} is connected`)).toBeVisible();
  await resend.waitForMail(email, { subject: "A way to sign in was added" });

  await page.context().clearCookies();
  await continueAtLogin(page);
  await agreeAs(page, { email });
  await comeBack(page);
  await expect(page).toHaveURL("/dashboard");
});

test("an account is connected, and disconnected unless it is the last way in @no-js", async ({ page }) => {
  const { id, email } = await verifiedUser();
  await page.goto("/login?to=/account/security");
  await signInByPassword(page, email);
  await page.getByRole("button", { name: `Connect ${PROVIDER_NAME}` }).click();
  await agreeAs(page, { email: newEmail() });
  await comeBack(page);
  await expect(page.getByText(`${PROVIDER_NAME} is connected`)).toBeVisible();

  await db.credential.delete({ where: { userId: id } });
  await page.getByRole("button", { name: "Disconnect" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "only way to sign in" })).toBeVisible();
  await db.credential.create({ data: { userId: id, passwordHash: "anything" } });
  await page.getByRole("button", { name: "Disconnect" }).click();
  await expect(page.getByRole("button", { name: `Connect ${PROVIDER_NAME}` })).toBeVisible();
});

test("connecting asks for a sign-in that is not long ago", async ({ page }) => {
  const { id, email } = await verifiedUser();
  await page.goto("/login?to=/account/security");
  await signInByPassword(page, email);
  await expect(page.getByRole("button", { name: `Connect ${PROVIDER_NAME}` })).toBeVisible();
  const elevenMinutesAgo = new Date(Date.now() - 11 * 60_000);
  await db.session.updateMany({ where: { userId: id }, data: { authenticatedAt: elevenMinutesAgo } });
  await page.reload();
  await expect(page.getByRole("button", { name: `Connect ${PROVIDER_NAME}` })).toBeHidden();
  const section = page.getByRole("region", { name: "Connected accounts" });
  await section.getByRole("link", { name: "Confirm that it is you" }).click();
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page).toHaveURL(/\/account\/security#connected-accounts$/);
  await expect(page.getByRole("button", { name: `Connect ${PROVIDER_NAME}` })).toBeVisible();
});

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
