import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { confirmCodeAt } from "@/lib/auth/confirm-by-address";
import { confirmCode } from "@/lib/auth/confirm-email";
import { login } from "@/lib/auth/login";
import type { Result } from "@/lib/auth/model/errors";
import { ok } from "@/lib/auth/model/errors";
import type { Client } from "@/lib/auth/model/principal";
import { register } from "@/lib/auth/register";
import { confirmResetCode, sendResetCode } from "@/lib/auth/reset-by-code";
import { guess } from "@/lib/auth/steps/guess";
import { reauthenticate } from "@/lib/auth/steps/reauthenticate";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { transact } from "@/lib/db/transact";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import { client, disabledUser, links, PASSWORD, session, verifiedUser } from "@/tests/support/people";

const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.error.code);
const another = (code: string | undefined) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");
const WRONG = { ok: false, error: { code: "code_invalid", message: "Wrong." } } as const;

async function resetCodeRow(email: string, from: Client = client()): Promise<string> {
  const result = await sendResetCode({ email }, from, links);
  if (!result.ok) throw new Error(result.error.code);
  return result.value.verificationId;
}

const MINUTE_MS = 60_000;
/** Lets time pass for the code, not for timers. */
function later(minutes: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + minutes * MINUTE_MS });
}

beforeEach(async () => {
  await emptyOutbox();
  await db.rateLimit.deleteMany();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a six-digit code", () => {
  test("exists only where its mail went out: what was left out in silence cannot be guessed", async () => {
    const alice = await verifiedUser();
    const ids = [];
    for (let n = 0; n < 13; n++) ids.push(await resetCodeRow(alice.email));
    const mailed = (await outbox(alice.email)).length;
    const rows = await db.verification.findMany({ where: { id: { in: ids } } });
    expect(mailed).toBeLessThan(13);
    expect(rows.filter(({ codeHash }) => codeHash !== null).length).toBeLessThanOrEqual(mailed);
  });

  test("of a registration whose mail was left out does not exist either", async () => {
    const from = client();
    for (let n = 0; n < 3; n++) await register({ email: "often@example.com", password: PASSWORD }, from, links);
    const rows = await db.verification.findMany({ where: { email: "often@example.com" } });
    expect(rows).toHaveLength(3);
    expect(rows.filter(({ codeHash }) => codeHash !== null)).toHaveLength(1);
    expect(await outbox("often@example.com")).toHaveLength(1);
  });

  test("is guessed at most ten times an account, over all rows, sources and surfaces", async () => {
    const alice = await verifiedUser();
    const answers: string[] = [];
    for (let n = 0; n < 4; n++) {
      await db.rateLimit.deleteMany({ where: { key: { startsWith: "mail:" } } });
      const verificationId = await resetCodeRow(alice.email);
      const { code } = await newestMail(alice.email);
      for (let tries = 0; tries < 4; tries++)
        answers.push(codeOf(await confirmResetCode({ verificationId, code: another(code) }, client())));
    }
    expect(answers.filter((answer) => answer === "code_invalid")).toHaveLength(10);
    const verificationId = await resetCodeRow(alice.email);
    const { code = "" } = await newestMail(alice.email);
    expect(codeOf(await confirmResetCode({ verificationId, code }, client()))).toBe("too_many_attempts");
    const elsewhere = { email: alice.email, code: "123456", session: {} };
    expect(codeOf(await confirmCodeAt(elsewhere, client()))).toBe("too_many_attempts");
  });

  test("that is right is refused while its source is past the limit, and accepted again later", async () => {
    const alice = await verifiedUser();
    const from = client();
    for (let n = 0; n < 21; n++) await confirmCodeAt({ email: `x${n}@example.com`, code: "000000", session: {} }, from);
    const verificationId = await resetCodeRow(alice.email);
    const { code = "" } = await newestMail(alice.email);
    expect(codeOf(await confirmResetCode({ verificationId, code }, from))).toBe("too_many_attempts");
    expect(codeOf(await confirmResetCode({ verificationId, code }, client()))).toBe("ok");
  });

  test("is no more guessed from the 65,536 networks of one /48 than 320 times in a quarter of an hour", async () => {
    const answers: string[] = [];
    for (let n = 0; n < 325; n++) {
      const from = { ip: `2001:db8:77:${(200 * n).toString(16)}::1`, userAgent: null };
      answers.push(codeOf(await confirmCodeAt({ email: `y${n}@example.com`, code: "000000", session: {} }, from)));
    }
    expect(answers.indexOf("too_many_attempts")).toBe(320);
  });

  test("is not burnt by a stranger's junk that names only the address", async () => {
    const email = "junk@example.com";
    const begun = await register({ email, password: PASSWORD }, client(), links);
    if (!begun.ok || begun.value.status !== "pending") throw new Error("not pending");
    const { code = "" } = await newestMail(email);
    for (let n = 0; n < 6; n++) await confirmCodeAt({ email, code: another(code), session: {} }, client());
    const { verificationId } = begun.value;
    expect(codeOf(await confirmCode({ verificationId, code }, client()))).toBe("ok");
  });

  test("is not replaced by signing in while it waits: the one mailed first goes on working", async () => {
    const email = "waits@example.com";
    await register({ email, password: PASSWORD }, client(), links);
    const { code = "" } = await newestMail(email);
    await db.rateLimit.deleteMany();
    const begun = await login({ email, password: PASSWORD }, client(), links);
    if (!begun.ok || begun.value.status !== "unverified") throw new Error("not asked for the proof");
    expect(await outbox(email)).toHaveLength(1);
    const { verificationId } = begun.value;
    expect(codeOf(await confirmCode({ verificationId, code }, client()))).toBe("ok");
  });
});

