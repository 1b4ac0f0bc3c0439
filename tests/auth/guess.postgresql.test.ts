import { expect, test } from "vitest";
import { ok } from "@/lib/auth/model/errors";
import { guess } from "@/lib/auth/steps/guess";
import { client } from "@/tests/support/people";

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
