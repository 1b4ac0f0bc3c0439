import { expect, type Page } from "@playwright/test";
import { issueVerification } from "@/lib/auth/store/verifications";
import { BRAND } from "@/lib/brand";
import { db } from "@/lib/db";
import {
  alert,
  heading,
  menuButton,
  newAddress,
  openForm,
  sessionCookie,
  signIn,
  submitLogin,
  test,
  tokenLink,
} from "@/tests/support/pages";
import { adminUser, other, PASSWORD, session, storedHash, unverifiedUser, verifiedUser } from "@/tests/support/people";

function section(page: Page, name: string) {
  return page.getByRole("region", { name });
}

test("each page of the account is reached by keyboard, on a phone too, and is sent no other page’s data", {
  tag: "@no-js",
}, async ({ page }) => {
  const user = await verifiedUser();
  const elsewhere = (await session(user)).principal.sessionId;
  await signIn(page, user);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/account");
  const nav = page.getByRole("navigation", { name: "Account" });
  const pages = [
    { name: "Security", path: "/account/security", holds: "Connected accounts" },
    { name: "Devices and activity", path: "/account/devices", holds: elsewhere },
    { name: "Data and deletion", path: "/account/data", holds: "Delete account" },
    { name: "Personal details", path: "/account", holds: "Security overview" },
  ];
  for (const { name, path } of pages) {
    await nav.getByRole("link", { name }).press("Enter");
    await expect(page).toHaveURL(path);
    await expect(nav.locator("[aria-current=page]")).toHaveText([name]);
    const sent = await (await page.request.get(path)).text();
    expect(pages.filter(({ holds }) => sent.includes(holds)).map((one) => one.path)).toEqual([path]);
  }
  await page.goto("/account/activity");
  await expect(nav.locator("[aria-current=page]")).toHaveText(["Devices and activity"]);
  expect((await page.request.get("/account/nope")).status()).toBe(404);
});

test("a page carries no form before one is asked for, by its button or by the address", { tag: "@no-js" }, async ({
  page,
}) => {
  await signIn(page, await verifiedUser());
  await page.goto("/account/security");
  const password = section(page, "Password");
  await expect(password.locator("input")).toHaveCount(0);
  await openForm(password);
  await expect(password.getByLabel("New password")).toBeVisible();
  await password.getByRole("button", { name: "Close" }).click();
  await expect(password.locator("input")).toHaveCount(0);

  await page.goto("/account/security?edit=password");
  await expect(password.getByLabel("New password")).toBeVisible();
  await expect(password.getByRole("button", { name: "Close" })).toBeFocused();
});

test("a new name is in the header at once, without a reload", async ({ page }) => {
  await signIn(page, await verifiedUser({ name: "Alice Carroll" }));
  await page.goto("/account");
  await expect(menuButton(page)).toContainText("AC");
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));

  const profile = section(page, "Profile");
  await openForm(profile);
  await profile.getByLabel("Name").fill("Olga Petrova");
  await profile.getByRole("button", { name: "Save" }).click();
  await expect(menuButton(page)).toContainText("Olga Petrova");
  await expect(profile.getByRole("status")).toBeVisible();
  await expect(profile.getByLabel("Name"), "a success folds the form").toBeHidden();
  await expect(profile.getByRole("button", { name: "Edit" })).toBeFocused();
  await openForm(profile);
  await expect(profile.getByLabel("Name")).toHaveValue("Olga Petrova");

  await menuButton(page).click();
  await page.getByRole("banner").getByRole("link", { name: "Account" }).click();
  await page.getByRole("banner").getByRole("link", { name: BRAND.name }).click();
  await expect(heading(page, "Hello, Olga Petrova")).toBeVisible();
  expect(await page.evaluate(() => "notReloaded" in window)).toBe(true);
});

test("a picture that does not load leaves the initials", async ({ page }) => {
  await page.route("https://pictures.example.com/*", (route) => route.fulfill({ status: 404 }));
  await signIn(page, await verifiedUser({ name: "Alice", image: "https://pictures.example.com/gone.png" }));
  await page.goto("/dashboard");
  await expect(menuButton(page).locator("img")).toHaveCount(0);
  await expect(menuButton(page)).toContainText("A");
});

