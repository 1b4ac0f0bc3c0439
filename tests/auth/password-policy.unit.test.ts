import { dictionary } from "@zxcvbn-ts/language-common";
import { afterEach, describe, expect, test } from "vitest";
import { ok } from "@/lib/auth/model/errors";
import { passwordProblem } from "@/lib/auth/model/password-policy";
import { WorkQueueFull } from "@/lib/auth/model/work-queue";
import { BRAND } from "@/lib/brand";
import { env } from "@/lib/env";
import { settle } from "@/lib/wire/settle";

const initial = env().PASSWORD_MIN_LENGTH;

afterEach(() => {
  env().PASSWORD_MIN_LENGTH = initial;
});

describe("a password", () => {
  test.each([
    { minimum: 8, refused: ["hxqvkzp", "🦊🐙🦔🐝🦉🐢🦆"], accepted: ["hxqvkzpw", "rvqmzkwpjtxhgs", "rvqmzkwpjtxhgsd"] },
    { minimum: 15, refused: ["hxqvkzp", "hxqvkzpw", "rvqmzkwpjtxhgs"], accepted: ["rvqmzkwpjtxhgsd"] },
  ])("has at least $minimum characters, counted as people count", async ({ minimum, refused, accepted }) => {
    env().PASSWORD_MIN_LENGTH = minimum;
    for (const password of refused) expect(await passwordProblem(password)).toBe(`Use at least ${minimum} characters.`);
    for (const password of accepted) expect(await passwordProblem(password)).toBeNull();
  });

  test.each(["qxjvkwzmhrtplnbgcfds", "83017462950718364928", "seven green lamps ok", "}~^|{<>=+_*&%#@!:;,."])(
    "needs no mixture of characters: %j",
    async (password) => {
      expect(await passwordProblem(password)).toBeNull();
    },
  );

  test("has at most 256 characters, whatever their bytes", async () => {
    const long = "mist otter 9 ".repeat(30);
    expect(await passwordProblem([...long].slice(0, 256).join(""))).toBeNull();
    expect(await passwordProblem([...long].slice(0, 257).join(""))).toMatch(/at most 256/);
  });

  test.each(["passwordpassword1", "qwertyuiopasdfgh", "123456789012345", "iloveyouiloveyou", "aaaaaaaaaaaaaaaa"])(
    "that everybody uses is refused with the reason: %j",
    async (password) => {
      expect(await passwordProblem(password)).toMatch(/attackers try first|too easy to guess/);
    },
  );

  test("from the top of the lists is refused, every one of the first 3000 that are long enough", async () => {
    const listed = Object.values(dictionary).flat().map(String);
    const top = listed.filter((word) => [...word].length >= initial).slice(0, 3000);
    expect(top).toContain("password");
    const tried = top.filter((_, n) => n % 10 === 0);
    for (const password of tried) expect(await passwordProblem(password), password).not.toBeNull();
  });

  test.each([
    "alice.liddell@example.com",
    "liddell2026!2026!",
    "Alice LiddellAlice Liddell",
    `${BRAND.name.toLowerCase()}12345678`,
    `${BRAND.name}2026!`,
  ])("made of the address, the name or this site's name is refused: %j", async (password) => {
    expect(await passwordProblem(password, ["alice.liddell@example.com", "Alice Liddell"])).toMatch(
      /too close|too easy/,
    );
  });

  test("is never told to mix its characters", async () => {
    for (const password of ["short", "password", "aaaaaaaaaaaa", "12345678"])
      expect(await passwordProblem(password)).not.toMatch(/capital|upper|digit|number|symbol|special/i);
  });

  test("with half a character is refused, because no database keeps it", async () => {
    expect(await passwordProblem("plover-\ud800-hatch-93")).toMatch(/cannot be stored/);
  });

  test("in wide letters is the same word, since it is hashed as the same", async () => {
    expect(await passwordProblem("ｐａｓｓｗｏｒｄ１２３４")).toMatch(/attackers try first|too easy to guess/);
  });

  test("of 256 awkward characters is judged by its beginning: judging all of them takes seconds each", async () => {
    const parts = ["4@8({[</369!1|0$5+7%2", "a", "01012020", "4p@55w0rd"];
    const passwords = Array.from({ length: 40 }, (_, n) => `${n}${parts[n % parts.length]?.repeat(30)}`.slice(0, 256));
    const problems = await Promise.all(passwords.map((password) => passwordProblem(password)));
    expect(problems.filter((problem) => problem !== null).length).toBeGreaterThan(0);
  });

  test("is judged while the thread that serves pages goes on", async () => {
    let turns = 0;
    const serve = () => {
      turns += 1;
      turning = setImmediate(serve);
    };
    let turning = setImmediate(serve);
    await Promise.all(Array.from({ length: 20 }, (_, n) => passwordProblem(`${n}4@8({[</369!1|0$5+7%2x`)));
    clearImmediate(turning);
    // Judged on the same thread, each of the twenty would let one or two turns pass.
    expect(turns).toBeGreaterThan(1_000);
  });

  test("is refused to be judged when too many wait, with words for the person", async () => {
    const asked = Array.from({ length: 300 }, (_, n) =>
      settle(async () => ok(await passwordProblem(`granite-otter-${n}-lantern`))),
    );
    const answers = await Promise.all(asked);
    const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(200);
    for (const error of refused) expect(error).toMatchObject({ code: "busy", retryAfter: expect.any(Number) });
  });

  test("that is typed gives way to those that are to be set", async () => {
    const toBeSet = Promise.all(Array.from({ length: 4 }, (_, n) => passwordProblem(`granite-otter-${n}-lantern`)));
    await expect(passwordProblem("granite-otter-9-lantern", [], { isHint: true })).rejects.toThrow(WorkQueueFull);
    expect(await toBeSet).toEqual([null, null, null, null]);
    expect(await passwordProblem("granite-otter-9-lantern", [], { isHint: true })).toBeNull();
  });
});
