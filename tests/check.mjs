import { execFileSync } from "node:child_process";
import { endWithChildren } from "../lib/cli/processes.mjs";
import { at, generate, isGenerated, startBin } from "../lib/cli/project.mjs";

// `npm run check`, the loop while working: format, lint, types, all unit tests, and the tests of what changed since the
// branch left main (on main: since the last commit). `npm test` is everything.

const VITEST = ["run", "--config", "tests/vitest.config.ts"];
const begun = performance.now();
endWithChildren();
if (!isGenerated()) await part("Generate the database client", generate());

const passed = await Promise.all([
  part("Format and lint", bin("@biomejs/biome/bin/biome", "check", "--error-on-warnings")),
  part("Types", types()),
  part("Unit tests", bin("vitest/vitest.mjs", ...VITEST, "--project", "unit")).then(async (ok) => {
    const projects = ["--project", "integration", "--project", "hooks"];
    const changed = ["--changed", leftMainAt(), "--passWithNoTests"];
    return (await part("Tests of what changed", bin("vitest/vitest.mjs", ...VITEST, ...projects, ...changed))) && ok;
  }),
]);
process.exitCode = passed.every(Boolean) ? 0 : 1;
console.log(`\n${process.exitCode ? "Not all is well" : "All is well"}, after ${seconds(begun)} s`);

function bin(path, ...args) {
  return startBin(path, args, { env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" } }).ended;
}

async function types() {
  const typegen = await bin("next/dist/bin/next", "typegen");
  return typegen.code === 0 ? bin("typescript/bin/tsc", "--noEmit", "--project", "tests") : typegen;
}

/** Waits for one part, prints a line about it, and all it wrote when it failed. */
async function part(name, work) {
  const since = performance.now();
  const { code, output } = await work;
  if (code !== 0) console.log(`\n${output}`);
  console.log(`${code === 0 ? "✓" : "✗"} ${name.padEnd(30)}${seconds(since).padStart(7)} s`);
  return code === 0;
}

function seconds(since) {
  return ((performance.now() - since) / 1000).toFixed(1);
}

/** The commit to compare with. Where there is no history, or no main, the last one. */
function leftMainAt() {
  try {
    return execFileSync("git", ["merge-base", "HEAD", "main"], {
      cwd: at("."),
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  } catch {
    return "HEAD";
  }
}
