import { expect, test } from "vitest";
import { login } from "@/lib/auth/login";
import { db } from "@/lib/db";
import { client, links, verifiedUser, withEnv } from "@/tests/support/people";

const PAIRS = 40;
const WARM_UPS = 6;
/** High enough that the hashing stands out from the database's noise, low enough for a test. */
const COST = 7;

/** The chance that one of `a` took longer than one of `b`: 0.5 when time tells nothing, 1 when it tells all. */
function auc(a: number[], b: number[]): number {
  const wins = a.map((x) => b.filter((y) => x > y).length + b.filter((y) => x === y).length / 2);
  return wins.reduce((sum, win) => sum + win, 0) / (a.length * b.length);
}

// Bounds are wide, because machines that run tests are busy. Without the work for unknown addresses the value is 1.
test("how long a refusal takes does not tell whether the address has an account", { timeout: 60_000 }, () =>
  withEnv({ BCRYPT_COST: COST }, async () => {
    const alice = await verifiedUser({ password: "plover-hatch-93-quill" });
    const times: Record<string, number[]> = { [alice.email]: [], "ghost@nowhere.test": [] };
    for (let round = -WARM_UPS; round < PAIRS; round++) {
      // Who goes first alternates: the second finds warm caches.
      const pair = Object.keys(times);
      for (const email of round % 2 ? pair : pair.reverse()) {
        await db.rateLimit.deleteMany();
        const start = performance.now();
        await login({ email, password: `wrong-${round}`, remember: false }, client(), links);
        if (round >= 0) times[email]?.push(performance.now() - start);
      }
    }
    const [known = [], unknown = []] = Object.values(times);
    const value = auc(known, unknown);
    expect(value).toBeGreaterThan(0.25);
    expect(value).toBeLessThan(0.75);
  }),
);
