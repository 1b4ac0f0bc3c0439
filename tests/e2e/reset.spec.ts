import { expect, type Page } from "@playwright/test";
import { db } from "@/lib/db";
import { CEREMONY_COOKIE } from "@/lib/wire/cookies";
import { alert, heading, signIn, submitLogin, test, tokenLink } from "@/tests/support/pages";
import { other, PASSWORD, verifiedUser } from "@/tests/support/people";

async function askForLink(page: Page, email: string): Promise<void> {
  await page.goto("/forgot-password");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send reset link" }).click();
  await expect(heading(page, "Check your inbox")).toBeVisible();
}

async function setPassword(page: Page, password: string, again = password): Promise<void> {
  await page.getByLabel("New password").fill(password);
  await page.getByLabel("Confirm password").fill(again);
  await page.getByRole("button", { name: "Set new password" }).click();
}

test("forgot, link, new password: all sessions end and the new one signs in", {
  tag: ["@phone", "@no-js"],
}, async ({ page, javaScriptEnabled, newVisitor, resend }) => {
  const alice = await verifiedUser();
  const thief = await newVisitor();
  await signIn(thief, alice);
  await thief.goto("/dashboard");

  await page.goto("/login");
  await page.getByRole("link", { name: "Forgot password?" }).click();
  await askForLink(page, alice.email);
  await expect(page.getByRole("main")).toContainText(alice.email);
  if (javaScriptEnabled) await expect(heading(page, "Check your inbox")).toBeFocused();
  const link = tokenLink(await resend.waitForMail(alice.email, { subject: "Reset your password" }));

  await page.goto(link);
  await expect(heading(page, "Set a new password")).toBeVisible();
  if (javaScriptEnabled) await expect(page, "the token leaves the address bar").toHaveURL("/reset-password");
  await setPassword(page, other());
  await expect(page).toHaveURL(/\/login\?message=reset/);
  await expect(page.getByRole("status")).toContainText("Your password is set");
  // The sign-in page begins a ceremony for the browser's list of passkeys.
  expect((await page.context().cookies()).filter(({ name }) => name !== CEREMONY_COOKIE())).toEqual([]);

  await thief.goto("/dashboard");
  await expect(thief).toHaveURL(/\/login/);
  await submitLogin(page, alice.email, PASSWORD);
  await expect(alert(page)).toHaveText("Invalid email or password.");
  await submitLogin(page, alice.email, other());
  await expect(page).toHaveURL("/dashboard");
  await resend.waitForMail(alice.email, { subject: "Your password was changed" });

  await page.goto(link);
  await expect(heading(page, "This link no longer works")).toBeVisible();
});

test("a newer link ends the older one", async ({ page, resend, forgetMails }) => {
  const alice = await verifiedUser();
  await askForLink(page, alice.email);
  const first = await resend.waitForMail(alice.email);
  await forgetMails({ budget: "recovery", email: alice.email });
  await askForLink(page, alice.email);
  await expect.poll(async () => (await resend.mails(alice.email)).length).toBe(2);
  const second = await resend.waitForMail(alice.email, { after: first.at + 1 });

  await page.goto(tokenLink(first));
  await expect(heading(page, "This link no longer works")).toBeVisible();
  await page.goto(tokenLink(second));
  await expect(heading(page, "Set a new password")).toBeVisible();
});

test("an expired link says what to do next", async ({ page, resend }) => {
  const alice = await verifiedUser();
  await askForLink(page, alice.email);
  const link = tokenLink(await resend.waitForMail(alice.email));
  await page.goto(link);
  await expect(heading(page, "Set a new password")).toBeVisible();
  await db.verification.updateMany({ where: { userId: alice.id }, data: { expires: new Date() } });
  await setPassword(page, other());
  await expect(alert(page)).toHaveText("This link no longer works. Ask for a new one.");
  await page.goto(link);
  await expect(heading(page, "This link no longer works")).toBeVisible();
  await page.getByRole("link", { name: "Send a new link" }).click();
  await expect(page.getByLabel("Email")).toBeVisible();
});

test("a refused new password says why, at its field, and the link still works", { tag: "@no-js" }, async ({
  page,
  resend,
}) => {
  const alice = await verifiedUser();
  await askForLink(page, alice.email);
  await page.goto(tokenLink(await resend.waitForMail(alice.email)));

  await setPassword(page, "short");
  await expect(page.getByLabel("New password")).toHaveAccessibleDescription(/at least \d+ characters/);
  await expect(page.getByLabel("New password")).toBeFocused();
  await setPassword(page, other(), other(1));
  await expect(page.getByLabel("Confirm password")).toHaveAccessibleDescription(
    "The passwords do not match. Type them again.",
  );
  await expect(page.getByLabel("Confirm password")).toBeFocused();
  await expect(page.getByLabel("New password")).toHaveValue("");
  await setPassword(page, other());
  await expect(page).toHaveURL(/\/login/);
});
