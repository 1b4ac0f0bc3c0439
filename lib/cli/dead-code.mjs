import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cutStatementAt } from "./cut.mjs";
import { at, startBin } from "./project.mjs";

/**
 * Code that no other file uses. A declaration's line is counted from 1. `isUnused`: its own file does not use it either.
 * @typedef {{ file: string, name: string, line: number, isUnused?: boolean }} Declaration
 * @typedef {{ files: string[], declarations: Declaration[], packages: string[] }} Dead
 */

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

/** Asks knip for what no other file uses, and Biome for what its own file does not. @returns {Promise<Dead>} */
export async function findDead() {
  const [issues, unused] = await Promise.all([askKnip(), askBiome()]);
  const found = (kind) => issues.flatMap((issue) => issue[kind].map((entry) => ({ ...entry, file: issue.file })));
  return {
    files: found("files").map(({ file }) => file),
    declarations: [...found("exports"), ...found("types"), ...unused],
    packages: [...found("dependencies"), ...found("devDependencies")].map(({ name }) => name),
  };
}

async function askKnip() {
  const args = ["--reporter", "json", "--no-exit-code", "--no-progress", "--no-config-hints"];
  const { output } = await startBin("knip/bin/knip.js", args).ended;
  return JSON.parse(output.slice(output.indexOf("{"))).issues;
}

async function askBiome() {
  const args = ["lint", "--only=correctness/noUnusedVariables", "--reporter=json", "--max-diagnostics=none"];
  const { output } = await startBin("@biomejs/biome/bin/biome", args).ended;
  const json = output.split("\n").find((line) => line.startsWith("{")) ?? "{}";
  const diagnostics = JSON.parse(json).diagnostics ?? [];
  return diagnostics.map(({ message, location: { path, start } }) => ({
    file: path,
    name: message.match(/ (\S+) is unused/)?.[1] ?? "",
    line: start.line,
    isUnused: true,
  }));
}

/** What has become dead since `before`. @param {Dead} now @param {Dead} before @returns {Dead} */
export function newlyDead(now, before) {
  const known = new Set([...before.files, ...before.packages, ...before.declarations.map(nameOf)]);
  return {
    files: now.files.filter((file) => !known.has(file)),
    declarations: now.declarations.filter((entry) => !known.has(nameOf(entry))),
    packages: now.packages.filter((name) => !known.has(name)),
  };
}

const nameOf = ({ file, name }) => `${name} in ${file}`;

/** Deletes files and declarations. @param {Dead} dead @returns {string[]} what was deleted, for people */
export function deleteDead({ files, declarations }) {
  for (const file of files) rmSync(at(file), { force: true });
  // From the end of a file, so that the lines before keep their numbers.
  const inFiles = declarations.filter(({ file }) => existsSync(at(file))).toSorted((a, b) => b.line - a.line);
  return [...files, ...inFiles.filter(deleteDeclaration).map(nameOf)];
}

/** Deletes a declaration, or only its `export` where its own file uses it. @param {Declaration} declaration */
function deleteDeclaration({ file, name, line, isUnused }) {
  const text = readFileSync(at(file), "utf8");
  const lines = text.split("\n");
  const declares = new RegExp(`^\\s*(export )?(async )?(function|const|let|type|class) ${name}\\b`);
  if (!declares.test(lines[line - 1] ?? "")) return false;
  const without = cutStatementAt(text, line);
  const isUsedHere = !isUnused && new RegExp(`\\b${name}\\b`).test(without.replace(COMMENT, ""));
  if (isUsedHere) lines[line - 1] = lines[line - 1].replace(/^export /, "");
  writeFileSync(at(file), isUsedHere ? lines.join("\n") : without);
  return !isUsedHere;
}
