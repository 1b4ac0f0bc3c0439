import { writeSync } from "node:fs";
import Database from "libsql";
import pg from "pg";

/*
 * Counts the statements that reach the database, below all of our code: it replaces the methods of the drivers themselves, so
 * that no statement escapes. BEGIN and COMMIT are statements like any other.
 */

const STDOUT = 1;

/** A statement and the number of the connection that it went over. */
export type Noticed = { sql: string; connection: number };

const connections: unknown[] = [];
let count = Number.NaN;
let deadly = Number.NaN;

/** From now on numbers statements from 1, prints each as a line, and kills the process before number `before`. */
export function killBefore(before: number): void {
  count = 0;
  deadly = before;
}

/** Ends the process as the kernel does when memory is short: nothing is flushed, closed or printed. */
export function killNow(): never {
  process.kill(process.pid, "SIGKILL");
  throw new Error("SIGKILL did not end the process");
}

function notice(statement: unknown, over: unknown): void {
  if (Number.isNaN(count)) return;
  count += 1;
  if (!connections.includes(over)) connections.push(over);
  const noticed: Noticed = { sql: textOf(statement).replace(/\s+/g, " "), connection: connections.indexOf(over) };
  writeSync(STDOUT, `${JSON.stringify(noticed)}\n`);
  if (count === deadly) killNow();
}

function textOf(statement: unknown): string {
  if (typeof statement === "string") return statement;
  return typeof statement === "object" && statement !== null && "text" in statement
    ? String(statement.text)
    : "unknown";
}

/** Makes a method report its first argument and its owner before it does its work. */
function tellBefore(target: object, method: string, tell: (first: unknown, owner: unknown) => void): void {
  const original = Reflect.get(target, method);
  Reflect.set(target, method, function (this: unknown, ...values: unknown[]) {
    tell(values[0], this);
    return Reflect.apply(original, this, values);
  });
}

tellBefore(pg.Client.prototype, "query", notice);
tellBefore(Database.prototype, "exec", notice);

const prepare = Reflect.get(Database.prototype, "prepare");
Reflect.set(Database.prototype, "prepare", function (this: unknown, sql: string) {
  const statement: object = Reflect.apply(prepare, this, [sql]);
  // A statement may run many times after it is prepared. `all` calls `iterate`.
  for (const method of ["run", "get", "iterate"]) tellBefore(statement, method, () => notice(sql, this));
  return statement;
});
