import { expect, test } from "vitest";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { verifiedUser } from "@/tests/support/people";

test("two transactions that lock in opposite orders are both done: the one that PostgreSQL ends runs again", async () => {
  const [one, other] = [(await verifiedUser()).id, (await verifiedUser()).id];
  let runs = 0;
  let waiting = 2;
  let go = () => {};
  const both = new Promise<void>((resolve) => (go = resolve));
  const lock = (first: string, second: string) =>
    transact(async () => {
      runs++;
      await lockRow("User", first);
      if (--waiting === 0) go();
      await both;
      return lockRow("User", second);
    });
  expect(await Promise.all([lock(one, other), lock(other, one)])).toEqual([true, true]);
  expect(runs, "a deadlock").toBe(3);
});
