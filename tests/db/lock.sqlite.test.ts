import { existsSync, readdirSync } from "node:fs";
import Database from "libsql";
import { expect, test } from "vitest";
import { db } from "@/lib/db";
import { sqlitePath } from "@/lib/db/kind";
import { sqliteDriver } from "@/lib/db/sqlite";
import { transact } from "@/lib/db/transact";
import { env } from "@/lib/env";
import { verifiedUser } from "@/tests/support/people";

/** Another process, as far as locks go: a connection of its own that holds the right to write for a while. */
async function whileAnotherWrites<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const other = new Database(sqlitePath(env().DATABASE_URL));
  other.exec("BEGIN EXCLUSIVE");
  setTimeout(() => {
    other.exec("ROLLBACK");
    other.close();
  }, milliseconds);
  return work();
}

const openFiles = () => (existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd").length : 0);

test("what meets another's lock waits for it, and transactions after it can be committed", async () => {
  const user = await verifiedUser();
  for (let round = 0; round < 3; round++) {
    const name = `Round ${round}`;
    await whileAnotherWrites(100, () => db.user.update({ where: { id: user.id }, data: { name } }));
    await transact(() => db.user.update({ where: { id: user.id }, data: { name: "in a transaction" } }));
    await whileAnotherWrites(100, () => verifiedUser());
  }
  expect(await db.user.count()).toBe(4);
});

test("waiting for a lock opens no file", async () => {
  const { id } = await verifiedUser();
  const before = openFiles();
  for (let round = 0; round < 5; round++)
    await whileAnotherWrites(100, () => db.user.update({ where: { id }, data: { name: "changed" } }));
  expect(openFiles()).toBeLessThanOrEqual(before);
});

test("a statement that comes after its transaction's end changes nothing", async () => {
  const connection = await sqliteDriver(env().DATABASE_URL).connect();
  const statement = { sql: `INSERT INTO "RateLimit" VALUES ('late', 1, 0, 0)`, args: [], argTypes: [] };
  const after = { commit: "has ended", rollback: "cannot be reached" };
  for (const end of ["commit", "rollback"] as const) {
    const transaction = await connection.startTransaction();
    await transaction[end]();
    await expect(transaction.executeRaw(statement)).rejects.toThrow(after[end]);
  }
  await connection.dispose();
  await expect(connection.startTransaction()).rejects.toThrow("is closed");
  expect(await db.rateLimit.count({ where: { key: "late" } })).toBe(0);
});
