import { dictionary } from "@zxcvbn-ts/language-common";
import { afterEach, describe, expect, test } from "vitest";
import { passwordProblem } from "@/lib/auth/model/password-policy";
import { env } from "@/lib/env";

const initial = env().PASSWORD_MIN_LENGTH;

afterEach(() => {
  env().PASSWORD_MIN_LENGTH = initial;
});

describe("a password", () => {
  test.each([
    { minimum: 8, refused: ["hxqvkzp", "🦊🐙🦔🐝🦉🐢🦆"], accepted: ["hxqvkzpw", "rvqmzkwpjtxhgs", "rvqmzkwpjtxhgsd"] },
    { minimum: 15, refused: ["hxqvkzp", "hxqvkzpw", "rvqmzkwpjtxhgs"], accepted: ["rvqmzkwpjtxhgsd"] },
  ])("has at least $minimum characters, counted as people count (PWD-01)", ({ minimum, refused, accepted }) => {
    env().PASSWORD_MIN_LENGTH = minimum;
    for (const password of refused) expect(passwordProblem(password)).toBe(`Use at least ${minimum} characters.`);
    for (const password of accepted) expect(passwordProblem(password)).toBeNull();
  });

  test.each(["qxjvkwzmhrtplnbgcfds", "83017462950718364928", "seven green lamps ok", "}~^|{<>=+_*&%#@!:;,."])(
    "needs no mixture of characters (PWD-02): %j",
    (password) => {
      expect(passwordProblem(password)).toBeNull();
    },
  );

  test("has at most 256 characters, whatever their bytes", () => {
    const long = "mist otter 9 ".repeat(30);
    expect(passwordProblem([...long].slice(0, 256).join(""))).toBeNull();
    expect(passwordProblem([...long].slice(0, 257).join(""))).toMatch(/at most 256/);
  });

  test.each(["passwordpassword1", "qwertyuiopasdfgh", "123456789012345", "iloveyouiloveyou", "aaaaaaaaaaaaaaaa"])(
    "that everybody uses is refused with the reason (PWD-10): %j",
    (password) => {
      expect(passwordProblem(password)).toMatch(/attackers try first|too easy to guess/);
    },
  );

  test("from the top of the lists is refused, every one of the first 3000 that are long enough (PWD-10)", () => {
    const listed = Object.values(dictionary).flat().map(String);
    const top = listed.filter((word) => [...word].length >= initial).slice(0, 3000);
    expect(top).toContain("password");
    const accepted = top.filter((_, n) => n % 10 === 0).filter((password) => passwordProblem(password) === null);
    expect(accepted).toEqual([]);
  });

  test.each([
    "alice.liddell@example.com",
    "liddell2026!2026!",
    "Alice LiddellAlice Liddell",
    "latchkey12345678",
    "Latchkey2026!",
  ])("made of the address, the name or this site's name is refused (PWD-11): %j", (password) => {
    expect(passwordProblem(password, ["alice.liddell@example.com", "Alice Liddell"])).toMatch(/too close|too easy/);
  });

  test("is never told to mix its characters (PWD-02)", () => {
    for (const password of ["short", "password", "aaaaaaaaaaaa", "12345678"])
      expect(passwordProblem(password)).not.toMatch(/capital|upper|digit|number|symbol|special/i);
  });

  test("with half a character is refused, because no database keeps it", () => {
    expect(passwordProblem("plover-\ud800-hatch-93")).toMatch(/cannot be stored/);
  });

  test("of 256 awkward characters is judged before anybody notices", () => {
    passwordProblem("warm-up-of-the-lists");
    const start = performance.now();
    for (const part of ["4@8({[</369!1|0$5+7%2", "a", "01012020", "4p@55w0rd"])
      passwordProblem(part.repeat(30).slice(0, 256));
    // About 150 ms on a quiet machine. Judging every character would take seconds each.
    expect(performance.now() - start).toBeLessThan(4000);
  });
});
