import { type BrowserContext, expect, type Locator, type Page } from "@playwright/test";
import { type AskedMail, mailCounters } from "@/lib/auth/steps/mail-budget";
import { forgive } from "@/lib/auth/store/rate-limits";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import type { User } from "@/prisma/client/client";
import { test as base } from "./e2e";
import type { SentMail } from "./fake-resend";
import { PASSWORD, session } from "./people";

type Fixtures = {
  /** Opens another browser, without cookies. The test watches it like the first. */
  newVisitor: () => Promise<Page>;
  /** Lets this browser, a stranger's, cause mail to an address again at once. The waits of other tests stay. */
  forgetMails: (asked: Pick<AskedMail, "budget" | "email">) => Promise<void>;
  /** Faults in pages that a person does not see: a blocked script, a failed hydration, a throw. */
  complaints: string[];
};

/** The test on this run's server. It fails when a page complains, whatever else the test looks at. */
export const test = base.extend<Fixtures>({
  complaints: async ({ browserName: _ }, use) => {
    const complaints: string[] = [];
    await use(complaints);
    expect(complaints, "what pages complained about").toEqual([]);
  },
  context: async ({ context, complaints }, use) => {
    listen(context, complaints);
    await use(context);
  },
  forgetMails: async ({ extraHTTPHeaders }, use) => {
    const ip = extraHTTPHeaders?.["x-forwarded-for"] ?? null;
    await use(async (asked) => forgive(await mailCounters({ ...asked, client: { ip, userAgent: null } })));
  },
  newVisitor: async ({ browser, complaints }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext();
      contexts.push(context);
      listen(context, complaints);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

/** The browser notes each refusal, an answer with status 4xx, as an error. That is no complaint. */
const EXPECTED = /^Failed to load resource: the server responded with a status of (4\d\d|503)/;

function listen(context: BrowserContext, complaints: string[]): void {
  context.on("console", (message) => {
    if (message.type() === "error" && !EXPECTED.test(message.text())) complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
}

/** Gives the browser a session of the user's, without the pages. */
export async function signIn(page: Page, user: User): Promise<void> {
  await setCookie(page, SESSION_COOKIE(), (await session(user)).token);
}

export async function setCookie(page: Page, name: string, value: string): Promise<void> {
  await page.context().addCookies([{ name, value, url: process.env.APP_URL, httpOnly: true, sameSite: "Lax" }]);
}

/** The cookie that names the browser's session, as the browser holds it. */
export async function sessionCookie(page: Page) {
  return (await page.context().cookies()).find(({ name }) => name === SESSION_COOKIE());
}

export async function submitLogin(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

export async function submitRegistration(
  page: Page,
  email: string,
  password = PASSWORD,
  name = "Alice",
): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
}

/** The link of a mail that has a token. Only its path, for the server under test. */
export function tokenLink(mail: SentMail): string {
  const link = mail.links.find((candidate) => candidate.includes("token="));
  if (!link) throw new Error(`No link with a token in “${mail.subject}”`);
  return link;
}

/** An address that no user has. */
export function newAddress(): string {
  return `${crypto.randomUUID().slice(0, 13)}@example.com`;
}

/** The card or page heading. */
export function heading(page: Page, name: string | RegExp) {
  return page.getByRole("heading", { level: 1, name });
}

/** Opens the form of a section. */
export async function openForm(section: Locator): Promise<void> {
  await section.locator("[aria-expanded]").click();
}

/** The message of a form or of the card. */
export function alert(page: Page) {
  // Next keeps an empty announcer with this role on every page.
  return page.locator('[role="alert"]:not(#__next-route-announcer__)');
}

/** The button of the header that opens the menu: the avatar and the name. */
export function menuButton(page: Page) {
  return page.getByRole("banner").getByRole("button", { name: /menu/ });
}
