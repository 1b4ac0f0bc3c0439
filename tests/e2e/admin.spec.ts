import { expect, type Locator } from "@playwright/test";
import { db } from "@/lib/db";
import { addAuthenticator, totpCode, twoStepUser } from "@/tests/support/factors";
import { alert, heading, menuButton, signIn, submitLogin, test, tokenLink } from "@/tests/support/pages";
import { adminUser, PASSWORD, verifiedUser } from "@/tests/support/people";

/** Presses a button of a row's menu, which is folded where there is JavaScript. */
async function press(row: Locator, name: string): Promise<void> {
  const [menu, button] = [row.getByRole("button", { name: /^Actions for/ }), row.getByRole("button", { name })];
  await expect(menu.or(button).first()).toBeVisible();
  if (!(await button.isVisible())) await menu.click();
  await button.click();
}

test("an admin finds a user, disables and enables them again, and ends their sessions", {
  tag: ["@phone", "@no-js"],
}, async ({ page, newVisitor }) => {
  const [admin, user] = [await adminUser({ name: "Admin" }), await verifiedUser({ name: "Ursula" })];
  const visitor = await newVisitor();
  await signIn(visitor, user);
  await visitor.goto("/dashboard");
  await signIn(page, admin);
  await page.goto("/dashboard");
  await menuButton(page).click();
  await page.getByRole("link", { name: "Admin" }).click();
  await expect(heading(page, "Users")).toBeVisible();

  await page.getByRole("searchbox").fill(user.email);
  await page.getByRole("button", { name: "Search" }).click();
  const row = page.getByRole("row").filter({ hasText: user.email });
  await expect(row).toContainText("Ursula");
  await expect(page.getByRole("rowheader")).toHaveCount(1);

  await press(row, "Sign out everywhere");
  await expect(row.getByText("Signed out everywhere.").first()).toBeAttached();
  await visitor.goto("/dashboard");
  await expect(visitor).toHaveURL(/\/login/);

  await signIn(visitor, user);
  await press(row, "Disable");
  await expect(row).toContainText("Disabled");
  await visitor.goto("/dashboard");
  await expect(visitor, "no loop between the dashboard and the sign-in page").toHaveURL(/\/login/);
  await submitLogin(visitor, user.email);
  await expect(alert(visitor)).toContainText("disabled");

  await press(row, "Enable");
  await expect(row).toContainText("Active");
  await submitLogin(visitor, user.email);
  await expect(visitor).toHaveURL(/\/dashboard/);
});

test("on a phone the menu of a user without a name covers nothing", { tag: "@phone-only" }, async ({ page }) => {
  const { email } = await verifiedUser();
  await signIn(page, await adminUser());
  await page.goto(`/admin?q=${email}`);
  const menu = await page.getByRole("button", { name: `Actions for ${email}` }).boundingBox();
  const role = await page.getByLabel(`Role of ${email}`).boundingBox();
  expect((menu?.y ?? 0) + (menu?.height ?? 0)).toBeLessThanOrEqual(role?.y ?? 0);
});

test("the list has pages, and says so when no user matches", { tag: "@no-js" }, async ({ page }) => {
  const tag = crypto.randomUUID().slice(0, 8);
  const people = Array.from({ length: 25 }, (_, n) => ({
    email: `${tag}-${n}@example.com`,
    name: `Person ${tag} ${n}`,
  }));
  await db.user.createMany({ data: people });
  await signIn(page, await adminUser());
  await page.goto(`/admin?q=${tag}`);
  await expect(page.getByRole("rowheader")).toHaveCount(20);
  const beyond = await page.getByRole("table").evaluate((table) => {
    const action = table.querySelector(".row-actions button");
    const end = (action?.getBoundingClientRect().left ?? 0) + (action?.scrollWidth ?? 0);
    return end - table.getBoundingClientRect().right;
  });
  expect(beyond, "what can be done about people is in the table").toBeLessThan(0);
  await expect(page.getByRole("link", { name: "Previous" }), "there is nothing before").toHaveCount(0);
  await page.getByRole("link", { name: "Next" }).click();
  await expect(page.getByRole("rowheader")).toHaveCount(5);
  await page.getByRole("link", { name: "Previous" }).click();
  await expect(page.getByRole("rowheader")).toHaveCount(20);

  for (const query of [
    "q=%25",
    "q=' OR 1=1--",
    'q="; DROP TABLE "User";--',
    "q=_&older=0",
    "older=-1",
    "newer=1e9",
    "older=99999999999",
    "role=__proto__&state=x&order=' OR 1",
  ]) {
    await page.goto(`/admin?${query}`);
    await expect(heading(page, "Users"), `${query} is handled as data`).toBeVisible();
  }
  await page.goto(`/admin?q=${tag}&newer=0`);
  await page.getByLabel("Order").selectOption("Oldest first");
  await page.getByLabel("Role", { exact: true }).selectOption("User");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByRole("rowheader").first()).toContainText(`Person ${tag} 0`);
  await page.getByRole("link", { name: "Next" }).click();
  await expect(page.getByRole("rowheader").first()).toContainText(`Person ${tag} 20`);
  await page.getByLabel("State").selectOption("Disabled");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByText("No users match")).toBeVisible();
  await page.goto(`/admin?q=nobody-${tag}`);
  await expect(page.getByText("No users match")).toBeVisible();
  await page.goto(`/admin?q=${tag}&older=0`);
  await expect(page.getByRole("rowheader"), "a page past the last is the first").toHaveCount(20);
});

