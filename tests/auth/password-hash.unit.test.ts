import bcrypt from "bcrypt";
import { describe, expect, test, vi } from "vitest";
import { hashPassword, needsRehash, verifyPassword } from "@/lib/auth/model/password-hash";
import { WorkQueueFull } from "@/lib/auth/model/work-queue";
import { env } from "@/lib/env";
import { log } from "@/lib/log";

describe("a stored password", () => {
  const opens = async (password: string, typed: string) => verifyPassword(typed, await hashPassword(password));

  test("is told apart to its last byte, past 72 of them and past NUL", async () => {
    const long = "a".repeat(72);
    expect(await opens(`${long}X`, `${long}X`)).toBe(true);
    for (const typed of [`${long}Y`, long, `${long}X `, `${long}x`]) expect(await opens(`${long}X`, typed)).toBe(false);
    expect(await opens("secret\0one", "secret\0two")).toBe(false);
    const pasted = Array.from({ length: 64 }, (_, n) => String.fromCharCode(33 + n)).join("");
    expect(await opens(pasted, pasted)).toBe(true);
    expect(await opens(pasted, pasted.slice(0, 63))).toBe(false);
  });

  test("is compared as it was typed, apart from Unicode's spellings", async () => {
    for (const typed of ["leading and trailing", " Leading and trailing ", " leading and trailing"])
      expect(await opens(" leading and trailing ", typed)).toBe(false);
    expect(await opens("café ﬁn Å", "café fin Å".normalize("NFD"))).toBe(true);
  });

  test("is due for another hash when the cost has changed, or it was brought from elsewhere", async () => {
    const hash = await hashPassword("x");
    expect(needsRehash(hash)).toBe(false);
    expect(needsRehash(hash.replace("$04$", "$05$"))).toBe(true);
    expect(needsRehash(hash.replace("hs384:", ""))).toBe(true);
  });

  test("goes on matching after an update: what an earlier version stored is still the password's", async () => {
    const stored = "hs384:$2b$04$CHGi7k7m5grgnztdURWh1O5fAf1GPhuGV09mXkwUBTxqch5TNTDVC";
    expect(await verifyPassword("correct horse battery staple é", stored)).toBe(true);
    expect(await verifyPassword("correct horse battery staple e", stored)).toBe(false);
  });

  test("does not depend on AUTH_SECRET, which may be changed", async () => {
    const hash = await hashPassword("x");
    const secret = env().AUTH_SECRET;
    env().AUTH_SECRET = "another-secret-of-more-than-32-bytes!";
    expect(await verifyPassword("x", hash)).toBe(true);
    env().AUTH_SECRET = secret;
  });
});

test("a network that fills the queue from many addresses keeps nobody else out, nor waiting", async () => {
  const stored = await hashPassword("x");
  const from = (ip: string) => ({ ip, userAgent: null });
  const ended: string[] = [];
  const checks = Array.from({ length: 200 }, async (_, n) => {
    const outcome = verifyPassword("x", stored, from(`2001:db8:7:${n.toString(16)}::1`));
    await outcome.finally(() => ended.push("network"));
  });
  const other = verifyPassword("x", stored, from("192.0.2.7")).finally(() => ended.push("other"));
  const outcomes = await Promise.allSettled(checks);
  expect(await other).toBe(true);
  const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  expect(refused.length, "more than the queue holds").toBeGreaterThan(50);
  for (const reason of refused) expect(reason).toBeInstanceOf(WorkQueueFull);
  expect(ended.slice(refused.length).indexOf("other"), "before the network's hundred").toBeLessThan(20);
});

describe("where there is no hash that can be used", () => {
  test("no password matches, also after a moment in which bcrypt could not work", async () => {
    const broken = vi.spyOn(bcrypt, "hash").mockRejectedValue(new Error("out of memory"));
    await verifyPassword("x", null).catch(() => null);
    broken.mockRestore();
    expect(await verifyPassword("x", null)).toBe(false);
  });

  test.each(["hs384:$2b$20$", "$2b$20$", "$2y$31$", "$2a$16$"])(
    "%s…, which would hold a core for minutes, is answered like an unknown user, and logged",
    async (start) => {
      const compared = vi.spyOn(bcrypt, "compare");
      const logged = vi.spyOn(log, "error").mockImplementation(() => {});
      const stored = start + (await bcrypt.hash("x", 4)).slice("$2b$04$".length);
      expect(await verifyPassword("x", stored)).toBe(false);
      expect(compared.mock.calls.map(([, hash]) => bcrypt.getRounds(hash))).toEqual([env().BCRYPT_COST]);
      expect(logged).toHaveBeenCalledWith(
        expect.objectContaining({ event: "password.hash_refused" }),
        expect.any(String),
      );
      expect(JSON.stringify(logged.mock.calls)).not.toContain(stored);
      vi.restoreAllMocks();
    },
  );

  test.each(["", "x", "hs384:", "hs384:$2b$04$short", "$2b$04$", "$2b$99$", "plaintext", "other:{}"])(
    "%j does the work of an unknown user too",
    async (stored) => {
      const compared = vi.spyOn(bcrypt, "compare");
      vi.spyOn(log, "error").mockImplementation(() => {});
      expect(await verifyPassword("x", stored)).toBe(false);
      expect(compared.mock.calls.map(([, hash]) => hash.length)).toEqual([60]);
      vi.restoreAllMocks();
    },
  );

  test.each(["$2a$", "$2b$", "$2y$"])("%s hashes brought from elsewhere go on matching", async (version) => {
    const stored = (await bcrypt.hash("brought along", 5)).replace("$2b$", version);
    expect([await verifyPassword("brought along", stored), await verifyPassword("x", stored)]).toEqual([true, false]);
  });
});
