import type { SourceFile } from "./source-files";

/** A function at the top of a file. */
export type SourceFunction = { file: SourceFile; name: string; isExported: boolean; body: string };

// The formatter puts the end of a function alone at the start of a line.
const FUNCTION = /^(export )?(?:async )?function\*? (\w+)[\s\S]*?^\}$/gm;

export function functionsOf(file: SourceFile): SourceFunction[] {
  return [...file.code.matchAll(FUNCTION)].map(([body, isExported, name = ""]) => {
    return { file, name, isExported: Boolean(isExported), body };
  });
}

/** Exported functions below `place` in whose body, or in a helper of the same file that they call, the pattern occurs. */
export function exportedFunctionsWith(files: SourceFile[], place: string, pattern: RegExp): SourceFunction[] {
  return files
    .filter(({ name }) => name.startsWith(place))
    .flatMap((file) => functionsOf(file).filter((one) => one.isExported && pattern.test(withHelpers(one))));
}

/** Files that import one of these functions by name: "lib/auth/login.ts uses createSession". */
export function usersOf(files: SourceFile[], functions: SourceFunction[]): string[] {
  return files.flatMap(({ name, imports }) =>
    functions
      .filter((one) => imports.some(({ from, names }) => isPathOf(from, one.file) && names.includes(one.name)))
      .map((one) => `${name} uses ${one.name}`),
  );
}

/** How often a function is called in this text. */
export function countCalls(name: string, text: string): number {
  return text.match(new RegExp(`(?<!function )\\b${name}\\(`, "g"))?.length ?? 0;
}

/**
 * Removes the calls of these functions from a text, with everything between their brackets.
 * @returns the text between the brackets, by function, and the text that is left.
 */
export function takeCalls(names: string[], text: string): { taken: { name: string; inside: string }[]; left: string } {
  const begin = text.match(new RegExp(`(?<![\\w.]|function )(${names.join("|")})(?:<[^(;]*>)?\\(`));
  if (begin?.index === undefined) return { taken: [], left: text };
  const from = begin.index + begin[0].length;
  let end = from;
  for (let depth = 1; depth > 0 && end < text.length; end++) {
    if (text[end] === "(") depth++;
    if (text[end] === ")") depth--;
  }
  const rest = takeCalls(names, text.slice(end));
  const taken = [{ name: begin[1] ?? "", inside: text.slice(from, end - 1) }, ...rest.taken];
  return { taken, left: text.slice(0, begin.index) + rest.left };
}

/** Removes the closures that a function defines from its body: `const confirm = () => settle(id);`, by their names. */
export function takeClosures(body: string): { closures: Map<string, string>; left: string } {
  const closures = new Map<string, string>();
  const left = body.replace(
    /^ {2}const (\w+) = (?:async )?\([^)]*\) =>(?: \{$[\s\S]*?^ {2}\};$|[\s\S]*?;$)/gm,
    (text, name: string) => {
      closures.set(name, text);
      return "";
    },
  );
  return { closures, left };
}

/** Whether an import names this file. */
export function isPathOf(from: string, file: SourceFile): boolean {
  return from === file.name || from === file.name.replace(/(\/index)?\.tsx?$/, "");
}

function withHelpers(one: SourceFunction): string {
  const taken = new Set([one]);
  for (const { body, file } of taken)
    for (const other of functionsOf(file)) {
      const isTaken = [...taken].some(({ name }) => name === other.name);
      if (!isTaken && countCalls(other.name, body)) taken.add(other);
    }
  return [...taken].map(({ body }) => body).join("\n");
}
