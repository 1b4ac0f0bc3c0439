import { expect } from "@playwright/test";
import { BRAND } from "@/lib/brand";
import { db } from "@/lib/db";
import {
  alert,
  heading,
  menuButton,
  newAddress,
  sessionCookie,
  submitLogin,
  submitRegistration,
  test,
  tokenLink,
} from "@/tests/support/pages";
import { other, PASSWORD, storedHash, verifiedUser } from "@/tests/support/people";

test("register, type the code, and land where the visitor wanted to go", { tag: ["@phone", "@no-js"] }, async ({
  page,
  resend,
}) => {
  const email = newAddress();
  await page.goto("/account");
  await expect(page).toHaveURL("/login?to=%2Faccount");
  await page.getByRole("link", { name: "Create an account" }).click();
  await submitRegistration(page, email, PASSWORD, "Alice Carroll");
  await expect(page).toHaveURL("/verify-email");
  await expect(heading(page, "Check your inbox")).toBeVisible();
  await expect(page.getByRole("main")).toContainText(email);
  await expect(page.getByLabel("Code")).toBeFocused();

  const { code } = await resend.waitForMail(email, { subject: /Confirm/ });
  await page.getByLabel("Code").fill(code ?? "");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page).toHaveURL("/account");
  await expect(menuButton(page)).toContainText("Alice Carroll");
});

test("the mailed link, opened in the same browser, asks for one press and signs in", { tag: "@no-js" }, async ({
  page,
  resend,
}) => {
  const email = newAddress();
  await page.goto("/register?to=%2Faccount");
  await submitRegistration(page, email);
  await expect(page).toHaveURL("/verify-email");
  const link = tokenLink(await resend.waitForMail(email));

  await page.goto(link);
  await expect(heading(page, "Confirm your email")).toBeVisible();
  await expect(page.getByLabel("Password")).toHaveCount(0);
  expect(await db.user.count({ where: { email } }), "opening a link spends nothing").toBe(0);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page).toHaveURL("/account");

  await page.goto(link);
  await expect(heading(page, "This link no longer works")).toBeVisible();
});

test("in another browser the link asks for the password chosen", { tag: "@no-js" }, async ({
  page,
  newVisitor,
  resend,
}) => {
  const email = newAddress();
  await page.goto("/register");
  await submitRegistration(page, email);
  await expect(page).toHaveURL("/verify-email");
  const link = tokenLink(await resend.waitForMail(email));

  const elsewhere = await newVisitor();
  await elsewhere.goto(link);
  await elsewhere.getByRole("button", { name: "Confirm" }).click();
  await expect(elsewhere.getByLabel("Password")).toBeFocused();
  await elsewhere.getByLabel("Password").fill(other());
  await elsewhere.getByRole("button", { name: "Confirm" }).click();
  await expect(elsewhere.getByText("That is not the password chosen")).toBeVisible();
  await expect(elsewhere.getByLabel("Password")).toHaveValue("");
  expect(await sessionCookie(elsewhere)).toBeUndefined();

  await elsewhere.getByLabel("Password").fill(PASSWORD);
  await elsewhere.getByRole("button", { name: "Confirm" }).click();
  await expect(elsewhere).toHaveURL("/dashboard");

  await page.reload();
  await expect(heading(page, "There is nothing to confirm")).toBeVisible();
  expect(await sessionCookie(page), "the browser that started is not signed in by that").toBeUndefined();
  await page.getByRole("link", { name: "Sign in" }).click();
  await submitLogin(page, email);
  await expect(page).toHaveURL("/dashboard");
});

test("a taken address looks like a free one, and its owner gets a notice", {
  tag: "@no-js",
}, async ({ page, newVisitor, resend }) => {
  const alice = await verifiedUser({ name: "Alice" });
  const before = await storedHash(alice.id);
  const seen: string[] = [];
  for (const [visitor, email] of [
    [page, alice.email],
    [await newVisitor(), newAddress()],
  ] as const) {
    await visitor.goto("/register");
    await submitRegistration(visitor, email, other(), "Mallory");
    await expect(visitor).toHaveURL("/verify-email");
    await expect(visitor.getByLabel("Code")).toBeVisible();
    const text = await visitor.getByRole("main").ariaSnapshot();
    seen.push(text.replaceAll(email, "…").replace(/\d+ s\b/, "… s"));
  }
  expect(seen[1]).toBe(seen[0]);

  await page.getByLabel("Code").fill("123456");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByLabel("Code")).toHaveAttribute("aria-invalid", "true");

  const notice = await resend.waitForMail(alice.email, { subject: "You already have an account" });
  expect(notice.code).toBeNull();
  expect(notice.links.join(" ")).not.toContain("token=");
  expect(notice.html + notice.text).not.toContain("Mallory");
  expect(await storedHash(alice.id)).toBe(before);
  expect(await db.user.findUnique({ where: { id: alice.id } })).toMatchObject({ name: "Alice", email: alice.email });
});

