import { beforeEach, describe, expect, test } from "vitest";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { db } from "@/lib/db";
import { emptyOutbox, outbox } from "@/tests/support/outbox";
import { client, links, person } from "@/tests/support/people";

const forgot = (email: string, from = client()) => forgotPassword({ email }, from, links);

beforeEach(emptyOutbox);

describe("asking for a link", () => {
  test("gets one answer for every address, and mails whoever has an account that is open (ENUM-08)", async () => {
    const people = {
      alice: await person(),
      ursula: await person({ emailVerified: null }),
      olga: await person({ password: null }),
      disabled: await person({ disabledAt: new Date() }),
    };
    const answers = [await forgot("ghost@nowhere.test")];
    for (const { email } of Object.values(people)) answers.push(await forgot(email));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set(['{"ok":true}']));
    const mailed = (await outbox()).map(({ to }) => to).sort();
    expect(mailed).toEqual([people.alice.email, people.ursula.email, people.olga.email].sort());
  });

  test("a hundred times from a hundred sources mails once a minute, five times an hour (MAIL-04)", async () => {
    const alice = await person();
    for (let hour = 0; hour < 7; hour++) {
      const answers = await Promise.all(Array.from({ length: 15 }, () => forgot(alice.email)));
      expect(answers.every(({ ok }) => ok)).toBe(true);
      expect(await outbox(alice.email)).toHaveLength(Math.min(hour + 1, 5));
      await db.rateLimit.deleteMany({ where: { key: { startsWith: "mail:minute" } } });
    }
  });

  test("is counted for unknown addresses as well, so that no other flow tells them apart", async () => {
    const alice = await person();
    await forgot(alice.email);
    await forgot("unknown@example.com");
    await outbox();
    const counted = await db.rateLimit.count({ where: { key: { startsWith: "mail:minute" } } });
    expect(counted).toBe(2);
  });

  test("more than twenty times an hour from one source is refused", async () => {
    const from = client();
    const codes = [];
    for (let n = 0; n < 22; n++) codes.push(await forgot(`g${n}@example.com`, from));
    expect(codes.map(({ ok }) => ok).indexOf(false)).toBe(20);
    expect(codes[20]).toMatchObject({ error: { code: "too_many_attempts", retryAfter: expect.any(Number) } });
  });
});
