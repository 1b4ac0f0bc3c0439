import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { start } from "../../lib/cli/processes.mjs";
import { at } from "../../lib/cli/project.mjs";
import { findChromium } from "../support/chromium.mjs";
import { applyEdits, readRecipes } from "./recipes.mjs";

// What tests/fresh-clone.mjs does with the recipes, and what it then looks at.

const CHANGE_SHOWS_WITHIN_MS = 60_000;
/** Followed while the site runs. */
const LIVE = "identity";

/** Follows the recipe of the identity before the eyes of a browser that is open. */
export async function followIdentity({ clone, url, cookie, report }) {
  const recipe = readRecipes(at(".")).find(({ name }) => name === LIVE);
  if (!recipe) return;
  const { chromium } = await import("@playwright/test");
  const browser = await chromium.launch(findChromium() ?? {});
  try {
    const context = await browser.newContext();
    const cookies = cookie.split("; ").map((pair) => pair.split(/=(.*)/s));
    await context.addCookies(cookies.map(([name, value]) => ({ name, value, url })));
    const tab = await context.newPage();
    await tab.goto(`${url}/dashboard`);
    const picture = tab.locator("header img");
    const without = await picture.count();
    applyEdits(clone, recipe);
    await picture.waitFor({ state: "attached", timeout: CHANGE_SHOWS_WITHIN_MS });
    const shown = (await picture.getAttribute("src")) ?? "";
    report(
      without === 0 && shown.startsWith("https://gravatar.com/avatar/"),
      "identity: the header has it at once",
      shown,
    );
  } finally {
    await browser.close();
  }
}

/** Follows all others, and has the compiler read the result. */
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
  const { code, output } = await start("npm", ["run", "typecheck"], { cwd: clone }).ended;
  report(code === 0, "with all recipes followed the project type-checks", output);
}

/** Looks at the site once it runs again. */
export async function lookAtRecipes({ clone, url, cookie, report, page, signIn, email, password, printed }) {
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
    },
    provider: () => report(login.includes("Continue with LinkedIn"), "provider: it has a button", login),
    async username() {
      const { default: Database } = await import("libsql");
      const database = new Database(join(clone, "prisma/dev.db"));
      database.prepare('UPDATE "User" SET "username" = ? WHERE "email" = ?').run("wonder", email);
      database.close();
      const cookies = await signIn(url, { email: "wonder", password });
      report((await page(`${url}/dashboard`, cookies)).includes(email), "username: it signs in");
    },
  };
  for (const [name, recipe] of recipes) if (name !== LIVE) await look[name](recipe);
}