test("a hostile name is shown as the text it is, on every page", async ({ page }) => {
  const names = [
    '"><svg onload=alert(1)><script>alert(1)</script>',
    "</script><script>alert(1)</script> {{7*7}} #{7*7}",
  ];
  const admin = await adminUser();
  await signIn(page, admin);
  page.on("dialog", () => expect("a dialog", "no script of a name runs").toBe("none"));
  const shows = async (path: string, name: string) => {
    await page.goto(path);
    await expect(page.getByRole("main")).toContainText(name);
    await expect(menuButton(page)).toContainText(name);
  };
  for (const name of names) {
    await page.goto("/account");
    await openForm(section(page, "Profile"));
    await section(page, "Profile").getByLabel("Name").fill(name);
    await section(page, "Profile").getByRole("button", { name: "Save" }).click();
    await expect(menuButton(page)).toContainText(name);
    await shows("/dashboard", name);
    await shows(`/admin?q=${admin.email}`, name);
  }
  await page.goto("/account");
  await openForm(section(page, "Profile"));
  await section(page, "Profile")
    .getByLabel("Name")
    .fill(`Al\u202eice${"\u0301".repeat(300)}`);
  await section(page, "Profile").getByRole("button", { name: "Save" }).click();
  await expect(menuButton(page)).toContainText("Alic");
  const stored = await db.user.findUnique({ where: { id: admin.id } });
  expect(stored?.name).not.toContain("\u202e");
  expect(stored?.name?.length).toBeLessThan(100);
});

test("a new address counts once its mailbox confirms; the old one is told and can undo it", {
  tag: "@no-js",
}, async ({ page, newVisitor, resend }) => {
  const user = await verifiedUser();
  const [former, next] = [user.email, newAddress()];
  const elsewhere = await newVisitor();
  await signIn(elsewhere, user);
  await signIn(page, user);
  await page.goto("/account");
  const email = section(page, "Email");
  await openForm(email);
  await email.getByLabel("Email").fill(next);
  await email.getByRole("button", { name: "Change email" }).click();
  await expect(email.getByLabel("Current password")).toBeFocused();
  await email.getByLabel("Current password").fill(PASSWORD);
  await email.getByRole("button", { name: "Change email" }).click();
  await expect(email.getByRole("status")).toContainText(next);
  const confirm = tokenLink(await resend.waitForMail(next, { subject: "Confirm your new email address" }));
  const undo = tokenLink(await resend.waitForMail(former, { subject: /about to change/ }));
  expect((await db.user.findUnique({ where: { id: user.id } }))?.email).toBe(former);

  await page.goto(confirm);
  await expect(page.getByRole("main")).toContainText(next);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page).toHaveURL(/\/account/);
  await expect(section(page, "Email")).toContainText(next);
  await elsewhere.goto("/dashboard");
  await expect(elsewhere, "other sessions end with the address").toHaveURL(/\/login/);
  await resend.waitForMail(next, { subject: "Your email address was changed" });

  await elsewhere.goto(undo);
  await expect(heading(elsewhere, "Keep your old email")).toBeVisible();
  await elsewhere.getByRole("button", { name: "Confirm" }).click();
  await expect(elsewhere).toHaveURL(/\/login\?message=/);
  await expect(elsewhere.getByRole("status"), "the page says what happened").toBeVisible();
  expect((await db.user.findUnique({ where: { id: user.id } }))?.email).toBe(former);
  await page.goto("/account");
  await expect(page, "who changed it is signed out").toHaveURL(/\/login/);
});

test("undone before it is confirmed, a change of address never happens", async ({ page, newVisitor, resend }) => {
  const user = await verifiedUser();
  const next = newAddress();
  await signIn(page, user);
  await page.goto("/account");
  await openForm(section(page, "Email"));
  await section(page, "Email").getByLabel("Email").fill(next);
  await section(page, "Email").getByLabel("Current password").fill(PASSWORD);
  await section(page, "Email").getByRole("button", { name: "Change email" }).click();
  const confirm = tokenLink(await resend.waitForMail(next));
  const owner = await newVisitor();
  await owner.goto(tokenLink(await resend.waitForMail(user.email)));
  await owner.getByRole("button", { name: "Confirm" }).click();
  await expect(owner).toHaveURL(/\/login/);

  await owner.goto(confirm);
  await expect(heading(owner, "This link no longer works")).toBeVisible();
  expect((await db.user.findUnique({ where: { id: user.id } }))?.email).toBe(user.email);
});

