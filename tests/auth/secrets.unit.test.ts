import { describe, expect, test } from "vitest";
import { markDevice, readMark } from "@/lib/auth/model/devices";
import { fail } from "@/lib/auth/model/errors";
import { hashCode, keyedHash, randomCode, sameHash, unseal } from "@/lib/auth/model/secrets";
import { describeDevice, kindOfDevice } from "@/lib/auth/model/user-agent";
import { env } from "@/lib/env";

const user = (id: string) => ({ id, deviceEra: 0 });

describe("a known device", () => {
  test("is known to the users who signed in there, five at most, the newest first", () => {
    let cookie: string | null = null;
    for (let n = 0; n < 7; n++) cookie = markDevice(cookie, user(`user-${n}`));
    const known = Array.from({ length: 7 }, (_, n) => readMark(cookie, `user-${n}`) !== null);
    expect(known).toEqual([false, false, true, true, true, true, true]);
    const again = markDevice(cookie, user("user-6"));
    expect(again.length).toBe(cookie?.length);
    expect(readMark(again, "user-6")?.nonce).toBe(readMark(cookie, "user-2")?.nonce);
  });

  test("cannot be made up, moved to another user or era, or break anything", () => {
    const cookie = markDevice(null, user("alice"));
    const [nonce, mark] = cookie.split(".");
    const others = [
      `${"A".repeat(43)}.${mark}`,
      `${nonce}.1${mark?.slice(1)}`,
      `${nonce}.`,
      nonce,
      "",
      ".",
      "x.y",
      "a".repeat(100_000),
      null,
      undefined,
    ];
    for (const forged of others) expect(readMark(forged, "alice")).toBeNull();
    expect(readMark(cookie, "bob")).toBeNull();
    expect(readMark(`${cookie}${".x".repeat(10)}`, "alice")).toBeNull();
    for (const forged of others) expect(readMark(markDevice(forged, user("bob")), "bob")).not.toBeNull();
  });
});

test("what an earlier version sealed can be opened after an update", () => {
  const secret = env().AUTH_SECRET;
  env().AUTH_SECRET = "OhduaCDzwOCCQAtMTgTcjTxClBf-bwKcq511LNvT0bk";
  const sealed = "tlmpg7lg5JKuBSKs9b1n6jX2jD73HZxj6nDwiruVXVVKKmy8dyYiMXZQ3DI";
  expect(unseal("totp", "user-1", sealed)).toBe("JBSWY3DPEHPK3PXP");
  expect(unseal("totp", "user-2", sealed)).toBeNull();
  env().AUTH_SECRET = secret;
});

describe("a code and a keyed hash", () => {
  test("keeps its leading zeros and spreads over a million", () => {
    const codes = Array.from({ length: 2000 }, randomCode);
    expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true);
    expect(codes.some((code) => code.startsWith("0"))).toBe(true);
    expect(new Set(codes).size).toBeGreaterThan(1950);
  });

  test("is bound to its row and its purpose", () => {
    expect(hashCode("a", "123456")).not.toBe(hashCode("b", "123456"));
    expect(keyedHash("flow", "x")).not.toBe(keyedHash("device", "x"));
    expect([sameHash("a", "a"), sameHash("a", "b"), sameHash("a", "aa"), sameHash("", "")]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });
});

test.each([
  [undefined, "Too many attempts."],
  [1, "Too many attempts. Try again in 1 second."],
  [45, "Too many attempts. Try again in 45 seconds."],
  [60, "Too many attempts. Try again in 1 minute."],
  [61, "Too many attempts. Try again in 2 minutes."],
  [900, "Too many attempts. Try again in 15 minutes."],
])("a wait of %s seconds is said in words", (retryAfter, message) => {
  expect(fail("too_many_attempts", { retryAfter }).error).toMatchObject({ message });
});

test.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux", "computer"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1",
    "Safari on iOS",
    "phone",
  ],
  ["", "Unknown device", "app"],
  [null, "Unknown device", "app"],
  ["\0<script>", "Unknown device", "app"],
])("the user agent %j is shown as %j, a %s", (userAgent, device, kind) => {
  expect([describeDevice(userAgent), kindOfDevice(userAgent)]).toEqual([device, kind]);
});
