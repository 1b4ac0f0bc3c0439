import { execFile } from "node:child_process";
import { promisify } from "node:util";
import bcrypt from "bcrypt";
import PQueue from "p-queue";
import { afterEach, describe, expect, test, vi } from "vitest";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { login } from "@/lib/auth/login";
import { markDevice } from "@/lib/auth/model/devices";
import type { Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import type { Client } from "@/lib/auth/model/principal";
import { WorkQueueFull } from "@/lib/auth/model/work-queue";
import { register } from "@/lib/auth/register";
import { resetPassword } from "@/lib/auth/reset-password";
import { countSource } from "@/lib/auth/steps/count-source";
import { reauthenticate } from "@/lib/auth/steps/reauthenticate";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { events } from "@/tests/support/events";
import { newestMail } from "@/tests/support/outbox";
import { client, links, other, PASSWORD, session, verifiedUser } from "@/tests/support/people";

const signIn = (email: string, password: string, from: Client = client()) =>
  login({ email, password, remember: false }, from, links);
const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.error.code);
const LIMITED = "too_many_attempts";
const MINUTE_MS = 60_000;

/** Wrong guesses one after the other, each from `from(n)`. */
async function guess(email: string, times: number, from: (n: number) => Client = () => client()): Promise<string[]> {
  const codes: string[] = [];
  for (let n = 0; n < times; n++) codes.push(codeOf(await signIn(email, `wrong-${n}`, from(n))));
  return codes;
}

/** Lets time pass for the code, not for timers. */
function later(minutes: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + minutes * MINUTE_MS });
}

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("guessing at one account", () => {
  test("is answered ten times, then refused without hashing, even the right one", async () => {
    const alice = await verifiedUser();
    const from = client();
    const compare = vi.spyOn(bcrypt, "compare");
    const codes = await guess(alice.email, 30, () => from);
    expect(codes.slice(0, 10)).toEqual(Array(10).fill("invalid_credentials"));
    expect(codes.slice(10)).toEqual(Array(20).fill(LIMITED));
    const right = await signIn(alice.email, PASSWORD, from);
    expect(right).toMatchObject({ error: { code: LIMITED, retryAfter: expect.any(Number) } });
    expect(compare).toHaveBeenCalledTimes(10);
    expect(!right.ok && right.error.retryAfter).toBeGreaterThan(0);
    expect(!right.ok && right.error.message).toMatch(/Try again in (1 minute|\d+ seconds)\./);
  });

  test("is not forgiven by the password of a registration that the guesser began for the address", async () => {
    const alice = await verifiedUser();
    const own = "chosen by the guesser 7431";
    await register({ email: alice.email, password: own }, client(), links);
    const codes: string[] = [];
    for (let round = 0; round < 3; round++) {
      codes.push(...(await guess(alice.email, 4)));
      codes.push(codeOf(await signIn(alice.email, own)));
    }
    expect(codes.filter((code) => code === "invalid_credentials")).toHaveLength(10);
    expect(codes.filter((code) => code === "ok")).toHaveLength(2);
    expect(codes.slice(-3), "all that was guessed counts").toEqual([LIMITED, LIMITED, LIMITED]);
  });

  test("200 times from 200 addresses, thirty in parallel, has at most ten evaluated", async () => {
    const alice = await verifiedUser();
    const compare = vi.spyOn(bcrypt, "compare");
    // As many at once as wait no longer for a connection than a statement may.
    const queue = new PQueue({ concurrency: 30 });
    const codes = await queue.addAll(
      Array.from({ length: 200 }, (_, n) => async () => codeOf(await signIn(alice.email, `p${n}`))),
    );
    expect(compare.mock.calls.length).toBe(10);
    expect(codes.filter((code) => code === LIMITED)).toHaveLength(190);
  });

  test("at one a second from ever new addresses is stopped, with growing waits", async () => {
    const alice = await verifiedUser();
    const waits: number[] = [];
    let evaluated = 0;
    later(0);
    for (let second = 0; second < 150 * 6; second += 6) {
      const result = await signIn(alice.email, "wrong", client());
      if (!result.ok && result.error.code === LIMITED) waits.push(result.error.retryAfter ?? 0);
      else evaluated += 1;
      later(0.1);
    }
    expect(evaluated).toBeLessThanOrEqual(14);
    const peaks = waits.filter((wait, n) => wait > (waits[n - 1] ?? 0));
    expect(peaks.length).toBeGreaterThan(2);
    expect(peaks).toEqual([...peaks].sort((a, b) => a - b));
  });

  test("counts for an unknown address like for a known one", async () => {
    const alice = await verifiedUser();
    const [known, unknown] = [await guess(alice.email, 12), await guess("nobody@example.com", 12)];
    expect(known).toEqual(unknown);
  });

  test("starts anew after the right password", async () => {
    const alice = await verifiedUser();
    await guess(alice.email, 9);
    expect(codeOf(await signIn(alice.email, PASSWORD))).toBe("ok");
    expect(await guess(alice.email, 9)).not.toContain(LIMITED);
  });

  test("ends at most a quarter of an hour after the last answer, knocking or not", async () => {
    const alice = await verifiedUser();
    await guess(alice.email, 10);
    for (let minute = 0; minute < 30; minute++) {
      later(1);
      await guess(alice.email, 3);
    }
    later(15);
    expect(codeOf(await signIn(alice.email, PASSWORD))).toBe("ok");
  });
});

