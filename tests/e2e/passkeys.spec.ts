import { type CDPSession, expect, type Page, type Route } from "@playwright/test";
import { db } from "@/lib/db";
import { addAuthenticator as addApp } from "@/tests/support/factors";
import { alert, heading, sessionCookie, signIn, submitLogin, test } from "@/tests/support/pages";
import { verifiedUser } from "@/tests/support/people";

type Device = { cdp: CDPSession; authenticatorId: string };

/** Chromium's own authenticator, which answers for the person, as a phone or a laptop does after a fingerprint. */
async function addAuthenticator(page: Page, { isUserVerified = true } = {}): Promise<Device> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, authenticatorId };
}

/** Whether the person touches the authenticator when it asks. */
async function answers(cdp: CDPSession, authenticatorId: string, enabled: boolean): Promise<void> {
  await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled });
}

const passkeys = (page: Page) => page.getByRole("region", { name: "Passkeys" });
const passkeyButton = (page: Page) => page.getByRole("button", { name: "Use a passkey" });

/**
 * Presses the button, and touches the authenticator before the browser asks it: one that waits for a touch does not hear of a
 * later one.
 */
async function pressAndTouch(page: Page, { cdp, authenticatorId }: Device): Promise<void> {
  await page.route(page.url(), async (route: Route) => {
    const request = route.request();
    const isPress = request.method() === "POST" && !request.postData()?.includes("autofill");
    if (isPress) await answers(cdp, authenticatorId, true);
    await route.fallback();
  });
  await passkeyButton(page).click();
}

const create = (page: Page) => passkeys(page).getByRole("button", { name: "Create a passkey" });

/** A person with a passkey, signed out again. It answers no more: the list in the email field would sign in before a press. */
async function withPasskey(page: Page) {
  const user = await verifiedUser();
  const device = await addAuthenticator(page);
  await signIn(page, user);
  await page.goto("/account/security");
  await create(page).click();
  await expect(passkeys(page).getByRole("listitem")).toHaveCount(1);
  await answers(device.cdp, device.authenticatorId, false);
  await page.context().clearCookies();
  return { user, ...device };
}

test("a person makes a passkey, and signs in with one press", async ({ page }) => {
  const { user, ...device } = await withPasskey(page);
  await page.goto("/login?to=/account/security");
  await pressAndTouch(page, device);
  await expect(page).toHaveURL("/account/security");
  await expect(passkeys(page)).toContainText("last used");
  const session = await db.session.findFirst({ where: { userId: user.id }, orderBy: { createdAt: "desc" } });
  expect(session?.proofs).toBe("passkey");
});

test("the browser's list in the email field signs in without a press, once the person does anything", async ({
  page,
}) => {
  const { cdp, authenticatorId } = await withPasskey(page);
  await answers(cdp, authenticatorId, true);
  const sent: string[] = [];
  page.on("request", (request) => void (request.method() === "POST" && sent.push(request.url())));
  await page.goto("/login?to=/account/security", { waitUntil: "networkidle" });
  await expect(page.getByLabel("Email")).toHaveAttribute("autocomplete", "username webauthn");
  expect(sent, "a page that is only opened asks the server nothing").toEqual([]);
  await page.keyboard.press("Tab");
  await expect(page).toHaveURL("/account/security");
  await expect(passkeys(page)).toContainText("last used");
});

test("a passkey is renamed and removed, and then opens nothing", async ({ page }) => {
  const { user, ...device } = await withPasskey(page);
  const { cdp, authenticatorId } = device;
  await signIn(page, user);
  await page.goto("/account/security");
  await passkeys(page).getByText("Rename").click();
  await passkeys(page).getByLabel("Name of the passkey").fill("My laptop");
  await passkeys(page).getByRole("button", { name: "Save name" }).click();
  await expect(passkeys(page).getByRole("listitem")).toContainText("My laptop");
  await passkeys(page).getByRole("button", { name: "Remove" }).click();
  await expect(passkeys(page)).toContainText("None yet.");

  await page.context().clearCookies();
  await page.goto("/login");
  await pressAndTouch(page, device);
  await expect(alert(page)).toContainText("We don’t know that passkey");
  expect(await sessionCookie(page)).toBeUndefined();
  // The browser was told, and offers it no more.
  await expect
    .poll(async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length)
    .toBe(0);
});

test("what says that a passkey is ready does not stay when it is removed", async ({ page }) => {
  await addAuthenticator(page);
  await signIn(page, await verifiedUser());
  await page.goto("/account/security");
  await create(page).click();
  await expect(page.getByText("Your passkey is ready")).toBeVisible();
  await passkeys(page).getByRole("button", { name: "Remove" }).click();
  await expect(passkeys(page)).toContainText("None yet.");
  await expect(passkeys(page)).not.toContainText("is ready");
});

