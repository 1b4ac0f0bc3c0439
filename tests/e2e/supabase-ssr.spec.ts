import { randomUUID } from "node:crypto";
import { expect, test } from "../support/e2e";
import { agreeAs } from "../support/oidc-provider";
import { startSsrApp } from "./supabase-ssr-app";

let app: Awaited<ReturnType<typeof startSsrApp>>;
test.beforeAll(async () => {
  app = await startSsrApp(process.env.APP_URL ?? "");
});
test.afterAll(() => app.close());

const newEmail = () => `${randomUUID().slice(0, 8)}@example.com`;

test("an app with @supabase/ssr signs people in by a mailed link, and out", async ({ page, resend }) => {
  const email = newEmail();
  await page.goto(`${app.url}/private`);
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Email me a link" }).click();
  await expect(page.getByText("Check your inbox")).toBeVisible();

  const { links } = await resend.waitForMail(email, { subject: /sign in/i });
  await page.goto(links.find((link) => link.includes("token=")) ?? "");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: email })).toBeVisible();
  // The session is the app's alone: its tokens were in no address, and the site itself has none.
  expect(page.url()).toBe(`${app.url}/private`);
  await page.goto(`${process.env.APP_URL}/dashboard`);
  await expect(page).toHaveURL(/\/login/);

  await page.goto(`${app.url}/private`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.goto(`${app.url}/private`);
  await expect(page.getByRole("heading", { name: "Hello" })).toBeVisible();
});

test("and by a provider; the code is worth nothing in another browser", async ({ page, browser }) => {
  const email = newEmail();
  await page.goto(app.url);
  let code = "";
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.href.startsWith(`${app.url}/auth/callback`)) code = url.searchParams.get("code") ?? "";
  });
  await page.getByRole("link", { name: "Continue with the provider" }).click();
  await agreeAs(page, { email, name: "Alice" });
  await expect(page.getByRole("heading", { name: email })).toBeVisible();
  expect(code).toBeTruthy();

  const other = await (await browser.newContext()).newPage();
  await other.goto(`${app.url}/auth/callback?code=${code}`);
  await expect(other.getByRole("heading", { name: "Hello" })).toBeVisible();
});
