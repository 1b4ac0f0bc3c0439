import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { endWithChildren } from "@/lib/cli/processes.mjs";
import { measureCheck } from "./check-cost";
import { measurePages } from "./page-weight";
import { prepare } from "./prepare";
import type { Figure } from "./rounds";
import { measureScale, measureScalePostgresql } from "./scale";
import { measureSignIn } from "./sign-in";
import { measureSlowClients } from "./slow-clients";
import { measureStart } from "./start-cost";
import { measureStock } from "./stock-cost";
import { measureTelemetry } from "./telemetry-cost";

// `npm run bench` measures every promise about speed and weight as a ratio on this machine, in three quarters of an hour. With
// names of parts (check, stock, slow, telemetry, start, sign-in, pages, scale, scale-postgresql) it measures only those. It
// measures `soak` only by its name, in eleven minutes.
const wanted = process.argv.slice(2);
const GB = 1024 ** 3;
process.env.AUTH_SECRET = "only-for-measuring-0123456789-abcdefghij";

const folder = mkdtempSync(join(tmpdir(), "latchkey-bench-"));
const [app, floor] = [join(folder, "app"), join(folder, "floor")];
const cleanUp = () => rmSync(folder, { recursive: true, force: true });
endWithChildren(cleanUp);
const figures: Figure[] = [];
try {
  if (wanted.length === 0 || wanted.some((name) => !name.startsWith("scale"))) {
    console.log("Building what is measured …");
    prepare(app, floor);
    process.chdir(app);
  }
  const parts: Record<string, () => Promise<Figure[]>> = {
    check: () => measureCheck(folder),
    stock: () => measureStock(folder, floor),
    slow: () => measureSlowClients(folder),
    telemetry: () => measureTelemetry(folder),
    start: () => measureStart(folder, floor),
    "sign-in": () => measureSignIn(folder),
    pages: () => measurePages(folder, floor),
    scale: () => measureScale(folder),
    "scale-postgresql": measureScalePostgresql,
    // It reads the build, which some parts do not need.
    soak: async () => (await import("./soak")).measureSoak(folder),
  };
  for (const [name, measure] of Object.entries(parts)) {
    if (wanted.length > 0 ? !wanted.includes(name) : name === "soak") continue;
    process.stdout.write(`${name} `);
    figures.push(...(await measure()));
    process.stdout.write("\n");
  }
} finally {
  cleanUp();
}

const load = loadavg()[0]?.toFixed(1);
console.log(`
${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${availableParallelism()} cores (${cpus()[0]?.model}), ${Math.round(totalmem() / GB)} GB, load ${load}

| | measured | goal | |
|---|---|---|---|`);
for (const { name, measured, goal, ok } of figures)
  console.log(`| ${name} | ${measured} | ${goal} | ${goal && (ok ? "✓" : "✗")} |`);
process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
