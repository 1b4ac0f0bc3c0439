import type { SourceFile } from "./source-files";

/** The imports of files, direct and through others. Packages are ends: their own imports are not followed. */
type ImportGraph = {
  /** The file's own imports: files of the project by their name, packages by theirs. */
  importsOf(name: string, options?: { typesToo: boolean }): string[];
  /** Everything it reaches, with a shortest way there: `["lib/a.ts", "lib/b.ts", "next/headers"]`. */
  waysFrom(name: string): string[][];
};

function importGraph(files: SourceFile[]): ImportGraph {
  const byPath = new Map<string, string>();
  for (const { name } of files) {
    byPath.set(name, name);
    const withoutEnding = name.replace(/\.(ts|tsx)$/, "");
    byPath.set(withoutEnding, name);
    byPath.set(withoutEnding.replace(/\/index$/, ""), name);
  }
  const find = (from: string) => byPath.get(from) ?? from;
  const all = new Map(files.map(({ name, imports }) => [name, imports.map(({ from }) => find(from))]));
  const values = new Map(
    files.map(({ name, imports }) => [
      name,
      imports.filter(({ isTypeOnly }) => !isTypeOnly).map(({ from }) => find(from)),
    ]),
  );

  function importsOf(name: string, { typesToo } = { typesToo: true }) {
    return [...new Set((typesToo ? all : values).get(name) ?? [])];
  }

  function waysFrom(name: string) {
    const ways = new Map([[name, [name]]]);
    for (const way of ways.values())
      for (const next of importsOf(way.at(-1) ?? name)) if (!ways.has(next)) ways.set(next, [...way, next]);
    ways.delete(name);
    return [...ways.values()];
  }

  return { importsOf, waysFrom };
}

/**
 * The ways from a file to one that it may not reach: "lib/a.ts → lib/b.ts → next/headers". A way through a file that may not
 * reach it either is reported for that file only.
 */
export function forbiddenWays(files: SourceFile[], isForbidden: (from: string, to: string) => boolean): string[] {
  const graph = importGraph(files);
  return files.flatMap(({ name }) =>
    graph
      .waysFrom(name)
      .filter((way) => {
        const to = way.at(-1) ?? "";
        return isForbidden(name, to) && !way.slice(1, -1).some((through) => isForbidden(through, to));
      })
      // One way into forbidden code is enough: everything behind its first file follows from it.
      .filter((way) => !way.slice(1, -1).some((through) => isForbidden(name, through)))
      .map((way) => way.join(" → ")),
  );
}

/** Files that import each other in a circle, not counting types: chance decides which of them is evaluated first. */
export function circles(files: SourceFile[]): string[] {
  const graph = importGraph(files);
  const found = new Set<string>();
  for (const { name } of files) {
    const ways = new Map([[name, [name]]]);
    for (const way of ways.values())
      for (const next of graph.importsOf(way.at(-1) ?? name, { typesToo: false })) {
        if (next === name) found.add([...way].sort().join(" ↔ "));
        if (!ways.has(next)) ways.set(next, [...way, next]);
      }
  }
  return [...found];
}