test("a passkey that is not touched leaves the page as it was, and can be tried again", async ({ page }) => {
  const { cdp, authenticatorId } = await withPasskey(page);
  await page.goto("/login");
  await cdp.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
  await addAuthenticator(page);
  await passkeyButton(page).click();
  await expect(alert(page)).toContainText("No passkey was used");
  await expect(heading(page, "Sign in")).toBeVisible();
  await expect(passkeyButton(page)).toBeEnabled();
});

test("a passkey is offered after a sign-in by password, and never again once declined", { tag: "@phone" }, async ({
  page,
}) => {
  const user = await verifiedUser();
  await addAuthenticator(page);
  const offer = page.getByRole("region", { name: "Sign in faster next time" });
  await page.goto("/login");
  await submitLogin(page, user.email);
  await expect(offer).toBeVisible();
  await page.goto("/account");
  await expect(offer).toBeVisible();
  await page.getByRole("link", { name: "Security", exact: true }).click();
  await expect(create(page)).toBeVisible();
  await expect(offer, "where the page has the button itself").toBeHidden();
  await page.goBack();
  await offer.getByRole("button", { name: "Not now" }).click();
  await expect(offer).toBeHidden();
  await page.context().clearCookies();
  await page.goto("/login");
  await submitLogin(page, user.email);
  await expect(page).toHaveURL(/\/dashboard$/);
  await page.goto("/account");
  await page.getByRole("region", { name: "Email" }).getByRole("button", { name: "Edit" }).click();
  await expect(page.getByRole("textbox", { name: "Email" })).toBeVisible();
  await page.evaluate(() => PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable());
  await expect(offer).toBeHidden();
});

test("an offer that is taken makes a passkey", async ({ page }) => {
  const user = await verifiedUser();
  await addAuthenticator(page);
  await signIn(page, user);
  await page.goto("/dashboard");
  const offer = page.getByRole("region", { name: "Sign in faster next time" });
  await offer.getByRole("button", { name: "Create a passkey" }).click();
  await expect(offer).toBeHidden();
  await expect(page.getByRole("status").filter({ hasText: "Your passkey is ready" })).toBeVisible();
  expect(await db.passkey.count({ where: { userId: user.id } })).toBe(1);
});

test("a session that is not fresh is asked who it is before a passkey can be made", async ({ page }) => {
  const user = await verifiedUser();
  await signIn(page, user);
  await db.session.updateMany({ where: { userId: user.id }, data: { authenticatedAt: new Date(0) } });
  await page.goto("/account/security");
  await expect(create(page)).toBeHidden();
  await passkeys(page).getByRole("link", { name: "Confirm that it is you" }).click();
  await expect(heading(page, "Confirm that it is you")).toBeVisible();
});

test("without JavaScript there is no button for passkeys, and everything else works", { tag: "@no-js-only" }, async ({
  page,
}) => {
  const user = await verifiedUser();
  await page.goto("/login?to=/account/security");
  await expect(passkeyButton(page)).toBeHidden();
  await submitLogin(page, user.email);
  await expect(heading(page, "Account")).toBeVisible();
  await expect(create(page)).toBeHidden();
});

test("password managers are told where passkeys and passwords are changed", async ({ request }) => {
  const endpoints = await (await request.get("/.well-known/passkey-endpoints")).json();
  const page = `${process.env.APP_URL}/account/security#passkeys`;
  expect(endpoints).toEqual({ enroll: page, manage: page });
  const answer = await request.get("/.well-known/change-password", { maxRedirects: 0 });
  expect(answer.status()).toBe(302);
  expect(answer.headers().location).toBe(`${process.env.APP_URL}/account/security?edit=password`);
});

test("a passkey is the second step, and shows again who one is", async ({ page }) => {
  const { user, ...device } = await withPasskey(page);
  await addApp(user);
  await page.goto("/login?to=/account/security");
  await submitLogin(page, user.email);
  await expect(page).toHaveURL(/\/two-factor/);
  await pressAndTouch(page, device);
  await expect(page).toHaveURL("/account/security");
  const long = new Date(Date.now() - 11 * 60_000);
  await db.session.updateMany({ where: { userId: user.id }, data: { authenticatedAt: long, twoFactorAt: long } });

  await page.goto("/two-factor/setup");
  await expect(heading(page, "Confirm that it is you")).toBeVisible();
  await passkeyButton(page).click();
  await expect(page).toHaveURL(/\/account\/security/);
  await page.goto("/two-factor/setup");
  await expect(heading(page, "Set up two-step sign-in")).toBeVisible();
});

test("a person whose passkeys were removed elsewhere reads so at the second step", async ({ page }) => {
  const { user, ...device } = await withPasskey(page);
  await addApp(user);
  await page.goto("/login");
  await submitLogin(page, user.email);
  await expect(page).toHaveURL(/\/two-factor/);
  await db.passkey.deleteMany({ where: { userId: user.id } });
  await pressAndTouch(page, device);
  await expect(alert(page)).toContainText("You have no passkey here any more");
  await expect(page.getByLabel("Code", { exact: true })).toBeVisible();
});
