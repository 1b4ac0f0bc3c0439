import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import nft from "next/dist/compiled/@vercel/nft/index.js";
import { at } from "../cli/project.mjs";

// `npm run standalone`, after a build, copies the files that run the site, and no others, to .next/standalone. There `node
// lib/server/start.mjs` starts it, without npm and without build tools. Next's `output: "standalone"` has another server, without
// the files of ours; we find files by Next's own tracing.

const ROOT = at();
const TARGET = at(".next/standalone");
const [PAUSE_MS, KEPT_WITHIN_MS] = [200, 300_000];
/** Packages' files that only a build or `next dev` opens, though the server's files name them. */
const NOT_SERVED = [
  "node_modules/next/dist/{build/webpack,docs,server/dev,compiled/webpack,compiled/next-server}/**",
  "node_modules/{@next/swc-*,esbuild,lightningcss,typescript,webpack}/**",
];

if (!existsSync(at(".next/migrate.mjs"))) {
  console.error("There is no build to copy: run npm run build first.");
  process.exit(1);
}
rmSync(TARGET, { recursive: true, force: true });
const files = new Set([
  ...["package.json", ...filesBelow("prisma/migrations")],
  "node_modules/@prisma/schema-engine-wasm/schema_engine_bg.wasm",
  ...["prisma/schema.prisma", "prisma/postgresql/schema.prisma", ...filesBelow("prisma/postgresql/migrations")],
  ...filesBelow(".next").filter(
    (file) => !/^\.next\/(cache|dev|diagnostics|standalone|trace|types)\b|\.nft\.json$/.test(file),
  ),
  ...(await tracedFromStart()),
  ...tracedByNext(),
]);
// Next lists the .env files of this folder as well: they hold secrets of this machine, and the other machine has its own.
for (const file of files) if (/^\.env\b/.test(file)) files.delete(file);
for (const file of files) copy(file);
await keepCompiledCode();
const bytes = [...files].reduce((sum, file) => sum + lstatSync(at(file)).size, 0);
console.log(`.next/standalone: ${files.size} files, ${Math.round(bytes / 1e6)} MB`);

async function tracedFromStart() {
  const starts = ["lib/server/start.mjs", "lib/server/clean-up-worker.mjs"].map((file) => at(file));
  const { fileList } = await nft.nodeFileTrace(starts, { base: ROOT, ignore: NOT_SERVED });
  return fileList;
}

/** Next lists beside each page, and for its own server, the files that it opens. */
function tracedByNext() {
  return filesBelow(".next")
    .filter((file) => file.endsWith(".nft.json") && !file.startsWith(".next/standalone"))
    .flatMap((file) => {
      const { files } = JSON.parse(readFileSync(at(file), "utf8"));
      return files.map((traced) => relative(ROOT, join(dirname(at(file)), traced)));
    });
}

/** Node's own recursive listing follows links, since Node 24. */
function filesBelow(folder) {
  return readdirSync(at(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** A link is copied as a link. Newer Nodes ask for `recursive` if it leads to a folder. */
function copy(file) {
  const target = join(TARGET, file);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(at(file), target, { recursive: true, verbatimSymlinks: true });
}

/**
 * Starts the copy once, on a database that is thrown away, so that it keeps the code that a start compiles (compiled-code.mjs): a
 * container's site can mostly write nothing beside itself.
 */
async function keepCompiledCode() {
  const data = mkdtempSync(join(tmpdir(), "standalone-"));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const secret = randomBytes(32).toString("base64");
  const env = {
    ...{ PORT: String(port), APP_URL: url, DATABASE_URL: `file:${join(data, "site.db")}` },
    ...{ AUTH_SECRET: secret, RESEND_API_KEY: "none", MAIL_FROM: "site@example.com", TRUSTED_PROXY_HOPS: "0" },
  };
  const server = spawn(process.execPath, ["lib/server/start.mjs"], {
    cwd: TARGET,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let log = "";
  server.stdout.on("data", (text) => {
    log += text;
  });
  const ended = once(server, "exit");
  const isOver = () => server.exitCode !== null || server.signalCode !== null;
  const isKept = () => existsSync(join(TARGET, ".next/cache/compiled-code"));
  const giveUpAt = Date.now() + KEPT_WITHIN_MS;
  const isAwaited = () => !isOver() && !isKept() && Date.now() < giveUpAt;
  while (isAwaited() && !(await visit(url))) await sleep(PAUSE_MS);
  // It keeps the code once it rests.
  while (isAwaited()) await sleep(PAUSE_MS);
  server.kill();
  await ended;
  rmSync(data, { recursive: true, force: true });
  if (isKept()) return;
  console.error(`The copy does not start, or could not keep its compiled code:\n${log}`);
  process.exit(1);
}

/** Asks for what most people ask for first. False while nobody answers. */
async function visit(url) {
  try {
    for (const path of ["/api/health", "/login", "/dashboard"]) await (await fetch(url + path)).text();
    return true;
  } catch {
    return false;
  }
}

async function freePort() {
  const probe = createServer().listen(0, "localhost");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  return port;
}
