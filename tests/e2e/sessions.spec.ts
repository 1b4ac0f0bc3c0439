import { expect } from "@playwright/test";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import {
  heading,
  menuButton,
  openForm,
  sessionCookie,
  setCookie,
  signIn,
  submitLogin,
  test,
} from "@/tests/support/pages";
import { session, verifiedUser } from "@/tests/support/people";

test("a protected page asks to sign in and then shows itself, query and all", async ({ page }) => {
  const user = await verifiedUser();
  await page.goto("/account?x=//example.com&y=a%20b");
  await expect(page).toHaveURL(/\/login\?to=/);
  await submitLogin(page, user.email);
  await expect(page).toHaveURL(/\/account\?/);
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ x: "//example.com", y: "a b" });
});

test("without JavaScript the dashboard offers nothing that needs it", { tag: "@no-js-only" }, async ({ page }) => {
  await signIn(page, await verifiedUser());
  await page.goto("/dashboard");
  await expect(page.getByRole("heading", { name: "This device" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Check now" })).toBeHidden();
});

test("a session ended in another browser is noticed by the dashboard, which leads to the sign-in page with a message", async ({
  page,
  newVisitor,
}) => {
  const user = await verifiedUser();
  await signIn(page, user);
  await page.goto("/dashboard");
  await page.getByRole("button", { name: "Check now" }).click();
  await expect(page.getByText("You are signed in.")).toBeVisible();

  const elsewhere = await newVisitor();
  await signIn(elsewhere, user);
  await elsewhere.goto("/account/devices");
  await elsewhere.getByRole("button", { name: "Sign out all other devices" }).click();
  await expect(elsewhere.getByRole("region", { name: "Devices" }).getByRole("listitem")).toHaveCount(1);

  await page.getByRole("button", { name: "Check now" }).click();
  await expect(page).toHaveURL(/\/login\?message=session-ended/);
  await expect(page.getByRole("status")).toContainText("Your session has ended");
  expect(await sessionCookie(page)).toBeUndefined();
});

test("moments read as by the server's clock, however wrong the browser's is", async ({ page }) => {
  await signIn(page, await verifiedUser());
  await page.clock.setFixedTime(Date.now() + 5 * 24 * 3_600_000);
  await page.goto("/dashboard");
  // By this the browser's code has taken the page over.
  await page.getByRole("button", { name: "Check now" }).click();
  await expect(page.getByText("You are signed in.")).toBeVisible();
  await expect(page.getByRole("region", { name: "This device" }).locator("time")).toHaveText("just now");
});

test("the dashboard's check tells an outage from an ended session", async ({ page, complaints }) => {
  await signIn(page, await verifiedUser());
  await page.goto("/dashboard");
  for (const answer of [{ status: 503 }, "offline"] as const) {
    await page.route("/api/me", (route) => (answer === "offline" ? route.abort() : route.fulfill(answer)));
    await page.getByRole("button", { name: "Check now" }).click();
    await expect(page.getByText("We could not reach the server.")).toBeVisible();
    await page.unroute("/api/me");
  }
  // The browser notes the request that this test let fail.
  complaints.length = 0;
  await page.getByRole("button", { name: "Check now" }).click();
  await expect(page.getByText("You are signed in.")).toBeVisible();
});

test("after signing out, Back shows nothing of before", { tag: ["@phone", "@no-js"] }, async ({ page, newVisitor }) => {
  const user = await verifiedUser({ name: "Alice Carroll" });
  await signIn(page, user);
  const former = (await sessionCookie(page))?.value ?? "";
  const answer = await page.goto("/dashboard");
  expect(answer?.headers()["cache-control"]).toContain("no-store");
  await page.goto("/account");
  await menuButton(page).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/login\?message=signed-out/);
  await expect(page.getByRole("status")).toContainText("You have signed out");
  expect(await sessionCookie(page)).toBeUndefined();
  for (let pages = 0; pages < 2; pages++) {
    await page.goBack();
    await expect(page).toHaveURL(/\/login/);
    await expect(page.locator("body")).not.toContainText("Alice Carroll");
  }

  const elsewhere = await newVisitor();
  await setCookie(elsewhere, SESSION_COOKIE(), former);
  await elsewhere.goto("/dashboard");
  await expect(elsewhere, "the token itself is dead").toHaveURL(/\/login/);
});

test("a page that is not there signs out as every other page does", { tag: "@no-js" }, async ({ page }) => {
  await signIn(page, await verifiedUser());
  const token = (await sessionCookie(page))?.value ?? "";
  await page.goto("/no/such/page");
  await menuButton(page).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/login?message=signed-out");
  expect(await findPrincipal(token)).toBeNull();
});

test("a form sent from a second tab after signing out in the first leads to the sign-in page", {
  tag: "@no-js",
}, async ({ page }) => {
  const user = await verifiedUser({ name: "Alice" });
  await signIn(page, user);
  const second = await page.context().newPage();
  await second.goto("/account");
  const profile = second.getByRole("region", { name: "Profile" });
  await openForm(profile);
  await page.goto("/dashboard");
  await menuButton(page).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/login/);

  await profile.getByLabel("Name").fill("Mallory");
  await profile.getByRole("button", { name: "Save" }).click();
  await expect(second).toHaveURL(/\/login\?/);
  await expect(heading(second, "Sign in")).toBeVisible();
  expect((await db.user.findUnique({ where: { id: user.id } }))?.name).toBe("Alice");
});

test("signed out in one tab and in again as somebody else, a form of the other tab acts for nobody until it is sent again", {
  tag: "@no-js",
}, async ({ page }) => {
  const [alice, bob] = [await verifiedUser({ name: "Alice" }), await verifiedUser({ name: "Bob" })];
  const nameOf = async ({ id }: { id: string }) => (await db.user.findUnique({ where: { id } }))?.name;
  await signIn(page, alice);
  const second = await page.context().newPage();
  await second.goto("/account");
  const profile = second.getByRole("region", { name: "Profile" });
  await openForm(profile);
  await profile.getByLabel("Name").fill("Carol");
  await setCookie(page, SESSION_COOKIE(), (await session(bob)).token);
  await profile.getByRole("button", { name: "Save" }).click();
  await expect(profile.getByRole("alert")).toContainText(`You are signed in as ${bob.email} now`);
  await expect(menuButton(second), "the page is Bob's now").toContainText("Bob");
  expect(await nameOf(bob)).toBe("Bob");
  await profile.getByRole("button", { name: "Save" }).click();
  await expect(menuButton(second)).toContainText("Carol");
  expect(await nameOf(alice)).toBe("Alice");
});

test("a worthless cookie shows nothing and is taken back", { tag: "@no-js" }, async ({ page }) => {
  const user = await verifiedUser();
  const [expired, disabled] = [(await session(user)).token, await verifiedUser()];
  await db.session.updateMany({ where: { userId: user.id }, data: { expires: new Date() } });
  const ofDisabled = (await session(disabled)).token;
  await db.user.updateMany({ where: { id: disabled.id }, data: { disabledAt: new Date() } });
  for (const value of ["x", crypto.randomUUID(), expired, ofDisabled]) {
    await setCookie(page, SESSION_COOKIE(), value);
    await page.goto("/dashboard");
    await expect(page).toHaveURL(/\/login/);
    await expect(heading(page, "Sign in")).toBeVisible();
    expect(await sessionCookie(page)).toBeUndefined();
  }
});
