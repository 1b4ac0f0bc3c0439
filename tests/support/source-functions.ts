import type { SourceFile } from "./source-files";

/** A function at the top of a file. */
export type SourceFunction = { file: SourceFile; name: string; isExported: boolean; body: string };

// The formatter puts the end of a function alone at the start of a line.
const FUNCTION = /^(export )?(?:async )?function\*? (\w+)[\s\S]*?^\}/gm;

export function functionsOf(file: SourceFile): SourceFunction[] {
  return [...file.code.matchAll(FUNCTION)].map(([body, isExported, name = ""]) => {
    return { file, name, isExported: Boolean(isExported), body };
  });
}

/** Exported functions below `place` in whose body, or in a helper of the same file that they call, this occurs. */
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

/** Whether an import means this file. */
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
