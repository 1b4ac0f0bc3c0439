import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { PAGE_COLOR } from "@/app/ui/theme";
import { issueVerification, type VerificationPurpose } from "@/lib/auth/store/verifications";
import { db } from "@/lib/db";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { FIREFOX } from "@/tests/support/browser";
import { totpCode, twoStepUser } from "@/tests/support/factors";
import {
  alert,
  menuButton,
  newAddress,
  openForm,
  setCookie,
  signIn,
  submitLogin,
  submitRegistration,
  test,
} from "@/tests/support/pages";
import { newSession, verifiedUser } from "@/tests/support/people";

const goTo = (path: string) => async (page: Page) => void (await page.goto(path));

async function goSignedIn(page: Page, path: string, role = "user"): Promise<void> {
  await signIn(page, await verifiedUser({ name: "Alice Carroll", role }));
  await page.goto(path);
}

async function openLink(page: Page, path: string, purpose: VerificationPurpose): Promise<void> {
  const { id, email } = await verifiedUser();
  const payload = { from: email, to: newAddress(), ip: "10.0.0.1", userAgent: FIREFOX };
  const { token } = await issueVerification({ purpose, userId: id, email, payload });
  await page.goto(`${path}?token=${token}`);
  await expect(page.getByRole("button", { name: /Confirm|Set new password|Sign in/ })).toBeVisible();
}

/** Signs a person in by password who owes the second step. */
async function goToSecondStep(page: Page, path: string): Promise<void> {
  const { user } = await twoStepUser();
  await setCookie(page, SESSION_COOKIE(), (await newSession(user)).token);
  await page.goto(path);
}

async function scanCode(page: Page): Promise<void> {
  await goSignedIn(page, "/two-factor/setup");
  await page.getByRole("button", { name: "Set up an authenticator app" }).click();
  await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
}

