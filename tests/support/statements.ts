import Database from "libsql";
import pg from "pg";

type Method = (...parameters: unknown[]) => unknown;

/**
 * The statements that work sends to the database, in order, without their values. They are read where the driver
 * takes them, so none is left out.
 */
export async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const restore = [
    record(Database.prototype, "prepare", (sql) => statements.push(String(sql))),
    record(pg.Client.prototype, "query", (query) => statements.push(textOf(query))),
  ];
  try {
    await work();
  } finally {
    for (const undo of restore) undo();
  }
  return statements;
}

function record(prototype: object, name: string, note: (first: unknown) => void): () => void {
  const methods = prototype as Record<string, Method>;
  const method = methods[name] as Method;
  methods[name] = function (this: unknown, ...parameters: unknown[]) {
    note(parameters[0]);
    return method.apply(this, parameters);
  };
  return () => {
    methods[name] = method;
  };
}

function textOf(query: unknown): string {
  return typeof query === "object" && query !== null && "text" in query ? String(query.text) : String(query);
}
