import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Result } from "@/lib/auth/model/errors";
import { confirmResetCode, sendResetCode } from "@/lib/auth/reset-by-code";
import { resetPassword } from "@/lib/auth/reset-password";
import { db } from "@/lib/db";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import { client, links, other, verifiedUser } from "@/tests/support/people";

const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.error.code);
const another = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

async function ask(email: string, pendingId?: string, from = client()): Promise<string> {
  const asked = await sendResetCode({ email, pendingId }, from, links);
  if (!asked.ok) throw new Error(asked.error.code);
  return asked.value.verificationId;
}

beforeEach(async () => {
  await emptyOutbox();
  await db.rateLimit.deleteMany();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a reset by code", () => {
  test("sets a password with the token that the right code gives", async () => {
    const alice = await verifiedUser();
    const verificationId = await ask(alice.email);
    const { code = "" } = await newestMail(alice.email);
    const confirmed = await confirmResetCode({ verificationId, code }, client());
    if (!confirmed.ok) throw new Error(confirmed.error.code);
    const { token } = confirmed.value;
    expect(codeOf(await resetPassword({ token, newPassword: other(1) }, client()))).toBe("ok");
    expect(codeOf(await confirmResetCode({ verificationId, code }, client()))).toBe("code_expired");
  });

  test("looks the same for an address without an account, up to the password that nothing takes", async () => {
    const verificationId = await ask("ghost@nowhere.test");
    const { code = "" } = await newestMail("ghost@nowhere.test");
    const confirmed = await confirmResetCode({ verificationId, code }, client());
    if (!confirmed.ok) throw new Error(confirmed.error.code);
    const { token } = confirmed.value;
    expect(codeOf(await resetPassword({ token, newPassword: other(1) }, client()))).toBe("token_invalid");
  });

  test("asked for again at once by the same browser keeps the code that was mailed", async () => {
    const [alice, from] = [await verifiedUser(), client()];
    const first = await ask(alice.email, undefined, from);
    expect(await ask(alice.email, first, from)).toBe(first);
    expect(await outbox(alice.email)).toHaveLength(1);
  });

  test("asked for again later ends the code before", async () => {
    const alice = await verifiedUser();
    const first = await ask(alice.email);
    const { code = "" } = await newestMail(alice.email);
    await ask(alice.email);
    expect(codeOf(await confirmResetCode({ verificationId: first, code }, client()))).toBe("code_expired");
  });

  test("takes five tries and lives for ten minutes", async () => {
    const alice = await verifiedUser();
    const verificationId = await ask(alice.email);
    const { code = "" } = await newestMail(alice.email);
    for (let n = 0; n < 5; n++)
      expect(codeOf(await confirmResetCode({ verificationId, code: another(code) }, client()))).toBe("code_invalid");
    expect(codeOf(await confirmResetCode({ verificationId, code }, client()))).toBe("code_expired");

    const bob = await verifiedUser();
    const late = { verificationId: await ask(bob.email), code: (await newestMail(bob.email)).code ?? "" };
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 11 * 60_000 });
    expect(codeOf(await confirmResetCode(late, client()))).toBe("code_expired");
  });
});
