import { chromium } from "@playwright/test";
import lighthouse from "lighthouse";
import { findChromium } from "../support/chromium.mjs";
import { freePort, startServer } from "../support/server";
import { startFloor } from "./floor";
import { type Figure, median, ROUNDS } from "./rounds";

const KB = 1024;
const MORE_THAN_FLOOR_KB = 6;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
/** Performance depends on the machine, so it is compared with a page without code in the same rounds. */
const BELOW_FLOOR = 3;

/** The weight of /login against a page without code of its own, and Lighthouse's verdict on it. */
export async function measurePages(folder: string, floorFolder: string): Promise<Figure[]> {
  const browser = findChromium();
  if (!browser) throw new Error("There is no Chromium here: install one, or run `npx playwright install chromium`");
  const server = await startServer({ DATABASE_URL: `file:${folder}/pages.db` });
  const floor = await startFloor(floorFolder);
  try {
    const [login, least] = [await scriptBytes(`${server.url}/login`, browser), await scriptBytes(floor.url, browser)];
    const more = (login - least) / KB;
    const weight = {
      name: `JavaScript of /login, compressed, beyond that of a page without code (${(least / KB).toFixed(1)} KB)`,
      measured: `${more.toFixed(1)} KB`,
      goal: `≤ ${MORE_THAN_FLOOR_KB} KB`,
      ok: more <= MORE_THAN_FLOOR_KB,
    };
    return [weight, ...(await lighthouseFigures(`${server.url}/login`, floor.url, browser))];
  } finally {
    floor.stop();
    await server.stop();
  }
}

type Browser = NonNullable<ReturnType<typeof findChromium>>;

async function scriptBytes(url: string, options: Browser): Promise<number> {
  const browser = await chromium.launch(options);
  const page = await browser.newPage();
  const sizes: Promise<number>[] = [];
  page.on("requestfinished", (request) => {
    if (request.resourceType() !== "script") return;
    sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await page.goto(url, { waitUntil: "networkidle" });
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  await browser.close();
  return bytes;
}

async function lighthouseFigures(url: string, floorUrl: string, browser: Browser): Promise<Figure[]> {
  const reports: Report[] = [];
  const floorReports: Report[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    reports.push(await lighthouseReport(url, browser));
    floorReports.push(await lighthouseReport(floorUrl, browser));
    process.stdout.write(".");
  }
  const score = (of: Report[], category: string) =>
    Math.round(median(of.map(({ categories }) => categories[category]?.score ?? 0)) * 100);
  const figures = CATEGORIES.map((category) => {
    const [ours, floors] = [score(reports, category), score(floorReports, category)];
    if (category !== "performance")
      return { name: `Lighthouse, /login: ${category}`, measured: String(ours), goal: "100", ok: ours === 100 };
    const name = "Lighthouse, /login: performance, against a page without code";
    return { name, measured: `${ours} against ${floors}`, goal: `≥ -${BELOW_FLOOR}`, ok: ours >= floors - BELOW_FLOOR };
  });
  const shift = median(reports.map(({ audits }) => audits["cumulative-layout-shift"]?.numericValue ?? Number.NaN));
  return [...figures, { name: "Layout shift of /login", measured: String(shift), goal: "0", ok: shift === 0 }];
}

type Report = NonNullable<Awaited<ReturnType<typeof lighthouse>>>["lhr"];

async function lighthouseReport(url: string, options: Browser, attempts = 3): Promise<Report> {
  const port = await freePort();
  const browser = await chromium.launch({ ...options, args: [...options.args, `--remote-debugging-port=${port}`] });
  const result = await lighthouse(url, { port, logLevel: "silent" });
  await browser.close();
  // Now and then Chromium's trace has no beginning, and Lighthouse asks to be run again.
  if (!result || result.lhr.runtimeError) {
    if (attempts === 1) throw new Error(`Lighthouse gave no report: ${result?.lhr.runtimeError?.message}`);
    return lighthouseReport(url, options, attempts - 1);
  }
  return result.lhr;
}
