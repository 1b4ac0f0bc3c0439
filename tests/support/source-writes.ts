import type { SourceFile } from "./source-files";
import { countCalls, functionsOf, isPathOf, type SourceFunction, takeCalls, takeClosures } from "./source-functions";

/** Code that changes rows: Prisma's methods, and SQL. */
const WRITE =
  /\.\w+\.(?:create|update|upsert|delete)(?:Many)?(?:AndReturn)?\(|\$executeRaw|\$queryRaw[^`;]*`\s*(?:INSERT|UPDATE|DELETE)/g;
/** Counting an attempt must outlive the refusal of the story that it belongs to. */
const STANDS_OUTSIDE = "lib/auth/store/rate-limits.ts";
/** Functions that run their argument in a transaction. */
const AS_ONE = ["transact", "guess", "judgePasskey", "pressLink", "asAdmin"];
/** Functions that run their argument after the story. */
const LATER = ["inBackground", "afterCommit", "after"];
/** Steps that write only when they refuse, which ends the story. */
const WRITE_REFUSING = ["reauthenticate", "refuseToken", "discloseTaken"];
/** Files that change rows. */
const WRITES_ROWS = /^lib\/(auth\/store|mail|events)\//;

/** Exported functions that change rows in more than one step, so that a kill can come in between: "lib/auth/x.ts save". */
export function scatteredWrites(files: SourceFile[], isStory: (name: string) => boolean): string[] {
  const stepsOf = countWrites(files);
  return files
    .filter(({ name }) => isStory(name))
    .flatMap((file) => functionsOf(file))
    .filter((one) => one.isExported && stepsOf(one) > 1)
    .map(({ file, name }) => `${file.name} ${name}`);
}

/** Counts the steps in which a function changes rows, with those of the functions that it calls. One `transact` is one step. */
function countWrites(files: SourceFile[]): (one: SourceFunction) => number {
  const known = new Map<SourceFile, SourceFunction[]>(files.map((file) => [file, functionsOf(file)]));
  const counted = new Map<string, number>();

  function stepsOf(one: SourceFunction): number {
    const id = `${one.file.name} ${one.name}`;
    const before = counted.get(id);
    if (before !== undefined) return before;
    counted.set(id, 0);
    const { closures, left } = takeClosures(one.body);
    const { taken, left: outside } = takeCalls([...AS_ONE, ...LATER, ...WRITE_REFUSING], left);
    const inside = taken.filter(({ name }) => AS_ONE.includes(name)).map((call) => call.inside);
    for (const [name, closure] of closures)
      if (inside.some((text) => new RegExp(`\\b${name}\\b`).test(text))) inside.push(closure);
    const called = [...closures].filter(([name]) => countCalls(name, outside) > 0).map(([, closure]) => closure);
    const steps =
      stepsIn([outside, ...called].join("\n"), one.file) + (stepsIn(inside.join("\n"), one.file) > 0 ? 1 : 0);
    counted.set(id, steps);
    return steps;
  }

  function stepsIn(text: string, file: SourceFile): number {
    const own = WRITES_ROWS.test(file.name) ? (text.match(WRITE)?.length ?? 0) : 0;
    return callable(file).reduce((sum, other) => sum + countCalls(other.name, text) * stepsOf(other), own);
  }

  function callable(file: SourceFile): SourceFunction[] {
    const imported = [...known].flatMap(([other, functions]) => {
      const names = file.imports.filter(({ from }) => isPathOf(from, other)).flatMap((one) => one.names);
      return other.name === STANDS_OUTSIDE ? [] : functions.filter(({ name }) => names.includes(name));
    });
    return [...(known.get(file) ?? []), ...imported];
  }

  return stepsOf;
}