test("a wrong code is told, the fifth is the last, and another code can be had", { tag: "@no-js" }, async ({
  page,
  resend,
  forgetMails,
}) => {
  const email = newAddress();
  await page.goto("/register");
  await submitRegistration(page, email);
  await expect(page).toHaveURL("/verify-email");
  const first = await resend.waitForMail(email);
  const wrong = first.code === "000000" ? "000001" : "000000";

  await page.getByRole("button", { name: "Send another code" }).click();
  await expect(alert(page)).toHaveText(/Too many attempts\. Try again in (1 minute|\d+ seconds)\./);
  for (let tries = 0; tries < 5; tries++) {
    await page.getByLabel("Code").fill(wrong);
    await page.getByRole("button", { name: "Confirm", exact: true }).click();
    await expect(page.getByLabel("Code")).toHaveAccessibleDescription(/That code is not right/);
    await expect(page.getByRole("button", { name: "Confirm", exact: true })).toBeVisible();
  }
  await page.getByLabel("Code").fill(first.code ?? "");
  await page.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(page.getByText("That code is no longer valid. Ask for another one.")).toBeVisible();

  await forgetMails({ budget: "registration", email });
  await page.getByRole("button", { name: "Send another code" }).click();
  await expect(page.getByText("A new code is on its way. The one before no longer works.")).toBeVisible();
  await expect.poll(async () => (await resend.mails(email)).length).toBe(2);
  const second = await resend.waitForMail(email, { after: first.at + 1 });

  await page.goto(tokenLink(first));
  await expect(heading(page, "This link no longer works")).toBeVisible();
  await page.goto("/verify-email");
  // Codes come in mails with spaces or dashes between their digits, and are pasted with them.
  await page.getByLabel("Code").fill(` ${second.code?.slice(0, 3)}-${second.code?.slice(3)} `);
  await page.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(page).toHaveURL("/dashboard");
});

test("what is wrong is told at its field, the first has the focus, only the password has to be typed again", {
  tag: "@no-js",
}, async ({ page }) => {
  await page.goto("/register");
  await submitRegistration(page, "alice@", "short", "Alice");
  await expect(page.getByLabel("Email")).toBeFocused();
  await expect(page.getByLabel("Email")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Email")).toHaveAccessibleDescription(/address like name@example.com/);
  await expect(page.getByLabel("Email")).toHaveValue("alice@");
  await expect(page.getByLabel("Name")).toHaveValue("Alice");
  await expect(page.getByLabel("Password")).toHaveValue("");

  const email = newAddress();
  const refused: [password: string, reason: RegExp][] = [
    ["short", /at least \d+ characters/],
    ["passwordpassword1", /attackers try first|too easy/],
    [`${email} ${email}`, /too close to your email|too easy/],
    [`${BRAND.name}2026`, /too close|too easy/],
    ["x".repeat(300), /at most 256 characters/],
  ];
  for (const [password, reason] of refused) {
    await submitRegistration(page, email, password, "Alice");
    await expect(page.getByLabel("Password")).toHaveAccessibleDescription(reason);
    await expect(page.getByLabel("Password")).toHaveValue("");
    await expect(page.getByLabel("Password")).toBeFocused();
    await expect(page.getByLabel("Email")).toHaveValue(email);
  }
  await submitRegistration(page, email, PASSWORD + "x".repeat(80), "Alice");
  await expect(page).toHaveURL("/verify-email");
});

test("the page for the code says so when this browser waits for none", async ({ page }) => {
  await page.goto("/verify-email");
  await expect(heading(page, "There is nothing to confirm")).toBeVisible();
  await expect(page.getByRole("main").getByRole("link", { name: "Sign in" })).toBeVisible();
});