test("taken back from an address that was never proved, the account is its mailbox owner's, and the page says so", {
  tag: "@no-js",
}, async ({ page, resend }) => {
  const { id: userId, email } = await unverifiedUser();
  const payload = { from: email, to: newAddress(), isProved: false };
  const undo = await issueVerification({ purpose: "undo-email-change", userId, email, payload });
  await page.goto(`/verify-email?token=${undo.token}`);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page).toHaveURL("/login?message=email-claimed");
  const said = page.getByRole("status");
  await expect(said).toContainText(
    "Your email hasn’t changed. All devices were signed out and the password was removed",
  );
  await expect(said).toContainText("choose “Forgot password?” to set a new one");
  expect(await storedHash(userId)).toBeUndefined();

  await page.getByRole("link", { name: "Forgot password?" }).click();
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send reset link" }).click();
  await resend.waitForMail(email, { subject: "Reset your password" });
});

test("a taken address looks like a free one when changing to it, and its owner is told", async ({ page, resend }) => {
  const [alice, bob] = [await verifiedUser(), await verifiedUser()];
  await signIn(page, alice);
  await page.goto("/account");
  const email = section(page, "Email");
  await openForm(email);
  await email.getByLabel("Email").fill(bob.email);
  await email.getByLabel("Current password").fill(PASSWORD);
  await email.getByRole("button", { name: "Change email" }).click();
  await expect(email.getByRole("status")).toContainText(bob.email);
  const notice = await resend.waitForMail(bob.email, { subject: "You already have an account" });
  expect(notice.links.join()).not.toContain("token=");
});

test("a changed password ends the other sessions, this one goes on under a new token", {
  tag: ["@phone", "@no-js"],
}, async ({ page, newVisitor, resend }) => {
  const user = await verifiedUser();
  const elsewhere = await newVisitor();
  await signIn(elsewhere, user);
  await signIn(page, user);
  const former = (await sessionCookie(page))?.value;
  await page.goto("/account/security");
  const password = section(page, "Password");
  await openForm(password);
  await password.getByLabel("Current password").fill("not-the-password");
  await password.getByLabel("New password").fill(other());
  await password.getByLabel("Confirm password").fill(other());
  await password.getByRole("button", { name: "Change password" }).click();
  await expect(password.getByLabel("Current password")).toHaveAccessibleDescription(
    "That is not your current password.",
  );
  await expect(password.getByLabel("Current password")).toBeFocused();
  for (const field of ["Current password", "New password", "Confirm password"])
    await expect(password.getByLabel(field)).toHaveValue("");

  await password.getByLabel("Current password").fill(PASSWORD);
  await password.getByLabel("New password").fill(other());
  await password.getByLabel("Confirm password").fill(other());
  await password.getByRole("button", { name: "Change password" }).click();
  await expect(password.getByRole("status")).toContainText("Your password has been changed");
  expect((await sessionCookie(page))?.value).not.toBe(former);
  await page.reload();
  await expect(heading(page, "Account")).toBeVisible();
  await elsewhere.goto("/account");
  await expect(elsewhere).toHaveURL("/login?to=%2Faccount");
  await submitLogin(elsewhere, user.email, other());
  await expect(elsewhere).toHaveURL("/account");
  await resend.waitForMail(user.email, { subject: "Your password was changed" });
});

test("a password cannot be changed to itself, nor to a weak one", async ({ page }) => {
  const user = await verifiedUser();
  const before = await storedHash(user.id);
  await signIn(page, user);
  await page.goto("/account/security");
  const password = section(page, "Password");
  await openForm(password);
  for (const next of [PASSWORD, "short", "passwordpassword1", user.email]) {
    await password.getByLabel("Current password").fill(PASSWORD);
    await password.getByLabel("New password").fill(next);
    await password.getByLabel("Confirm password").fill(next);
    await password.getByRole("button", { name: "Change password" }).click();
    await expect(password.getByLabel("New password")).toHaveAttribute("aria-invalid", "true");
    await expect(password.getByLabel("New password")).toHaveValue("");
  }
  expect(await storedHash(user.id)).toBe(before);
});

