import { beforeEach, describe, expect, test } from "vitest";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { markDevice } from "@/lib/auth/model/devices";
import { register } from "@/lib/auth/register";
import { resetPassword } from "@/lib/auth/reset-password";
import { db } from "@/lib/db";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import { client, disabledUser, links, other, providerUser, unverifiedUser, verifiedUser } from "@/tests/support/people";

const forgot = (email: string, from = client()) => forgotPassword({ email }, from, links);

beforeEach(emptyOutbox);

describe("asking for a link", () => {
  test("gets one answer for every address, and mails whoever has an account that is open", async () => {
    const people = {
      alice: await verifiedUser(),
      ursula: await unverifiedUser(),
      olga: await providerUser(),
      disabled: await disabledUser(),
    };
    const answers = [await forgot("ghost@nowhere.test")];
    for (const { email } of Object.values(people)) answers.push(await forgot(email));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set(['{"ok":true}']));
    const mailed = (await outbox()).map(({ to }) => to).sort();
    expect(mailed).toEqual([people.alice.email, people.ursula.email, people.olga.email].sort());
  });

  test("again and again from one source mails once a minute, five times an hour", async () => {
    const [alice, from] = [await verifiedUser(), client()];
    for (let minute = 0; minute < 7; minute++) {
      const [answer, ...others] = [await forgot(alice.email, from), await forgot(alice.email, from)];
      expect([answer, ...others].every(({ ok }) => ok)).toBe(true);
      expect(await outbox(alice.email)).toHaveLength(Math.min(minute + 1, 5));
      await db.rateLimit.deleteMany({ where: { key: { startsWith: "mail:minute" } } });
      await db.rateLimit.deleteMany({ where: { key: { startsWith: "mail:address" } } });
    }
  });

  test("a hundred times from a hundred sources mails five times, and the newest link works", async () => {
    const alice = await verifiedUser();
    const answers = [];
    for (let n = 0; n < 100; n++) answers.push(await forgot(alice.email));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(await outbox(alice.email)).toHaveLength(5);
    const { token } = await newestMail(alice.email, /Reset/);
    expect(await resetPassword({ token, newPassword: other(1) }, client())).toMatchObject({ ok: true });
  });

  test("by a stranger, as often as they like, leaves the owner's own device its mails", async () => {
    const alice = await verifiedUser();
    for (let n = 0; n < 20; n++) await forgot(alice.email);
    await emptyOutbox();
    await forgot(alice.email, { ...client(), device: markDevice(null, alice) });
    expect(await outbox(alice.email)).toHaveLength(1);
    expect(await register({ email: alice.email, password: other(2) }, client(), links)).toMatchObject({ ok: true });
    expect(await outbox(alice.email)).toHaveLength(2);
  });

  test("by whoever signs in with an address that nobody proved mails its owner no more than a stranger does", async () => {
    const squatted = await unverifiedUser();
    for (let n = 0; n < 7; n++) await forgot(squatted.email, { ...client(), device: markDevice(null, squatted) });
    expect(await outbox(squatted.email)).toHaveLength(5);
  });

  test("is counted for unknown addresses as well, so that no other flow tells them apart", async () => {
    const alice = await verifiedUser();
    const before = await db.rateLimit.count({ where: { key: { startsWith: "mail:minute" } } });
    await forgot(alice.email);
    await forgot("unknown@example.com");
    await outbox();
    const counted = await db.rateLimit.count({ where: { key: { startsWith: "mail:minute" } } });
    expect(counted - before).toBe(2);
  });

  test("more than twenty times an hour from one source is refused", async () => {
    const from = client();
    const codes = [];
    for (let n = 0; n < 22; n++) codes.push(await forgot(`g${n}@example.com`, from));
    expect(codes.map(({ ok }) => ok).indexOf(false)).toBe(20);
    expect(codes[20]).toMatchObject({ error: { code: "too_many_attempts", retryAfter: expect.any(Number) } });
  });
});
