// Cuts a part's lines out of files. It relies on the formatter: what belongs together is indented together.

/**
 * Cuts the statements, elements or entries that begin on a line with these words, with the comment above them.
 * @param {string} text
 * @param {string} words
 * @returns {string | null} null where no line has them
 */
export function cutStatements(text, words) {
  const lines = text.split("\n");
  if (!lines.some((line) => line.includes(words))) return null;
  for (let n = lines.findIndex((line) => line.includes(words)); n !== -1; ) {
    lines.splice(...statementAt(lines, n));
    n = lines.findIndex((line) => line.includes(words));
  }
  return lines.join("\n");
}

/**
 * Cuts the statement that begins on a line.
 * @param {string} text
 * @param {number} line counted from 1
 */
export function cutStatementAt(text, line) {
  const lines = text.split("\n");
  lines.splice(...statementAt(lines, line - 1));
  return lines.join("\n");
}

/**
 * The statement, element or entry that begins on a line. On the first line of an object or of an element's text, it is that object
 * or element.
 * @returns {[number, number]} where it begins, with its comment, and how many lines it has
 */
function statementAt(lines, line) {
  const before = lines[line - 1]?.trim() ?? "";
  const isText = /^[A-Z]/.test(lines[line].trim()) && /^<.*[^/]>$/.test(before);
  const first = before === "{" || isText ? line - 1 : line;
  const indent = indentOf(lines[first]);
  const belongs = (line) => line !== undefined && line.trim() !== "" && indentOf(line) > indent;
  const closes = (line) => line !== undefined && indentOf(line) === indent && /^\s*([}\])>]|<\/|\/>)/.test(line);
  let last = first;
  for (let opened = true; opened; ) {
    let next = last + 1;
    while (lines[next]?.trim() === "") next++;
    if (belongs(lines[next])) last = next;
    else if (last > first && closes(lines[next])) {
      last = next;
      opened = /[{([>]$/.test(lines[last].trimEnd()) && !/^\s*(<\/|\/>)/.test(lines[last]);
    } else opened = false;
  }
  let begin = first;
  while (begin > 0 && indentOf(lines[begin - 1]) >= indent && /^\s*(\/\*\*|\*|\/\/)/.test(lines[begin - 1])) begin--;
  return [begin, last - begin + 1];
}

/** Cuts imports of modules for which `isGone` holds. */
export function cutImports(text, isGone) {
  return text.replace(/^(import|export)\b[^;]*?from "([^"]+)";\n/gm, (statement, _, from) =>
    isGone(from) ? "" : statement,
  );
}

/**
 * Cuts what a document says of deleted files: rows and items that link to one or name no other file, and sections that are then
 * empty. In a row with several files it cuts only the deleted ones.
 */
export function cutMentions(text, isGone) {
  const isEmptied = (line) => line.startsWith("- ") || /\|\s*\|/.test(line);
  const left = text.split("\n").flatMap((line) => {
    if (!/^(\||- |\d+\. )/.test(line)) return [line];
    if ([...line.matchAll(/\]\(([^)#\s]+)/g)].some(([, path]) => isGone(path))) return [];
    const shortened = line.replace(/`([^`]+)`(, )?/g, (name, path) => (isGone(path) ? "" : name)).replace(", |", " |");
    return shortened !== line && isEmptied(shortened) ? [] : [shortened];
  });
  const emptySection = /\n#+ [^\n]+\n\n(?:[^|#\n][^\n]*\n+)*\|[^\n]+\|\n\|[-| ]+\|\n(?=\n|$)/g;
  return left.join("\n").replace(emptySection, "");
}

/** Cuts a variable of .env.example, and the comment above it unless another variable shares the comment. */
export function cutVariable(text, name) {
  const blocks = text.split("\n\n").map((block) => {
    const left = block.split("\n").filter((line) => !line.startsWith(`${name}=`));
    return left.length < block.split("\n").length && left.every((line) => line === "" || line.startsWith("#"))
      ? ""
      : left.join("\n");
  });
  return `${blocks.filter(Boolean).join("\n\n").trimEnd()}\n`;
}

function indentOf(line) {
  return line.length - line.trimStart().length;
}
