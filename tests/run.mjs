import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { endWithChildren, start } from "../lib/cli/processes.mjs";
import { at, build, generate, install, isGenerated, isInstalled, nodeProblem, startBin } from "../lib/cli/project.mjs";
import { limited } from "./support/limited.mjs";

// `npm test`: installs what is missing, runs everything, and says in its last line how many passed and failed.
// No dependencies: it runs before there are any.

const REPORTS = "tests/.output/reports";
const total = { passed: 0, failed: 0, skipped: 0 };

const problem = nodeProblem();
if (problem) {
  console.error(problem);
  process.exit(1);
}
endWithChildren();
rmSync(at(REPORTS), { recursive: true, force: true });
mkdirSync(at(REPORTS), { recursive: true });

if (await prepare()) await runAll();
const { passed, failed, skipped } = total;
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 ? 1 : 0;

/** What the tests need. Counts as a test only when it fails: then nothing else can run. */
async function prepare() {
  if (!isInstalled() && !(await step("Install packages", install(), failures))) return false;
  return isGenerated() || step("Generate the database client", generate(), failures);
}

/**
 * Two rows of parts side by side, about as long as each other. Much of a part is waiting: for a disk, a browser, a mail.
 * Both need the build in the end.
 */
async function runAll() {
  const noBrowser = await withoutBrowser();
  const built = step("Build", build({ env: environment() }));
  await Promise.all([browserRow(built, noBrowser), otherRow(built)]);
}

async function browserRow(built, noBrowser) {
  if (await built) await browserTests(noBrowser);
  else notRun("Browser");
}

async function otherRow(built) {
  await step("Format and lint", bin("@biomejs/biome/bin/biome", ["check", "--error-on-warnings"]));
  await step("Dead code", bin("knip/bin/knip.js", ["--no-progress", "--treat-config-hints-as-errors"]));
  await vitest("Unit, integration and hooks", ["unit", "integration", "hooks"]);
  if (!(await built)) return notRun("Types", "Contract");
  await step("Types", bin("typescript/bin/tsc", ["--noEmit", "--project", "tests"]));
  // One worker more than there are cores, because one of them waits most of the time: for the next attempt at a mail.
  await vitest("Contract", ["contract"], "--maxWorkers", String(availableParallelism() + 1));
}

function bin(path, args, env = {}) {
  return startBin(path, args, { env: environment(env) }).ended;
}

function environment(more = {}) {
  return { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...more };
}

/**
 * Waits for one part, counts it and prints a line about it, and all it wrote when it failed.
 * @param {Promise<{ code: number, output: string }>} work
 * @param {(result: { code: number, output: string }) => { passed: number, failed: number, skipped?: number, why?: string[] }} count
 */
async function step(name, work, count = countAsOne) {
  const begun = performance.now();
  const result = await work;
  const counted = count(result);
  // A runner that fails without naming a test has crashed.
  if (result.code !== 0 && counted.failed === 0) counted.failed = 1;
  for (const key of Object.keys(total)) total[key] += counted[key] ?? 0;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1).padStart(7);
  const ok = counted.failed === 0;
  if (!ok) console.log(`\n${result.output}`);
  console.log(`${ok ? "✓" : "✗"} ${name.padEnd(30)}${seconds} s  ${counted.passed} passed, ${counted.failed} failed`);
  for (const name of counted.why ?? []) console.log(`  skipped: ${name}`);
  return ok;
}

function countAsOne({ code }) {
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function failures({ code }) {
  return { passed: 0, failed: code === 0 ? 0 : 1 };
}

function notRun(...names) {
  for (const name of names) console.log(`✗ ${name}: not run, there is no build`);
  total.failed += names.length;
}

function report(name) {
  const path = at(REPORTS, `${name}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
}

function vitest(name, projects, ...more) {
  const file = `${REPORTS}/${projects[0]}.json`;
  const args = ["run", "--config", "tests/vitest.config.ts", ...projects.flatMap((project) => ["--project", project])];
  const reporters = ["--reporter", "default", "--reporter", "json", "--outputFile.json", file];
  return step(name, bin("vitest/vitest.mjs", [...args, ...more, ...reporters]), () => {
    const found = report(projects[0]);
    if (!found) return { passed: 0, failed: 1 };
    // A file that cannot even be loaded has no tests to fail.
    const broken = found.testResults.filter(
      ({ status, assertionResults }) =>
        status === "failed" && !assertionResults.some((test) => test.status === "failed"),
    );
    const skipped = found.testResults.flatMap(({ assertionResults }) =>
      assertionResults.filter(({ status }) => status !== "passed" && status !== "failed"),
    );
    return {
      // A group of tests that can be skipped says in its name what it needs.
      why: [...new Set(skipped.map(({ ancestorTitles, title }) => ancestorTitles.find(Boolean) ?? title))],
      passed: found.numPassedTests,
      failed: found.numFailedTests + broken.length,
      skipped: found.numPendingTests + found.numTodoTests,
    };
  });
}

async function browserTests(reason) {
  if (reason) return step("Browser", Promise.resolve({ code: 1, output: reason }));
  const env = { PLAYWRIGHT_JSON_OUTPUT_FILE: at(REPORTS, "e2e.json") };
  const args = ["test", "--config", "tests/playwright.config.ts", "--reporter", "list,json"];
  return step("Browser", bin("@playwright/test/cli.js", args, env), () => {
    const stats = report("e2e")?.stats;
    if (!stats) return { passed: 0, failed: 1 };
    return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
  });
}

/** Installs a browser where there is none. @returns what to do when that does not work, else null */
async function withoutBrowser() {
  const { findChromium } = await import("./support/chromium.mjs");
  if (findChromium()) return null;
  console.log("… There is no Chromium here, so it is installed");
  await limited(startBin("@playwright/test/cli.js", ["install", "--with-deps", "chromium"]));
  if (!findChromium() && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    await limited(start("apt-get", ["update"]));
    for (const name of ["chromium-headless-shell", "chromium"])
      if (!findChromium()) await limited(start("apt-get", ["install", "--yes", "--no-install-recommends", name]));
  }
  return findChromium() ? null : "Install Chromium, or run `npx playwright install chromium`, then npm test again.\n";
}
