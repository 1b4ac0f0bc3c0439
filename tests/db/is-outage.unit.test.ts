import { DriverAdapterError } from "@prisma/driver-adapter-utils";
import Database from "libsql";
import { expect, test } from "vitest";
import { isOutage, saysBusy, saysReadOnly } from "@/lib/db/is-outage";

const withCode = (message: string, code: string) => Object.assign(new Error(message), { code });

test.each([
  ["a refused connection", withCode("connect ECONNREFUSED 127.0.0.1:5432", "ECONNREFUSED")],
  ["a host that is not reached", withCode("connect EHOSTUNREACH", "EHOSTUNREACH")],
  ["too many open files", withCode("too many open files", "EMFILE")],
  ["a fetch that failed for it", new TypeError("fetch failed", { cause: withCode("", "ENOTFOUND") })],
  ["a connection that broke", new Error("Connection terminated unexpectedly")],
  ["a pool that is short", new Error("timeout exceeded when trying to connect")],
  ["a query without an answer", new Error("Query read timeout")],
  ["a full disk at COMMIT", new Database.SqliteError("database or disk is full", "SQLITE_FULL", 13)],
  [
    "a libSQL server's error",
    new DriverAdapterError({ kind: "sqlite", extendedCode: 1, message: "SERVER_ERROR: 502" }),
  ],
])("%s is an outage", (_, error) => {
  expect(isOutage(error)).toBe(true);
});

test.each([
  ["a mistake in our code", new TypeError("Cannot read properties of undefined")],
  ["text that is no JSON", new SyntaxError("Unexpected token")],
  ["an argument of a wrong kind", withCode("The argument must be a string", "ERR_INVALID_ARG_TYPE")],
  ["a broken rule at COMMIT", new Database.SqliteError("FOREIGN KEY constraint failed", "SQLITE_CONSTRAINT", 787)],
  ["a statement that is wrong", new DriverAdapterError({ kind: "sqlite", extendedCode: 1, message: "no such column" })],
  ["a thrown text", "Connection terminated"],
])("%s is none", (_, error) => {
  expect(isOutage(error)).toBe(false);
});

test("whether it is a lock, or a database that is only read, is known from libSQL's errors as from the adapter's", () => {
  const locked = new Database.SqliteError("database is locked", "SQLITE_BUSY", 5);
  const readOnly = new Database.SqliteError("attempt to write a readonly database", "SQLITE_READONLY_DBMOVED", 1032);
  const [lockedToo, readOnlyToo] = [
    new DriverAdapterError({ kind: "SocketTimeout" }),
    new DriverAdapterError({ kind: "sqlite", extendedCode: 1032, message: "" }),
  ];
  expect([locked, lockedToo, readOnly, readOnlyToo].map(saysBusy)).toEqual([true, true, false, false]);
  expect([locked, lockedToo, readOnly, readOnlyToo].map(saysReadOnly)).toEqual([false, false, true, true]);
});