test("an admin gives a person a role, after confirming that it is them, and the person is told", {
  tag: ["@phone", "@no-js"],
}, async ({ page, resend }) => {
  const [admin, user] = [await adminUser(), await verifiedUser({ name: "Ursula" })];
  await signIn(page, admin);
  await db.session.updateMany({ where: { userId: admin.id }, data: { authenticatedAt: new Date(0) } });
  await page.goto(`/admin?q=${user.email}`);
  const row = page.getByRole("row").filter({ hasText: user.email });
  const give = async (role: string) => {
    await row.getByLabel("Role of Ursula").selectOption(role);
    await row.getByRole("button", { name: "Change" }).click();
  };
  await give("admin");
  await row.getByRole("alert").getByRole("link", { name: "Confirm that it is you" }).click();
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page).toHaveURL(/\/admin$/);

  await page.goto(`/admin?q=${user.email}`);
  await give("admin");
  await expect(row.getByText("Role changed. We emailed the person.").first()).toBeAttached();
  await expect(row.getByLabel("Role of Ursula")).toHaveValue("admin");
  expect(await db.user.findUnique({ where: { id: user.id } })).toMatchObject({ role: "admin" });
  await resend.waitForMail(user.email, { subject: /role was changed/ });
});

test("admins cannot disable themselves", async ({ page }) => {
  const admin = await adminUser();
  await signIn(page, admin);
  await page.goto(`/admin?q=${admin.email}`);
  const row = page.getByRole("row").filter({ hasText: admin.email });
  await expect(row).toContainText("You");
  await expect(row.getByRole("button")).toHaveCount(0);
  await expect(row.getByRole("combobox")).toHaveCount(0);
});

test("others are refused with 403, also who was an admin a moment ago", async ({ page }) => {
  const user = await verifiedUser({ name: "Bob" });
  await signIn(page, user);
  const answer = await page.goto("/admin");
  expect(answer?.status()).toBe(403);
  await expect(heading(page, /no(t have)? access/i)).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText("@example.com");
  await page.goto("/dashboard");
  await menuButton(page).click();
  await expect(page.getByRole("link", { name: "Admin" })).toHaveCount(0);

  const other = await verifiedUser();
  await db.user.update({ where: { id: user.id }, data: { role: "admin" } });
  await page.goto(`/admin?q=${other.email}`);
  const row = page.getByRole("row").filter({ hasText: other.email });
  await db.user.update({ where: { id: user.id }, data: { role: "user" } });
  await press(row, "Disable");
  await expect(heading(page, /no(t have)? access/i)).toBeVisible();
  expect((await db.user.findUnique({ where: { id: other.id } }))?.disabledAt).toBeNull();
});

test("an admin with two factors resets those of a person who lost theirs, and the person can stop it", {
  tag: ["@phone", "@no-js"],
}, async ({ page, newVisitor, resend }) => {
  const [admin, { user }] = [await adminUser(), await twoStepUser()];
  await signIn(page, admin);
  const { secret } = await addAuthenticator(admin);
  await page.goto(`/admin?q=${user.email}`);
  const row = page.getByRole("row").filter({ hasText: user.email });
  await press(row, "Reset passkeys and apps");
  await row.getByRole("alert").getByRole("link", { name: "Confirm that it is you" }).click();
  await page.getByLabel("Code", { exact: true }).fill(totpCode(secret));
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page).toHaveURL(/\/admin$/);
  await page.goto(`/admin?q=${user.email}`);
  await press(row, "Reset passkeys and apps");
  await expect(row).toContainText("Passkeys and apps will be removed");
  await expect(row.getByText("Keep passkeys and apps")).toBeAttached();

  const person = await newVisitor();
  await person.goto(tokenLink(await resend.waitForMail(user.email, { subject: /will be removed/ })));
  await expect(person.getByRole("main")).toContainText(user.email);
  await person.getByRole("button", { name: "Keep my passkeys and apps" }).click();
  await expect(person.getByRole("status")).toContainText("Nothing was removed");
  // Without JavaScript a reload would post the form again.
  await page.goto(`/admin?q=${user.email}`);
  await expect(row.getByText("Reset passkeys and apps")).toBeAttached();
});
