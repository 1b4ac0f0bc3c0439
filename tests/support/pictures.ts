import { mkdirSync } from "node:fs";
import { type Browser, chromium, type Page } from "@playwright/test";
import { FIREFOX } from "./browser";
import { findChromium } from "./chromium.mjs";
import { startServer } from "./server";

// `npm run pictures` draws the README's pictures anew, from the build.

const FOLDER = ".github";
const PAGE = { width: 640, height: 860 };
const GAP_PX = 24;

/** The buttons of providers must show their marks, but nothing presses them. */
const PROVIDERS = ["GOOGLE", "GITHUB", "DISCORD", "APPLE"];
const settings = PROVIDERS.flatMap((name) => [`AUTH_${name}_ID`, `AUTH_${name}_SECRET`]).map((key) => [key, "unused"]);

const server = await startServer(Object.fromEntries(settings));
Object.assign(process.env, server.settings);
const { PASSWORD } = await import("./people");
const { stepsPass, totpCode, twoStepUser } = await import("./factors");
const { db } = await import("@/lib/db");
const browser = await chromium.launch(findChromium() ?? {});
try {
  const given = { email: "alice@example.com", name: "Alice Liddell", role: "admin" };
  const { user, secret } = await twoStepUser(given);
  mkdirSync(FOLDER, { recursive: true });
  for (const colorScheme of ["light", "dark"] as const) {
    const context = await browser.newContext({ viewport: PAGE, colorScheme, deviceScaleFactor: 2, userAgent: FIREFOX });
    const page = await context.newPage();
    await page.goto(`${server.url}/login`);
    await page.waitForFunction(() => [...document.fonts].some(({ status }) => status === "loaded"));
    // A font that loads late is used only on the next page.
    await page.reload();
    const login = await shot(page);
    await page.getByLabel("Email").fill(user.email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await stepsPass(user.id);
    await page.getByLabel("Code").fill(totpCode(secret));
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.waitForURL("**/dashboard");
    await page.goto(`${server.url}/account`);
    const path = `${FOLDER}/pages-${colorScheme}.png`;
    await compose(browser, [login, await shot(page)], path);
    console.log(path);
    await context.close();
  }
} finally {
  await browser.close();
  await db.$disconnect();
  await server.stop();
}

/** A picture of the page once nothing moves, as an address for an <img>. */
async function shot(page: Page): Promise<string> {
  await page.evaluate(() => document.fonts.ready);
  const png = await page.screenshot({ animations: "disabled", caret: "hide" });
  return `data:image/png;base64,${png.toString("base64")}`;
}

/** Puts pictures side by side, with round corners on a transparent background. */
async function compose(browser: Browser, pictures: string[], path: string): Promise<void> {
  const width = pictures.length * PAGE.width + (pictures.length - 1) * GAP_PX;
  const page = await browser.newPage({ viewport: { width, height: PAGE.height } });
  const images = pictures.map((src) => `<img src="${src}" width="${PAGE.width}" height="${PAGE.height}">`);
  await page.setContent(`<style>
    body { margin: 0; display: flex; gap: ${GAP_PX}px; }
    img { box-sizing: border-box; border: 1px solid #8884; border-radius: 12px; }
  </style>${images.join("")}`);
  await page.screenshot({ path, omitBackground: true });
  await page.close();
}
