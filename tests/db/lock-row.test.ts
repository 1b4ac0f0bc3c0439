import { expect, test } from "vitest";
import { db } from "@/lib/db";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { verifiedUser } from "@/tests/support/people";

test("of two transactions that lock a row, the second decides by what the first left", async () => {
  const user = await verifiedUser({ name: "0" });
  const increment = () =>
    transact(async () => {
      expect(await lockRow("User", user.id)).toBe(true);
      const { name } = await db.user.findUniqueOrThrow({ where: { id: user.id } });
      await db.user.update({ where: { id: user.id }, data: { name: String(Number(name) + 1) } });
    });
  await Promise.all(Array.from({ length: 8 }, increment));
  expect(await db.user.findUnique({ where: { id: user.id } })).toMatchObject({ name: "8" });
});

test("a row that is not there is not locked, whatever its id is made of", async () => {
  for (const table of ["User", "Session", "Verification"] as const)
    expect(await transact(() => lockRow(table, `'; DELETE FROM "User" --`))).toBe(false);
});

test("a lock outside a transaction is a mistake of ours, and says so", async () => {
  await expect(lockRow("User", "any")).rejects.toThrow("inside transact");
});