/** Every page, and every state of it that a person may meet. */
const STATES: Record<string, (page: Page) => Promise<void>> = {
  "the sign-in page": goTo("/login"),
  "the sign-in page with a message": goTo("/login?message=session-ended"),
  "a refused sign-in": async (page) => {
    await page.goto("/login");
    await submitLogin(page, newAddress());
    await expect(alert(page)).toBeVisible();
  },
  "the registration page": goTo("/register"),
  "a refused registration": async (page) => {
    await page.goto("/register");
    await submitRegistration(page, "alice@", "short");
    await expect(page.getByLabel("Email")).toHaveAttribute("aria-invalid", "true");
  },
  "the page for the code, with a wrong one": async (page) => {
    await page.goto("/register");
    await submitRegistration(page, newAddress());
    await page.getByLabel("Code").fill("12345");
    await page.getByRole("button", { name: "Confirm", exact: true }).click();
    await expect(page.getByLabel("Code")).toHaveAttribute("aria-invalid", "true");
  },
  "the page for the code when none is awaited": goTo("/verify-email"),
  "a link that confirms": (page) => openLink(page, "/verify-email", "verify"),
  "a link that takes back": (page) => openLink(page, "/verify-email", "undo-email-change"),
  "the page that asks where to mail a code": goTo("/sign-in-code/address?message=expired"),
  "the page for a mailed code to sign in, with a wrong one": async (page) => {
    await page.goto("/sign-in-code/address");
    await page.getByLabel("Email").fill(newAddress());
    await page.getByRole("button", { name: "Email me a code" }).click();
    await page.getByLabel("Code").fill("12345");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByLabel("Code")).toHaveAttribute("aria-invalid", "true");
  },
  "a link that signs in": (page) => openLink(page, "/sign-in-code", "sign-in"),
  "a dead link that signed in": goTo("/sign-in-code?token=dead"),
  "the page for a forgotten password": goTo("/forgot-password"),
  "the answer to a forgotten password": async (page) => {
    await page.goto("/forgot-password");
    await page.getByLabel("Email").fill(newAddress());
    await page.getByRole("button", { name: "Send reset link" }).click();
    await expect(page.getByText("Check your inbox")).toBeVisible();
  },
  "the page for a new password, refused": async (page) => {
    await openLink(page, "/reset-password", "reset");
    await page.getByLabel("New password").fill("short");
    await page.getByLabel("Confirm password").fill("short");
    await page.getByRole("button", { name: "Set new password" }).click();
    await expect(page.getByLabel("New password")).toHaveAttribute("aria-invalid", "true");
  },
  "a dead link": goTo("/reset-password?token=dead"),
  "the second step": (page) => goToSecondStep(page, "/two-factor"),
  "the second step by a recovery code, with a wrong one": async (page) => {
    await goToSecondStep(page, "/two-factor?with=recovery-code");
    await page.getByLabel("Recovery code").fill("AAAAA-AAAAA");
    await page.getByRole("button", { name: "Confirm" }).click();
    await expect(page.getByLabel("Recovery code")).toHaveAttribute("aria-invalid", "true");
  },
  "the page that asks who one is once more": async (page) => {
    const user = await verifiedUser();
    await signIn(page, user);
    await db.session.updateMany({ where: { userId: user.id }, data: { authenticatedAt: new Date(0) } });
    await page.goto("/reauthenticate");
  },
  "the page with an app's QR code": scanCode,
  "new recovery codes": async (page) => {
    await scanCode(page);
    const key = await page.locator(".font-mono").textContent();
    await page.getByLabel("Code", { exact: true }).fill(totpCode(key?.replaceAll(" ", "") ?? ""));
    await expect(page.getByRole("list", { name: "Recovery codes" })).toBeVisible();
  },
  "a sign-in that a provider was not asked for": goTo("/callback/oidc?problem=provider_denied"),
  "the dashboard with its menu": async (page) => {
    await goSignedIn(page, "/dashboard");
    await menuButton(page).click();
    await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  },
  "the account page": (page) => goSignedIn(page, "/account"),
  "the account's ways to sign in": (page) => goSignedIn(page, "/account/security"),
  "the account's devices": (page) => goSignedIn(page, "/account/devices"),
  "the account's data, with a refusal": async (page) => {
    await goSignedIn(page, "/account/data");
    const deletion = page.getByRole("region", { name: "Delete account" });
    await openForm(deletion);
    await deletion.getByLabel("Current password").fill("not-the-password");
    await deletion.getByRole("button", { name: "Delete account" }).click();
    await expect(deletion.getByLabel("Current password")).toHaveAttribute("aria-invalid", "true");
  },
  "the page that says what “This was not me” does": (page) => goSignedIn(page, "/account/activity/not-me"),
  "the admin page": (page) => goSignedIn(page, "/admin", "admin"),
  "the admin page, with nobody found": (page) => goSignedIn(page, "/admin?q=nobody-has-this-name", "admin"),
  "a page one has no access to": (page) => goSignedIn(page, "/admin"),
  "a page that is not there": goTo("/there/is/no/such/page"),
};

const PHONE = { width: 390, height: 844 };
/** The narrowest that WCAG asks for (1.4.10), by a person who set letters twice as large (1.4.4). */
const NARROW = { width: 320, height: 640 };
const LARGE_LETTERS_PX = 32;

/** What axe finds. In the dark only colours differ. */
async function violations(page: Page, colorScheme: "light" | "dark"): Promise<string[]> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const found = await (colorScheme === "dark" ? axe.withRules(["color-contrast"]) : axe).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

async function expectToFit(page: Page): Promise<void> {
  const [needed, given] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(needed).toBeLessThanOrEqual(given ?? 0);
}

async function enlargeLetters(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Page.setFontSizes", { fontSizes: { standard: LARGE_LETTERS_PX } });
}

for (const [name, open] of Object.entries(STATES)) {
  test(`${name} is accessible in light and dark, wide and on a phone, and no wider than the screen`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await open(page);
    expect(await violations(page, "light")).toEqual([]);
    expect(await violations(page, "dark"), "dark").toEqual([]);
    await expectToFit(page);
    await page.setViewportSize(PHONE);
    expect(await violations(page, "light"), "on a phone").toEqual([]);
    await expectToFit(page);
    await page.setViewportSize(NARROW);
    await enlargeLetters(page);
    await expectToFit(page);
  });
}

