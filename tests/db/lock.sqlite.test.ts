import Database from "libsql";
import { expect, test } from "vitest";
import { db } from "@/lib/db";
import { person } from "@/tests/support/people";

/** Another process, as far as locks go: a connection of its own that holds the right to write for a while. */
async function whileAnotherWrites<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const other = new Database((process.env.DATABASE_URL ?? "").replace("file:", ""));
  other.exec("BEGIN EXCLUSIVE");
  setTimeout(() => {
    other.exec("ROLLBACK");
    other.close();
  }, milliseconds);
  return work();
}

test("what meets another's lock waits for it, and transactions after it can be committed (F-05)", async () => {
  const user = await person();
  for (let round = 0; round < 3; round++) {
    const name = `Round ${round}`;
    await whileAnotherWrites(100, () => db.user.update({ where: { id: user.id }, data: { name } }));
    await db.$transaction([db.user.update({ where: { id: user.id }, data: { name: "in a transaction" } })]);
    await whileAnotherWrites(100, () => person());
  }
  expect(await db.user.count()).toBe(4);
});
