import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { start } from "../../lib/cli/processes.mjs";
import { at } from "../../lib/cli/project.mjs";
import { findChromium } from "../support/chromium.mjs";
import { applyEdits, readRecipes } from "./recipes.mjs";

// What tests/fresh-clone.mjs does with the recipes, and what it then looks at.

/** The development server builds a page when it is first asked for. */
const SHOWS_WITHIN_MS = 60_000;
/** A picture of one pixel, in the place of a site that may be out of reach: a broken picture is not shown. */
const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const PASSWORD = "plover-hatch-93-quill";
/** Followed while the site runs. */
const LIVE = "identity";

/** Follows the recipe of the identity before the eyes of a browser that is open. */
export async function followIdentity({ clone, url, cookie, report }) {
  const recipe = readRecipes(at(".")).find(({ name }) => name === LIVE);
  if (!recipe) return;
  await inBrowser(async (tab) => {
    const cookies = cookie.split("; ").map((pair) => pair.split(/=(.*)/s));
    await tab.context().addCookies(cookies.map(([name, value]) => ({ name, value, url })));
    await tab.route("https://gravatar.com/**", (route) => route.fulfill({ contentType: "image/gif", body: PIXEL }));
    await tab.goto(`${url}/dashboard`);
    const picture = tab.locator('header img[src^="https://gravatar.com/avatar/"]');
    const without = await picture.count();
    applyEdits(clone, recipe);
    await picture.waitFor({ state: "attached" });
    report(without === 0, "identity: the header has it at once");
  });
}

/** @param {(tab: import("@playwright/test").Page) => Promise<void>} work */
async function inBrowser(work) {
  const { chromium } = await import("@playwright/test");
  const browser = await chromium.launch(findChromium() ?? {});
  try {
    const tab = await (await browser.newContext()).newPage();
    tab.setDefaultTimeout(SHOWS_WITHIN_MS);
    await work(tab);
  } finally {
    await browser.close();
  }
}

/** Follows all others, and has the compiler and the linter read the result. */
export async function followRecipes({ clone, report }) {
  const recipes = readRecipes(at(".")).filter(({ name }) => name !== LIVE);
  for (const recipe of recipes) {
    applyEdits(clone, recipe);
    appendFileSync(join(clone, ".env.local"), recipe.settings.map((line) => `${line}\n`).join(""));
    for (const command of recipe.commands) {
      const { code, output } = await start("sh", ["-c", command], { cwd: clone }).ended;
      report(code === 0, `${recipe.name}: ${command}`, output);
    }
  }
  for (const command of ["typecheck", "lint"]) {
    const { code, output } = await start("npm", ["run", command], { cwd: clone }).ended;
    report(code === 0, `with all recipes followed: npm run ${command}`, output);
  }
}

/** Looks at the site once it runs again. */
export async function lookAtRecipes({ clone, url, cookie, report, page, signIn, email, printed }) {
  const recipes = new Map(readRecipes(at(".")).map((recipe) => [recipe.name, recipe]));
  const login = await page(`${url}/login`);
  const look = {
    rename({ edits }) {
      const [, name] = edits[0].after.match(/"(.+)"/);
      report(login.includes(`Sign in · ${name}</title>`), "rename: pages say it", login.slice(0, 2000));
      report(printed.includes(`\n  ${name}\n`), "rename: npm run dev says it", printed);
    },
    async page() {
      const address = `${url}/billing`;
      const visitor = await fetch(address, { redirect: "manual" });
      report(visitor.headers.get("location")?.endsWith("/login?to=%2Fbilling"), "page: visitors are sent to sign in");
      report((await page(address, cookie)).includes(`Bills of <!-- -->${email}`), "page: the signed-in see it");
      report(
        /<header.*href="\/billing".*<\/header>/s.test(await page(address, cookie)),
        "page: the header leads to it",
      );
    },
    async field() {
      for (const [address, cookies] of [
        ["/register", ""],
        ["/account?edit=profile", cookie],
      ])
        report((await page(url + address, cookies)).includes('name="company"'), `field: ${address} has it`);
      const { company } = JSON.parse(await page(`${url}/api/me`, cookie));
      report(company === null, "field: the identity has it");
      await store(clone, 'UPDATE "User" SET "company" = ? WHERE "email" = ?', ["Acme Bakery", email]);
      const dashboard = await page(`${url}/dashboard`, cookie);
      report(
        /<header.*Acme Bakery.*<\/header>/s.test(dashboard),
        "field: the header shows it",
        dashboard.slice(0, 4000),
      );
    },
    welcome: () =>
      inBrowser(async (tab) => {
        await register(tab, url, "new@example.com", "newcomer");
        const subject = await textIn(tab, url, "new@example.com", "Welcome");
        report(subject !== "", "welcome: a new person gets the mail");
      }),
    provider: () => report(/Continue with (<[^>]+>)*Slack/.test(login), "provider: it has a button", login),
    async username() {
      await inBrowser((tab) => register(tab, url, "nell@example.com", "nell"));
      const cookies = await signIn(url, { email: "nell", password: PASSWORD });
      const account = await page(`${url}/account`, cookies);
      report(
        account.includes("nell@example.com"),
        "username: given at registration, it signs in",
        account.slice(0, 2000),
      );
      report(account.includes("Your username is nell."), "username: its person reads it");
    },
    async table() {
      const owner = 'SELECT ?, "id", 4711 FROM "User" WHERE "username" = ?';
      await store(clone, `INSERT INTO "Invoice" ("id", "userId", "amount") ${owner}`, ["invoice-of-nell", "nell"]);
      const cookies = await signIn(url, { email: "nell", password: PASSWORD });
      const headers = { cookie: cookies, origin: url, "content-type": "application/x-www-form-urlencoded" };
      const download = await (await fetch(`${url}/your-data`, { method: "POST", headers })).text();
      report(/"invoice-of-nell".*4711/s.test(download), "table: a person's download has its rows", download);
    },
  };
  for (const [name, recipe] of recipes) if (name !== LIVE) await look[name](recipe);
}

/** Registers in a browser, and types the mailed code. The form asks for a username once that recipe was followed. */
async function register(tab, url, email, username) {
  await tab.goto(`${url}/register`);
  const asked = tab.getByLabel("Username");
  if (await asked.count()) await asked.fill(username);
  await tab.getByLabel("Email").fill(email);
  await tab.getByLabel("Password").fill(PASSWORD);
  await tab.getByRole("button", { name: "Create account", exact: true }).click();
  await tab.waitForURL("**/verify-email*");
  const mailbox = await tab.context().newPage();
  const code = await textIn(mailbox, url, email, /^\d{6}$/);
  await tab.getByLabel("Code").fill(code);
  // Not by the button: a whole code sends itself after a second, and the button may be gone when it is reached.
  await tab.getByLabel("Code").press("Enter");
  await tab.waitForURL("**/dashboard");
}

async function store(clone, statement, values) {
  const { default: Database } = await import("libsql");
  const database = new Database(join(clone, "prisma/dev.db"));
  database.prepare(statement).run(...values);
  database.close();
}

/** The text of the first element with this text among the mails to this address, once there is one. Mail takes a moment. */
async function textIn(tab, url, address, text) {
  for (const deadline = Date.now() + SHOWS_WITHIN_MS; Date.now() < deadline; ) {
    await tab.goto(`${url}/dev/mailbox`);
    const found = tab.getByRole("listitem").filter({ hasText: address }).getByText(text).first();
    if (await found.count()) return found.textContent();
  }
  return "";
}