test("large letters fold the list of the account's pages, which a key unfolds", { tag: "@no-js" }, async ({ page }) => {
  await page.setViewportSize(NARROW);
  await enlargeLetters(page);
  await goSignedIn(page, "/account");
  await expect(page.getByRole("heading", { level: 2 }).first()).toBeInViewport();
  const security = page.getByRole("link", { name: "Security", exact: true });
  await expect(security).toBeHidden();
  await page.locator("summary", { hasText: "Personal details" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(security).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/account/security");
  await expect(security, "the next page folds it").toBeHidden();
});

test("large letters leave a row's value the width of the row", async ({ page }) => {
  await page.setViewportSize(NARROW);
  await enlargeLetters(page);
  await goSignedIn(page, "/account");
  const section = page.getByRole("region", { name: "Email" });
  const [value, row] = await Promise.all([section.getByText("@example.com").boundingBox(), section.boundingBox()]);
  expect(value?.width).toBeGreaterThan((row?.width ?? 0) * 0.8);
});

test("what is printed has the letters of the light theme, whatever theme the person chose", async ({ page }) => {
  const ink = () => page.evaluate(() => getComputedStyle(document.body).color);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/login");
  const light = await ink();
  await page.evaluate(() => localStorage.setItem("theme", "dark"));
  await page.reload();
  expect(await ink()).not.toBe(light);
  await page.emulateMedia({ media: "print" });
  expect(await ink()).toBe(light);
});

test("the menu is reached and left by keyboard, and by touch", { tag: "@phone" }, async ({ page }) => {
  await goSignedIn(page, "/dashboard");
  await menuButton(page).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: "Account" })).toBeVisible();
  await page.emulateMedia({ colorScheme: "light" });
  await page.getByRole("radio", { name: "Dark" }).check({ force: true });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const bars = page.locator('meta[name="theme-color"]').first();
  await expect(bars).toHaveAttribute("content", PAGE_COLOR.dark);
  const chosen = await background();
  expect(chosen, "a chosen theme goes before the system's").not.toBe("rgb(246, 246, 248)");
  await page.reload();
  expect(await background(), "and stays chosen").toBe(chosen);
  await expect(bars, "around the page too").toHaveAttribute("content", PAGE_COLOR.dark);
  await menuButton(page).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("link", { name: "Account" })).toBeHidden();
  await menuButton(page).click();
  await page.getByRole("link", { name: "Account" }).click();
  await expect(page).toHaveURL("/account");
  await expect(page.getByRole("link", { name: "Account" }), "a choice closes it").toBeHidden();
});

test("nothing moves when the font comes, however late", async ({ page }) => {
  // In earnest a font that comes late is left for the next page, so that this is the worst that can happen.
  await page.route(/\.css$|\/(login|register|account)$/, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replaceAll("font-display:optional", "font-display:swap");
    await route.fulfill({ response, body });
  });
  await page.route(/\.woff2$/, async (route) => {
    await page.waitForFunction(() => "moved" in window);
    await route.continue();
  });
  // What is drawn while the document still arrives grows with it. The font is held back until the whole was drawn once.
  await page.addInitScript(() => {
    const watch = () => {
      const moved: string[] = [];
      Object.assign(window, { moved });
      new PerformanceObserver((list) => {
        for (const { sources } of list.getEntries() as unknown as { sources: { node: Node | null }[] }[])
          moved.push(...sources.map(({ node }) => node?.textContent ?? ""));
      }).observe({ type: "layout-shift" });
    };
    document.addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => requestAnimationFrame(watch)));
  });
  const alice = await verifiedUser({ name: "Alice Carroll" });
  for (const width of [1280, 390]) {
    await page.context().clearCookies();
    for (const path of ["/login", "/register", "/account"]) {
      if (path === "/account") await signIn(page, alice);
      await page.setViewportSize({ width, height: 800 });
      await page.goto(path);
      await page.waitForFunction(() =>
        [...document.fonts].some(({ family, status }) => family === "inter" && status === "loaded"),
      );
      const moved = await page.evaluate(async () => {
        await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
        return (window as unknown as { moved: string[] }).moved;
      });
      expect(moved, `${path} at ${width}`).toEqual([]);
    }
  }
});
