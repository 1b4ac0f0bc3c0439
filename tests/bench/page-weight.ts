import { chromium } from "@playwright/test";
import lighthouse from "lighthouse";
import { start } from "@/lib/cli/processes.mjs";
import { findChromium } from "../support/chromium.mjs";
import { freePort, startServer, untilReady } from "../support/server";
import { type Figure, median, ROUNDS } from "./rounds";

const KB = 1024;
const MORE_THAN_FLOOR_KB = 6;
const SCORES: Record<string, number> = { performance: 95, accessibility: 100, "best-practices": 100, seo: 100 };

/** What /login weighs against a page without code of its own, and what Lighthouse thinks of it. */
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

async function startFloor(folder: string): Promise<{ url: string; stop(): void }> {
  const port = await freePort();
  const child = start(process.execPath, ["node_modules/next/dist/bin/next", "start", folder, "--port", String(port)]);
  const url = `http://localhost:${port}`;
  await untilReady(url, child);
  return { url, stop: () => void child.kill() };
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
  const figures = Object.entries(SCORES).map(([category, goal]) => {
    const [ours, floors] = [score(reports, category), score(floorReports, category)];
    // Alone of the four it depends on the machine: what a page without code gets there says how much.
    const name = category === "performance" ? `performance (a page without code gets ${floors} here)` : category;
    const wanted = goal === 100 ? "100" : `≥ ${goal}`;
    return { name: `Lighthouse, /login: ${name}`, measured: String(ours), goal: wanted, ok: ours >= goal };
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
