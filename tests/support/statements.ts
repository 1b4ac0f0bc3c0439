import Database from "libsql";
import pg from "pg";

type Method = (...parameters: unknown[]) => unknown;

let recorded: string[] | null = null;

// The drivers report every statement that they run, from before the app prepares the first: some are prepared only once.
tell(pg.Client.prototype, "query", textOf);
const prepare = Reflect.get(Database.prototype, "prepare") as Method;
Reflect.set(Database.prototype, "prepare", function (this: unknown, ...parameters: unknown[]) {
  const statement = prepare.apply(this, parameters) as object;
  // `all` calls `iterate`.
  for (const method of ["get", "run", "iterate"]) tell(statement, method, () => String(parameters[0]));
  return statement;
});

/** The statements that some work sends to the database, in order, without their values. */
export async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  recorded = statements;
  try {
    await work();
  } finally {
    recorded = null;
  }
  return statements;
}

function tell(target: object, name: string, words: (first: unknown) => string): void {
  const method = Reflect.get(target, name) as Method;
  Reflect.set(target, name, function (this: unknown, ...parameters: unknown[]) {
    recorded?.push(words(parameters[0]));
    return method.apply(this, parameters);
  });
}

function textOf(query: unknown): string {
  return typeof query === "object" && query !== null && "text" in query ? String(query.text) : String(query);
}
