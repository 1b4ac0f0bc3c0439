import { expect, test } from "vitest";
import { LIMITS } from "@/lib/auth/model/limits";
import { hashPassword } from "@/lib/auth/model/password-hash";
import { mailed } from "./kill-people";
import { newEmail } from "./kill-scene";
import { other, PASSWORD, verifiedUser } from "./people";
import { type Arena, times } from "./race-arena";

const TIMEOUT_MS = 120_000;
const GUESSES = 100;
const RESETS = 10;
/** How many tries a code allows, from all people together. */
const TRIES_A_CODE = 5;

/** Two hundred guesses at once, over two processes, each from a source of its own. */
export function guessRaces({ race }: Arena): void {
  test("of two hundred passwords guessed at once no more than the limit are compared", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const { email } = await verifiedUser();
    const team = { runner: "login" as const, runs: times(GUESSES, (index) => ({ email, password: other(index) })) };
    const outcomes = (await race(team, team)).flat();
    expect(new Set(outcomes)).toEqual(new Set(["invalid_credentials", "too_many_attempts"]));
    const compared = outcomes.filter((outcome) => outcome === "invalid_credentials").length;
    expect(compared).toBeLessThanOrEqual(LIMITS.passwordPerAccount.points);
  });

  test("of two hundred codes guessed at once for a registration no more than five are compared", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const { id, code } = await mailed("register", null, { passwordHash: await hashPassword(PASSWORD) }, newEmail());
    const runs = times(GUESSES, (index) => ({ id, code: wrong(code, index) }));
    const outcomes = (await race({ runner: "confirmCode", runs }, { runner: "confirmCode", runs })).flat();
    expect(outcomes.filter((outcome) => outcome === "code_invalid").length).toBeLessThanOrEqual(TRIES_A_CODE);
    expect(outcomes.filter((outcome) => outcome === "ok" || outcome.startsWith("threw"))).toEqual([]);
  });

  test("of two hundred codes guessed at once over ten resets of an account no more than the limit are compared", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const user = await verifiedUser();
    const resets = await Promise.all(times(RESETS, () => mailed("reset", user)));
    const runs = times(GUESSES, (index) => {
      const { id = "", code = "" } = resets[index % RESETS] ?? {};
      return { id, code: wrong(code, index) };
    });
    const outcomes = (await race({ runner: "confirmResetCode", runs }, { runner: "confirmResetCode", runs })).flat();
    const compared = outcomes.filter((outcome) => outcome === "code_invalid").length;
    expect(compared).toBeLessThanOrEqual(LIMITS.codePerAccount.points);
    expect(outcomes.filter((outcome) => outcome === "ok" || outcome.startsWith("threw"))).toEqual([]);
  });
}

/** Six digits that are not the code. */
function wrong(code: string, index: number): string {
  return String((Number(code) + 1 + index) % 1_000_000).padStart(6, "0");
}
