import Database from "libsql";
import type { Prisma } from "@/prisma/client/client";

type Reader = { path: string; database: Database.Database; statements: Map<string, Database.Statement> };

// Next evaluates modules once per bundle: one connection for all.
const shared = globalThis as typeof globalThis & { latchkeyReader?: Reader };

/**
 * Rows from a SQLite file, on a connection of its own with statements prepared once. One indexed look-up takes 0.03 ms
 * where Prisma's `$queryRaw` takes 0.5 and its `findUnique` 1.1. It sees what has been committed, by whomever.
 * Only for queries of constant text: every text stays prepared.
 * @returns null when there is no reading this way: no file, locked, gone. The long way knows how to wait and what to say.
 */
export function readFile(url: string, query: Prisma.Sql): unknown[] | null {
  if (!url.startsWith("file:") || url.includes(":memory:")) return null;
  try {
    // To the end, not the first row only: a statement left half-way would hold on to the state it began with.
    return prepared(url, query.sql).all(query.values);
  } catch {
    shared.latchkeyReader = undefined;
    return null;
  }
}

function prepared(url: string, sql: string): Database.Statement {
  const path = decodeURIComponent(url.replace(/^file:(\/\/)?|\?.*$/g, ""));
  if (shared.latchkeyReader?.path !== path)
    shared.latchkeyReader = { path, database: new Database(path), statements: new Map() };
  const { database, statements } = shared.latchkeyReader;
  const statement = statements.get(sql) ?? database.prepare(sql);
  statements.set(sql, statement);
  return statement;
}
