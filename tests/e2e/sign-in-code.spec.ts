import { expect, type Page } from "@playwright/test";
import { db } from "@/lib/db";
import { alert, heading, newAddress, sessionCookie, signIn, test, tokenLink } from "@/tests/support/pages";
import { providerUser, verifiedUser } from "@/tests/support/people";

const MAIL = { subject: "Your code to sign in" };

/** From the sign-in page to the page where the code is typed. */
async function askForCode(page: Page, email: string, from = "/login"): Promise<void> {
  await page.goto(from);
  await page.getByRole("link", { name: "Email me a code" }).click();
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Email me a code" }).click();
  await expect(page).toHaveURL("/sign-in-code");
  await expect(heading(page, "Check your inbox")).toBeVisible();
}

test("a person without a password signs in by a code, and lands where they wanted to go", {
  tag: ["@phone", "@no-js"],
}, async ({ page, resend }) => {
  const alice = await providerUser();
  await page.goto("/account");
  await askForCode(page, alice.email, page.url());
  await expect(page.getByRole("main")).toContainText(alice.email);
  await expect(page.getByLabel("Code")).toBeFocused();
  await page.getByLabel("Code").fill("12345");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("Code")).toHaveAccessibleDescription("Enter the six digits from the email.");

  const { code } = await resend.waitForMail(alice.email, MAIL);
  await page.getByLabel("Code").fill(`${code?.slice(0, 3)} ${code?.slice(3)}`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/account");
});

test("the field takes a pasted code with a space, brings up digits, and phones know it", { tag: "@phone" }, async ({
  page,
  resend,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const alice = await verifiedUser();
  await askForCode(page, alice.email);
  const field = page.getByLabel("Code");
  await expect(field).toHaveAttribute("autocomplete", "one-time-code");
  await expect(field).toHaveAttribute("inputmode", "numeric");
  await expect(field).toHaveAttribute("enterkeyhint", "go");
  const { code = "" } = await resend.waitForMail(alice.email, MAIL);
  await page.evaluate((text) => navigator.clipboard.writeText(text), `${code?.slice(0, 3)} ${code?.slice(3)}`);
  await field.press("ControlOrMeta+v");
  await field.press("Enter");
  await expect(page).toHaveURL("/dashboard");
});

test("the link, opened in another browser, says who asked and signs in that browser alone", { tag: "@no-js" }, async ({
  page,
  newVisitor,
  resend,
}) => {
  const alice = await verifiedUser();
  await askForCode(page, alice.email);
  const link = tokenLink(await resend.waitForMail(alice.email, MAIL));

  const elsewhere = await newVisitor();
  for (let look = 0; look < 2; look++) await elsewhere.goto(link);
  await expect(elsewhere.getByRole("status")).toContainText("Chrome on ");
  await expect(elsewhere.getByRole("status")).toContainText(/ at 10\.\d+\.\d+\.\d+\. It signs in this browser/);
  await expect(elsewhere.getByRole("main")).toContainText(alice.email);
  expect(await db.session.count({ where: { userId: alice.id } }), "opening a link signs nobody in").toBe(0);
  await elsewhere.getByRole("button", { name: "Sign in" }).click();
  await expect(elsewhere).toHaveURL("/dashboard");

  expect(await sessionCookie(page)).toBeUndefined();
  await page.goto("/dashboard");
  await expect(page).toHaveURL(/\/login/);
  await page.goto(link);
  await expect(heading(page, "This link no longer works")).toBeVisible();
});

test("the link, opened where it was asked for, takes one press and no warning; the token leaves the address bar", async ({
  page,
  resend,
}) => {
  const alice = await verifiedUser();
  await askForCode(page, alice.email, "/login?to=/account");
  const link = tokenLink(await resend.waitForMail(alice.email, MAIL));
  const answer = await page.goto(link);
  expect(answer?.headers()).toMatchObject({
    "referrer-policy": "no-referrer",
    "cache-control": expect.stringContaining("no-store"),
  });
  await expect(page).toHaveURL("/sign-in-code");
  await expect(page.getByRole("status")).toHaveCount(0);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/account");
});

test("a person who is signed in as another is told that this ends", async ({ page, newVisitor, resend }) => {
  const [alice, bob] = [await verifiedUser(), await verifiedUser()];
  await askForCode(await newVisitor(), alice.email);
  await signIn(page, bob);
  await page.goto(tokenLink(await resend.waitForMail(alice.email, MAIL)));
  await expect(page.getByRole("main")).toContainText(`${bob.email} is signed out here.`);
});

test("an unknown address is answered with the same pages, and nothing is sent", { tag: "@no-js" }, async ({
  page,
  resend,
}) => {
  const [alice, ghost] = [await verifiedUser(), newAddress()];
  const seen: string[] = [];
  for (const email of [ghost, alice.email]) {
    await page.context().clearCookies();
    await askForCode(page, email);
    const look = async () => (await page.getByRole("main").ariaSnapshot()).replaceAll(email, "…").replace(/\d+/g, "0");
    seen.push(await look());
    await page.getByLabel("Code").fill("000000");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(alert(page).first()).toBeAttached();
    seen.push(await look());
  }
  expect(seen.slice(2)).toEqual(seen.slice(0, 2));
  await resend.waitForMail(alice.email, MAIL);
  expect(await resend.mails(ghost)).toEqual([]);
});

test("another code replaces the first, after a wait that is told", { tag: "@no-js" }, async ({
  page,
  resend,
  forgetMails,
}) => {
  const alice = await verifiedUser();
  await askForCode(page, alice.email);
  const first = await resend.waitForMail(alice.email, MAIL);
  await page.getByRole("button", { name: "Send another code" }).click();
  await expect(alert(page)).toContainText("Too many attempts. Try again in");
  await forgetMails({ budget: "sign-in", email: alice.email });
  await page.getByRole("button", { name: "Send another code" }).click();
  await expect(page.getByText("Another code is on its way. The one before no longer works.")).toBeVisible();
  const second = await resend.waitForMail(alice.email, { ...MAIL, after: first.at + 1 });
  await page.getByLabel("Code").fill(first.code ?? "");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("Code")).toHaveAccessibleDescription(/That code is not right/);
  await page.getByLabel("Code").fill(second.code ?? "");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/dashboard");
});

test("without a code under way one is asked for; with one, there is another way", { tag: "@no-js" }, async ({
  page,
}) => {
  await page.goto("/sign-in-code");
  await expect(page).toHaveURL("/sign-in-code/address");
  await askForCode(page, newAddress(), "/login?to=/account");
  await page.getByRole("link", { name: "Sign in another way" }).click();
  await expect(page).toHaveURL("/login?to=%2Faccount");
});
