import { describe, expect, test, vi } from "vitest";
import { ok } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import { guess } from "@/lib/auth/steps/guess";
import { type Counter, consume, forgive, refund } from "@/lib/auth/store/rate-limits";
import { transact } from "@/lib/db/transact";
import { client } from "@/tests/support/people";
import { waitingForUs } from "@/tests/support/waiting-for-us";

const WRONG = { ok: false, error: { code: "code_invalid", message: "Wrong." } } as const;

test("while one person's story is written, another from the same address signs in", async () => {
  const from = client();
  const guessOf = <T>(account: string, story: () => Promise<T>) =>
    guess(
      { factor: "password", account, client: from },
      async () => true,
      async () => ok(await story()),
      WRONG,
    );
  let [begin, finish] = [() => {}, () => {}];
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const first = guessOf("first@example.com", () => {
    begin();
    return finished;
  });
  await begun;
  expect(await guessOf("second@example.com", async () => "in")).toEqual(ok("in"));
  finish();
  expect(await first).toEqual(ok(undefined));
});

describe.each([
  ["giving back", refund],
  ["forgetting", forgive],
])("counting, and %s at the same time, never lock each other out", (_, undo) => {
  const one: Counter = [LIMITS.passwordPerSource, undo.name];
  const other: Counter = [LIMITS.passwordPerAccount, undo.name];

  // One of these is not the order in which the rows lie.
  test.each([
    ["one way", [one, other]],
    ["the other way", [other, one]],
  ] as const)("%s", async (_, [first, second]) => {
    for (const counter of [one, other]) await consume(...counter);
    let runs = 0;
    let begin = () => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const counting = transact(async () => {
      const isFirstRun = ++runs === 1;
      await consume(...first);
      begin();
      if (isFirstRun) await vi.waitFor(async () => expect(await waitingForUs()).toBe(1));
      await consume(...second);
    });
    await begun;
    const undoing = transact(async () => {
      runs++;
      await undo([first, second]);
    });
    await Promise.all([counting, undoing]);
    // A transaction that was ended because two waited for each other runs again.
    expect(runs).toBe(2);
  });
});
