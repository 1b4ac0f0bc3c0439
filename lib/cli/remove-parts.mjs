import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { posix } from "node:path";
import { cutImports, cutMentions, cutStatements, cutVariable } from "./cut.mjs";
import { deleteDead, findDead, newlyDead } from "./dead-code.mjs";
import { at, npm, startBin } from "./project.mjs";

/** @typedef {import("./parts.mjs").Part} Part */

/** Everything of ours that is text. */
const SOURCES = ["app", "emails", "lib", "prisma", "tests", ".github", "proxy.ts", "instrumentation.ts"];
const SOURCE = /\.(tsx?|mjs)$/;
const LISTS_PARTS = /^lib\/cli\/(dialect-)?parts\.mjs$/;

/** The files of a part that there are. @param {Pick<Part, "files">} part */
export function filesOf({ files }) {
  return files.flatMap((pattern) => matches(".", pattern.split("/")));
}

/** @returns {string[]} paths below a folder that fit the names of a pattern, one after the other */
function matches(folder, [name, ...rest]) {
  const pattern = new RegExp(`^${name.replace(/[.[\]()]/g, "\\$&").replaceAll("*", ".*")}$`);
  if (!statSync(at(folder), { throwIfNoEntry: false })?.isDirectory()) return [];
  const found = readdirSync(at(folder)).filter((entry) => pattern.test(entry) && !entry.startsWith(".output"));
  const paths = found.map((entry) => posix.join(folder, entry));
  return rest.length === 0 ? paths : paths.flatMap((path) => matches(path, rest));
}

/**
 * Removes parts: their files, their lines in other files, and all that nothing uses afterwards.
 * @param {Part[]} parts
 */
export async function removeParts(parts) {
  const before = await findDead();
  const all = new Set(parts.flatMap(filesOf));
  const isInside = (file) => [...all].some((other) => file.startsWith(`${other}/`));
  const files = [...all].filter((file) => !isInside(file));
  console.log(`Deletes\n${list(files)}`);
  for (const file of files) rmSync(at(file), { recursive: true });
  const missed = parts.flatMap(cutLines);
  for (const part of parts) cutScripts(part);
  for (const name of parts.flatMap(({ variables = [] }) => variables)) {
    edit(".env.example", (text) => cutVariable(text, name));
    edit("lib/env.ts", (text) => cutStatements(text, `${name}:`) ?? text);
  }
  forget(files);
  await tidy();
  const dead = await deleteWhatFellDead(before);
  await uninstall([...dead.packages, ...parts.flatMap(({ packages = [] }) => packages)]);
  const byHand = [...parts.flatMap(({ byHand: left = [] }) => left), ...missed, ...tablesOf(parts)];
  if (byHand.length > 0) console.log(`\nLeft to do by hand\n${list(byHand)}`);
}

/** @returns {string[]} the lines that it did not find, because the file was changed */
function cutLines({ lines = {} }) {
  return Object.entries(lines).flatMap(([file, all]) =>
    all.flatMap((words) => {
      if (!existsSync(at(file))) return [];
      const cut = cutStatements(read(file), words);
      if (cut === null)
        return file.endsWith(".md")
          ? []
          : [`${file} has no line with ${words}: see that it says nothing of it otherwise.`];
      write(file, cut);
      return [];
    }),
  );
}

function cutScripts({ scripts = [] }) {
  editManifest((manifest) => {
    for (const name of scripts) delete manifest.scripts[name];
  });
}

/** Cuts imports of deleted files, and what documents say of them. */
function forget(gone) {
  const isGone = (path) => gone.some((file) => path === file || path.startsWith(`${file}/`));
  const isGoneModule = (path) => ["", ".ts", ".tsx", ".mjs"].some((end) => isGone(path + end));
  for (const file of sources().filter((name) => SOURCE.test(name)))
    edit(file, (text) =>
      cutImports(text, (from) => {
        const path = from.startsWith("@/")
          ? from.slice(2)
          : from.startsWith(".") && posix.join(posix.dirname(file), from);
        return Boolean(path) && isGoneModule(path);
      }),
    );
  const documents = [...readdirSync(at(".")), ...sources()].filter((name) => name.endsWith(".md"));
  for (const file of documents)
    edit(file, (text) => cutMentions(text, (path) => isGone(path) || isGone(posix.join(posix.dirname(file), path))));
}

function sources() {
  const below = (path) =>
    statSync(at(path)).isDirectory()
      ? readdirSync(at(path)).flatMap((name) => (name.startsWith(".output") ? [] : below(posix.join(path, name))))
      : [path];
  return SOURCES.filter((path) => existsSync(at(path)))
    .flatMap(below)
    .filter((path) => !LISTS_PARTS.test(path) && !/^prisma\/(client|.*\.db)/.test(path));
}

/** Removes unused imports, and formats. */
async function tidy() {
  const biome = (...args) => startBin("@biomejs/biome/bin/biome", args).ended;
  await biome("lint", "--write", "--unsafe", "--only=correctness/noUnusedImports");
  await biome("check", "--write");
}

/** Deletes what only the parts used, again and again, because that may have been the last use of other code. @returns what was found dead */
async function deleteWhatFellDead(before) {
  const deleted = [];
  for (;;) {
    const dead = newlyDead(await findDead(), before);
    const now = deleteDead(dead);
    if (now.length === 0) {
      if (deleted.length > 0) console.log(`\nNothing else used, so deleted too\n${list(deleted)}`);
      return dead;
    }
    deleted.push(...now);
    forget(dead.files);
    await tidy();
  }
}

/** Takes packages out of package.json and its lock. node_modules may keep them. */
async function uninstall(packages) {
  if (packages.length === 0) return;
  console.log(`\nPackages that go\n${list(packages)}`);
  editManifest((manifest) => {
    for (const name of packages)
      for (const kind of ["dependencies", "devDependencies", "overrides"]) delete manifest[kind]?.[name];
  });
  const { code, output } = await npm("install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund");
  if (code !== 0) console.log(`package-lock.json could not be brought up to date: run npm install.\n${output}`);
}

function tablesOf(parts) {
  const tables = parts.flatMap((part) => part.tables ?? []);
  if (tables.length === 0) return [];
  return [
    `The tables stay, with what is in them: ${tables.join(", ")}. To drop them take their models out of prisma/schema.prisma, delete what then fails to compile, and run npm run db:migrate -- --name drop_${tables[0]?.toLowerCase()}.`,
  ];
}

const read = (file) => readFileSync(at(file), "utf8");
const write = (file, text) => writeFileSync(at(file), text);
function edit(file, change) {
  const text = read(file);
  const changed = change(text);
  if (changed !== text) write(file, changed);
}
function editManifest(change) {
  edit("package.json", (text) => {
    const manifest = JSON.parse(text);
    change(manifest);
    return `${JSON.stringify(manifest, null, 2)}\n`;
  });
}
const list = (items) => items.map((item) => `  ${item}`).join("\n");
