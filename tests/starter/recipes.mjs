import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { productName } from "../../lib/cli/project.mjs";

// Documents say how to make the project one's own in recipes: a line `<!-- tested: name -->`, then what to do, in fences.
//   diff   `@@ path @@`, then lines with "-" or " " that the file holds, and lines with "+" that it gets; only "+": a new file
//   sh     commands, one a line
//   ini    lines for .env.local

/** @typedef {{ path: string, before: string, after: string }} Edit */
/** @typedef {{ name: string, document: string, edits: Edit[], commands: string[], settings: string[] }} Recipe */

/**
 * The recipes of a project's documents, in their order, those of README.md first. None once the product has another name:
 * the README is about the starter.
 * @param {string} root
 * @returns {Recipe[]}
 */
export function readRecipes(root) {
  if (!readFileSync(join(root, "README.md"), "utf8").startsWith(`# ${productName()}\n`)) return [];
  return ["README.md", ...documentsBelow(root, "lib")].flatMap((document) =>
    recipesOf(document, readFileSync(join(root, document), "utf8")),
  );
}

function documentsBelow(root, folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name))
    .sort();
}

/** @returns {Recipe[]} */
function recipesOf(document, text) {
  const [, ...parts] = text.split(/^<!-- tested: (.+) -->$/m);
  const names = parts.filter((_, index) => index % 2 === 0);
  return names.map((name, index) => {
    const fences = fencesOf(parts[2 * index + 1]);
    const linesOf = (language) => fences.filter((fence) => fence.language === language).flatMap(({ lines }) => lines);
    return { name, document, edits: editsOf(linesOf("diff")), commands: linesOf("sh"), settings: linesOf("ini") };
  });
}

/** The fences up to the next heading. */
function fencesOf(text) {
  const fences = [];
  for (const [, heading, language, content] of text.matchAll(/^(?:(#+ )|```(\w*)\n([\s\S]*?)^```$)/gm)) {
    if (heading) break;
    fences.push({ language, lines: content.trimEnd().split("\n") });
  }
  return fences;
}

/** @returns {Edit[]} */
function editsOf(lines) {
  const edits = [];
  for (const line of lines) {
    const [, path] = line.match(/^@@ (.+) @@$/) ?? [];
    if (path) edits.push({ path, before: "", after: "" });
    const edit = edits.at(-1);
    if (path || !edit) continue;
    const text = `${line.slice(1)}\n`;
    if (!line.startsWith("+")) edit.before += text;
    if (!line.startsWith("-")) edit.after += text;
  }
  return edits;
}

/**
 * The file after the edit; as it is, where the edit has been made already.
 * @param {string | null} text the file before, null where there is none
 * @param {Edit} edit
 * @throws when the file does not hold what the recipe says, exactly once.
 */
export function edited(text, { path, before, after }) {
  if (text?.includes(after)) return text;
  if (text === null && before === "") return after;
  const lines = `\n${text}`;
  const at = before === "" ? -1 : lines.indexOf(`\n${before}`);
  if (at < 0 || lines.includes(`\n${before}`, at + 1))
    throw new Error(`A recipe does not fit ${path}, which does not hold exactly once:\n${before}${HINT}`);
  return lines.slice(1, at + 1) + after + lines.slice(at + 1 + before.length);
}

const HINT =
  "Change the recipe with the code. In a project that has become your own, delete tests/starter, which is about the starter.";

/**
 * Makes a recipe's edits in a copy of the project.
 * @param {string} root
 * @param {Recipe} recipe
 */
export function applyEdits(root, { edits }) {
  for (const edit of edits) {
    const file = join(root, edit.path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, edited(existsSync(file) ? readFileSync(file, "utf8") : null, edit));
  }
}
