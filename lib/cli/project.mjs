import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { start } from "./processes.mjs";

// No dependencies in here: this is what runs before there are any.

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const at = (...path) => join(ROOT, ...path);
const read = (path) => (existsSync(path) ? readFileSync(path, "utf8") : "");
const readJson = (path) => JSON.parse(read(path) || "{}");
const PROGRESS_MS = 500;
const GENERATED_STAMP = at("prisma/client/.generated-from");

/** What the site is called. Node runs no TypeScript before packages are installed, so this reads the file's text. */
export function productName() {
  const [, name = "This site"] = read(at("lib/brand.ts")).match(/^ {2}name: ["'`](.+)["'`],$/m) ?? [];
  return name;
}

/** One line that says why this version of Node does not work, or null. */
export function nodeProblem() {
  const wanted = readJson(at("package.json")).engines.node.match(/\d+/g).map(Number);
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > wanted[0] || (major === wanted[0] && minor >= wanted[1])) return null;
  return `${productName()} needs Node ${wanted.join(".")} or newer, this is ${process.versions.node}. Install it from https://nodejs.org`;
}

/** Whether node_modules holds exactly what package-lock.json says. npm leaves its own list there when it is done. */
export function isInstalled() {
  const wanted = Object.entries(readJson(at("package-lock.json")).packages ?? {});
  const present = readJson(at("node_modules/.package-lock.json")).packages ?? {};
  return wanted.every(([path, { version, optional }]) => {
    if (path === "") return true;
    return present[path] ? present[path].version === version : optional;
  });
}

/**
 * Installs exactly what package-lock.json says. npm is silent meanwhile, for minutes, so its progress is counted.
 * @param {(progress: string) => void} say
 */
export async function install(say = () => {}) {
  const counting = countPackages(say);
  const result = await npm("ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error");
  clearInterval(counting);
  return result;
}

/** Runs npm: the one that runs this command, where there is one. */
export function npm(...args) {
  const path = process.env.npm_execpath;
  // Nothing here needs Prisma's engine, a download (see prisma.config.ts), so another file is named in its place.
  const options = { cwd: ROOT, env: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, ...process.env } };
  return path?.endsWith(".js")
    ? start(process.execPath, [path, ...args], options).ended
    : start("npm", args, options).ended;
}

/** Tells the progress of the installation in steps of ten per cent. */
function countPackages(say) {
  const begun = Date.now();
  const { packages = {} } = readJson(at("package-lock.json"));
  const wanted = Object.keys(packages).filter((path) => path && !packages[path].optional);
  const isNew = (path) => (statSync(at(path, "package.json"), { throwIfNoEntry: false })?.ctimeMs ?? 0) >= begun;
  let said = 0;
  return setInterval(() => {
    const tens = Math.floor((wanted.filter(isNew).length / wanted.length) * 10);
    if (tens > said) say(`${tens}0 % `);
    said = Math.max(said, tens);
  }, PROGRESS_MS);
}

/** The clients follow from the schemas and Prisma's version. */
function generatedFrom() {
  const sources = ["prisma/schema.prisma", "prisma/postgresql/schema.prisma", "node_modules/prisma/package.json"];
  return sources.reduce((hash, path) => hash.update(read(at(path))), createHash("sha256")).digest("hex");
}

export function isGenerated() {
  return read(GENERATED_STAMP) === generatedFrom();
}

export async function generate() {
  const result = await startBin("prisma/build/index.js", ["generate"]).ended;
  if (result.code === 0) writeFileSync(GENERATED_STAMP, generatedFrom());
  return result;
}

/** A package's program, by its path in node_modules, because PATH may not have it. */
export function startBin(path, args, options) {
  return start(process.execPath, [at("node_modules", path), ...args], { cwd: ROOT, ...options });
}

/** What `npm run build` does once the database client is generated. */
export async function build(options) {
  const built = await startBin("next/dist/bin/next", ["build"], options).ended;
  return built.code === 0 ? start(process.execPath, [at("lib/server/build.mjs")], options).ended : built;
}

/** One of our own TypeScript files. */
export function startTs(path, args = [], options = {}) {
  return start(process.execPath, ["--import", "tsx", at(path), ...args], { cwd: ROOT, ...options });
}