test("ten wrong passwords inside a session end it, and the owner is told", async ({ page, resend }) => {
  const user = await verifiedUser();
  await signIn(page, user);
  await page.goto("/account/data");
  const deletion = section(page, "Delete account");
  await openForm(deletion);
  for (let tries = 0; tries < 10; tries++) {
    await deletion.getByLabel("Current password").fill(`not-the-password-${tries}`);
    await deletion.getByRole("button", { name: "Delete account" }).click();
    await expect(deletion.getByLabel("Current password")).toHaveValue("");
  }
  await deletion.getByLabel("Current password").fill(PASSWORD);
  await deletion.getByRole("button", { name: "Delete account" }).click();
  await expect(deletion.or(page.getByRole("button", { name: "Sign in" })).first()).toBeVisible();
  await page.goto("/account");
  await expect(page).toHaveURL(/\/login/);
  await resend.waitForMail(user.email, { subject: "A device was signed out" });
  expect(await db.user.count({ where: { id: user.id } })).toBe(1);
});

test("sessions are listed with this one marked; one can be ended, or all others", {
  tag: ["@phone", "@no-js"],
}, async ({ page, newVisitor }) => {
  const user = await verifiedUser();
  await signIn(page, user);
  const [second, third] = [await newVisitor(), await newVisitor()];
  for (const visitor of [second, third]) await signIn(visitor, user);
  await page.goto("/account/devices");
  const devices = section(page, "Devices");
  const rows = devices.getByRole("listitem");
  await expect(rows).toHaveCount(3);
  await expect(rows.first()).toContainText("This device");
  await expect(rows.first().getByRole("button")).toHaveCount(0);
  await expect(rows.nth(1)).toContainText("Firefox on Linux");
  await expect(devices).not.toContainText((await sessionCookie(second))?.value ?? "no cookie");

  await rows.nth(1).getByRole("button", { name: "Sign out" }).click();
  await expect(rows).toHaveCount(2);
  const alive = await Promise.all(
    [second, third].map(async (visitor) => {
      await visitor.goto("/dashboard");
      return !visitor.url().includes("/login");
    }),
  );
  expect(alive.filter(Boolean)).toHaveLength(1);

  await devices.getByRole("button", { name: "Sign out all other devices" }).click();
  await expect(rows).toHaveCount(1);
  for (const visitor of [second, third]) {
    await visitor.goto("/dashboard");
    await expect(visitor).toHaveURL(/\/login/);
  }
  await page.reload();
  await expect(heading(page, "Account")).toBeVisible();
});

test("deleting the account takes the password, and everything with it", { tag: "@no-js" }, async ({
  page,
  newVisitor,
}) => {
  const user = await verifiedUser();
  const elsewhere = await newVisitor();
  await signIn(elsewhere, user);
  await signIn(page, user);
  await page.goto("/account/data");
  const deletion = section(page, "Delete account");
  await openForm(deletion);
  await deletion.getByLabel("Current password").fill("not-the-password");
  await deletion.getByRole("button", { name: "Delete account" }).click();
  await expect(deletion.getByLabel("Current password")).toHaveAccessibleDescription(/not your current password/);
  await deletion.getByLabel("Current password").fill(PASSWORD);
  await deletion.getByRole("button", { name: "Delete account" }).click();
  await expect(page).toHaveURL(/\/login\?message=account-deleted/);
  await expect(page.getByRole("status")).toContainText("deleted");
  expect(await sessionCookie(page)).toBeUndefined();

  await elsewhere.goto("/dashboard");
  await expect(elsewhere, "no loop for who is signed in as nobody").toHaveURL(/\/login/);
  await submitLogin(page, user.email);
  await expect(alert(page)).toHaveText("Invalid email or password.");
  expect(await db.session.count({ where: { userId: user.id } })).toBe(0);
});