describe("the owner of an account under attack", () => {
  test("keeps the open session, and signs in from a known device", async () => {
    const alice = await verifiedUser();
    const { token } = await session(alice);
    const device = markDevice(null, alice);
    await guess(alice.email, 20);
    expect(await findPrincipal(token)).toMatchObject({ userId: alice.id });
    expect(codeOf(await signIn(alice.email, PASSWORD, { ...client(), device }))).toBe("ok");
    expect(
      codeOf(
        await signIn(alice.email, PASSWORD, { ...client(), device: markDevice(null, { id: "bob", deviceEra: 0 }) }),
      ),
    ).toBe(LIMITED);
  });

  test("signs in from a known device, and proves a password in a session, while others in the /56 have used it up", async () => {
    const alice = await verifiedUser();
    const { principal } = await session(alice);
    const line = (n: number) => client(`2001:db8:48:${n.toString(16)}::1`);
    for (let n = 0; n < 160; n++) await countSource(LIMITS.passwordPerSource, line(n));
    expect(codeOf(await signIn(alice.email, PASSWORD, line(200)))).toBe(LIMITED);
    const device = markDevice(null, alice);
    expect(codeOf(await signIn(alice.email, PASSWORD, { ...line(200), device }))).toBe("ok");
    expect(codeOf(await reauthenticate(principal, PASSWORD, line(200)))).toBe("ok");
  });

  test("is let in at once after a reset, on the device that was locked too", async () => {
    const alice = await verifiedUser();
    const device = { ...client(), device: markDevice(null, alice) };
    await guess(alice.email, 12);
    await guess(alice.email, 12, () => device);
    expect(codeOf(await signIn(alice.email, PASSWORD, device))).toBe(LIMITED);
    await forgotPassword({ email: alice.email }, client(), links);
    const { token } = await newestMail(alice.email, /Reset/);
    expect(codeOf(await resetPassword({ token, newPassword: other(1) }, device))).toBe("ok");
    expect(codeOf(await signIn(alice.email, other(1), device))).toBe("ok");
    expect(codeOf(await signIn(alice.email, other(1)))).toBe("ok");
  });
});

describe("one source", () => {
  test("that tries one password on many accounts is stopped, and locks none", async () => {
    const from = client();
    const people = await Promise.all(Array.from({ length: 50 }, () => verifiedUser()));
    const codes: string[] = [];
    for (const { email } of people) codes.push(codeOf(await signIn(email, "Summer-2026", from)));
    expect(codes.indexOf(LIMITED)).toBeGreaterThan(0);
    expect(codes.indexOf(LIMITED)).toBeLessThanOrEqual(50);
    for (const { email } of people.slice(0, 3)) expect(codeOf(await signIn(email, PASSWORD))).toBe("ok");
  });

  test("that tries a list of pairs is refused the valid one like its neighbours", async () => {
    const alice = await verifiedUser();
    const from = client();
    const answers = [];
    for (let n = 0; n < 60; n++)
      answers.push(n === 50 ? await signIn(alice.email, PASSWORD, from) : await signIn(`u${n}@example.com`, "x", from));
    expect(codeOf(answers[50] as Result<unknown>)).toBe(LIMITED);
    expect(answers[50]).toEqual({ ...answers[49], error: expect.objectContaining({ code: LIMITED }) });
    expect(await db.session.count({ where: { userId: alice.id } })).toBe(0);
    expect(events("guess.limited").some(({ ip, outcome }) => ip === from.ip && outcome === "password:source")).toBe(
      true,
    );
  });

  test("whose address cannot be known shares one bucket with its like", async () => {
    const nowhere = () => ({ ip: null, userAgent: null });
    const codes = [];
    for (let n = 0; n < 45; n++) codes.push(codeOf(await signIn(`v${n}@example.com`, "x", nowhere())));
    expect(codes.indexOf(LIMITED)).toBe(40);
  });
});

test("a server too busy to hash does not count that as a wrong password", async () => {
  const alice = await verifiedUser();
  vi.spyOn(bcrypt, "compare").mockImplementation(() => {
    throw new WorkQueueFull();
  });
  for (let n = 0; n < 12; n++) await expect(signIn(alice.email, PASSWORD)).rejects.toThrow(WorkQueueFull);
  vi.restoreAllMocks();
  expect(codeOf(await signIn(alice.email, PASSWORD))).toBe("ok");
});

test("two processes count together, and a restart forgets nothing", { timeout: 60_000 }, async () => {
  const alice = await verifiedUser();
  const here = await guess(alice.email, 6);
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ["--import", "tsx", "tests/support/guess.ts", alice.email, "6"]);
  const there: string[] = JSON.parse(stdout);
  expect([...here, ...there]).toEqual([...Array(10).fill("invalid_credentials"), LIMITED, LIMITED]);
  expect(codeOf(await signIn(alice.email, PASSWORD))).toBe(LIMITED);
});