describe("an address with several open registrations", () => {
  test("confirmed by a client that names only the address gets no password, which could be a stranger's", async () => {
    const email = "shared@example.com";
    await register({ email, password: PASSWORD }, client(), links);
    await register({ email, password: "a-strangers-own-93" }, client(), links);
    const { code = "" } = await newestMail(email);
    const confirmed = await confirmCodeAt({ email, code, session: {} }, client());
    expect(confirmed).toMatchObject({ ok: true, value: { user: { email } } });
    for (const password of [PASSWORD, "a-strangers-own-93"])
      expect(await login({ email, password }, client(), links)).not.toMatchObject({ value: { status: "signed-in" } });
    expect(await db.credential.count({ where: { user: { email } } })).toBe(0);
  });
});

describe("a password typed inside a session", () => {
  test("is wrong ten times in all its life, however slowly, and then ends the session", async () => {
    const alice = await verifiedUser();
    const { token, principal } = await session(alice, true);
    const answers: string[] = [];
    for (let n = 0; n < 10; n++) {
      answers.push(codeOf(await reauthenticate(principal, `wrong-${n}`, client())));
      later(20);
    }
    expect(answers).toEqual([...Array(9).fill("wrong_password"), "too_many_attempts"]);
    expect(await findPrincipal(token)).toBeNull();
    expect((await newestMail(alice.email)).subject).toBe("A device was signed out");
  });

  test("starts anew after the right one, and leaves the owner's sign-in alone", async () => {
    const alice = await verifiedUser();
    const { principal } = await session(alice);
    for (let n = 0; n < 9; n++) await reauthenticate(principal, `wrong-${n}`, client());
    expect(codeOf(await reauthenticate(principal, PASSWORD, client()))).toBe("ok");
    for (let n = 0; n < 9; n++) expect(codeOf(await reauthenticate(principal, "no", client()))).toBe("wrong_password");
    expect(codeOf(await login({ email: alice.email, password: PASSWORD }, client(), links))).toBe("ok");
  });
});

test("a guess inside a transaction is a mistake of ours: a refusal would take the count back", async () => {
  const inside = transact(() =>
    guess(
      { factor: "code", account: "a@example.com", client: client() },
      async () => true,
      async () => ok(1),
      WRONG,
    ),
  );
  await expect(inside).rejects.toThrow(/before a transaction/);
});

test("what a right guess leads to is undone when it is refused, and the guess is given back all the same", async () => {
  const alice = await disabledUser();
  for (let n = 0; n < 30; n++)
    expect(codeOf(await login({ email: alice.email, password: PASSWORD }, client(), links))).toBe("user_disabled");
});
