import { readFile } from "node:fs/promises";
import { expect, type Page } from "@playwright/test";
import { db } from "@/lib/db";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { setCookie, signIn, test, tokenLink } from "@/tests/support/pages";
import { other, PASSWORD, session, storedHash, verifiedUser } from "@/tests/support/people";

const section = (page: Page, name: string) => page.getByRole("region", { name });
const STALE = { authenticatedAt: new Date(Date.now() - 11 * 60_000) };

test("a person sees a stranger's sign-in, says that it was not them, and sets a new password by the mailed link", {
  tag: ["@phone", "@no-js"],
}, async ({ page, newVisitor, resend }) => {
  const user = await verifiedUser();
  const thief = await newVisitor();
  await setCookie(thief, SESSION_COOKIE(), (await session(user)).token);
  await signIn(page, user);
  await db.session.updateMany({ where: { userId: user.id }, data: STALE });

  await page.goto("/account/devices");
  const rows = section(page, "Activity").getByRole("listitem");
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText("Signed in from Firefox on Linux");
  await expect(rows.first()).toContainText("This device");
  await expect(rows.first().getByRole("link")).toHaveCount(0);
  await rows.nth(1).getByRole("link", { name: "This was not me" }).click();

  await expect(page.getByRole("heading", { name: "This was not me" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText(user.email);
  await expect(page.getByRole("button", { name: "Sign out everywhere" })).toHaveCount(0);
  await page.getByRole("link", { name: "Confirm that it is you" }).click();
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("heading", { name: "This was not me" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("Signed in from Firefox on Linux");
  expect(await storedHash(user.id), "nothing has happened so far").toBeDefined();

  await page.getByRole("button", { name: "Sign out everywhere and email me a link" }).click();
  await expect(page).toHaveURL("/login?message=disowned");
  await expect(page.getByRole("status")).toContainText("Open the link we emailed you");
  await thief.goto("/account");
  await expect(thief).toHaveURL(/\/login/);
  expect(await storedHash(user.id)).toBeUndefined();

  const mail = await resend.waitForMail(user.email, { subject: "Reset your password" });
  await page.goto(tokenLink(mail));
  await page.getByLabel("New password").fill(other());
  await page.getByLabel("Confirm password").fill(other());
  await page.getByRole("button", { name: "Set new password" }).click();
  await expect(page).toHaveURL(/\/login\?message=reset/);
});

test("activity is walked page by page, and back", { tag: "@no-js" }, async ({ page }) => {
  const user = await verifiedUser();
  const at = Date.now() - 1_000;
  const events = Array.from({ length: 30 }, (_, index) => ({
    ...{ userId: user.id, type: "password.changed", createdAt: new Date(at - index) },
  }));
  await db.securityEvent.createMany({ data: events });
  await signIn(page, user);
  await page.goto("/account/devices");
  await expect(section(page, "Activity").getByRole("listitem")).toHaveCount(5);
  await page.getByRole("link", { name: "See all activity" }).click();
  await expect(page).toHaveURL("/account/activity");
  await expect(page.getByRole("listitem")).toHaveCount(25);
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page.getByRole("listitem")).toHaveCount(6);
  await expect(page.getByRole("link", { name: "Older" })).toHaveCount(0);
  await page.getByRole("link", { name: "Newest" }).click();
  await expect(page.getByRole("listitem").first()).toContainText("Signed in");
});

test("a person confirms that it is them, and downloads their data", { tag: "@no-js" }, async ({ page, resend }) => {
  const user = await verifiedUser({ name: "Alice Carroll" });
  await signIn(page, user);
  await db.session.updateMany({ where: { userId: user.id }, data: STALE });
  await page.goto("/account/data");
  await section(page, "Your data").getByRole("link", { name: "Confirm that it is you" }).click();
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page).toHaveURL("/account/data#your-data");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    section(page, "Your data").getByRole("button", { name: "Download your data" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^account-data-[\d-]{10}\.json$/);
  const data = JSON.parse(await readFile(await download.path(), "utf8"));
  expect(data.user).toMatchObject({ email: user.email, name: "Alice Carroll" });
  expect(data.securityEvents.length).toBeGreaterThan(0);
  await resend.waitForMail(user.email, { subject: "Your data was downloaded" });
});
