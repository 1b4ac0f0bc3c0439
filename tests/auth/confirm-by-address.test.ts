import { beforeEach, describe, expect, test } from "vitest";
import { confirmByOpening, confirmCodeAt, resendCodeTo } from "@/lib/auth/confirm-by-address";
import { confirmLink } from "@/lib/auth/confirm-email";
import { sendSignInCode } from "@/lib/auth/email-code/send-sign-in-code";
import { login } from "@/lib/auth/login";
import type { Result } from "@/lib/auth/model/errors";
import { register } from "@/lib/auth/register";
import { db } from "@/lib/db";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import { client, links, other, PASSWORD, storedHash, verifiedUser } from "@/tests/support/people";

const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.error.code);
const confirm = (email: string, code: string) => confirmCodeAt({ email, code, session: { kind: "api" } }, client());

let serial = 0;
async function registered(from = client()) {
  const email = `by-address-${serial++}@example.com`;
  await register({ email, password: PASSWORD }, from, links);
  return { email, mail: await newestMail(email) };
}

beforeEach(async () => {
  await emptyOutbox();
  await db.rateLimit.deleteMany();
});

describe("a code and the address that it went to", () => {
  test("make the user, with the password chosen, and sign the client in; once", async () => {
    const { email, mail } = await registered();
    const confirmed = await confirm(email, mail.code ?? "");
    expect(confirmed).toMatchObject({ ok: true, value: { user: { email }, session: { owedFactor: null } } });
    expect(codeOf(await confirm(email, mail.code ?? ""))).toBe("code_invalid");
    expect(await login({ email, password: PASSWORD }, client(), links)).toMatchObject({
      value: { status: "signed-in" },
    });
  });

  test("work however many strangers register the address after that, and leave the account without a password", async () => {
    const { email, mail } = await registered();
    for (let n = 0; n < 4; n++) await register({ email, password: other(n) }, client(), links);
    const confirmed = await confirm(email, mail.code ?? "");
    expect(confirmed).toMatchObject({ ok: true, value: { user: { email }, session: { owedFactor: null } } });
    expect(confirmed.ok && (await storedHash(confirmed.value.user.id))).toBeUndefined();
  });

  test("keep a stranger's password out of the account where a code to sign in was mailed too: its reader may mix the two up", async () => {
    const unknown = { ip: null, userAgent: null };
    for (const [stranger, reader] of [
      [client(), client()],
      [unknown, unknown],
    ] as const) {
      const { email, mail } = await registered(stranger);
      await sendSignInCode({ email }, reader, links);
      const confirmed = await confirmCodeAt({ email, code: mail.code ?? "", session: {} }, reader);
      expect(confirmed.ok && (await storedHash(confirmed.value.user.id))).toBeUndefined();
    }
  });

  test("are refused alike for a wrong code, a free address and a taken one", async () => {
    const [{ email }, alice] = [await registered(), await verifiedUser()];
    const answers = [await confirm(email, "000000"), await confirm("free@example.com", "000000")];
    answers.push(await confirm(alice.email, "000000"));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });
});

describe("a link that is only opened", () => {
  test("confirms and, where it is asked to, signs nobody in", async () => {
    const { email, mail } = await registered();
    expect(await confirmByOpening({ token: mail.token, session: null }, client())).toMatchObject({
      ok: true,
      value: { user: { email }, session: null },
    });
    expect(await db.session.count({ where: { user: { email } } })).toBe(0);
    expect(codeOf(await confirmByOpening({ token: mail.token, session: null }, client()))).toBe("token_invalid");
  });
});

describe("another code for an address", () => {
  test("goes to the registration of the network that asks, however many strangers registered the address since", async () => {
    const owner = client();
    const { email, mail } = await registered(owner);
    for (let n = 0; n < 4; n++) await register({ email, password: other(n) }, client(), links);
    await db.rateLimit.deleteMany();
    await resendCodeTo({ email }, owner, links);
    const { token } = await newestMail(email);
    expect(token).not.toBe(mail.token);
    const pressed = (password: string) => confirmLink({ token, password, verificationId: null }, owner);
    expect(codeOf(await pressed(other(3)))).toBe("wrong_password");
    expect(codeOf(await pressed(PASSWORD))).toBe("ok");
  });

  test("goes to its newest registration, and the answer tells nothing", async () => {
    const { email, mail } = await registered();
    await db.rateLimit.deleteMany();
    const alice = await verifiedUser();
    await emptyOutbox();
    const answers = [];
    for (const address of [email, alice.email, "free@example.com"])
      answers.push(await resendCodeTo({ email: address }, client(), links));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect((await outbox()).map(({ to }) => to)).toEqual([email]);
    expect((await newestMail(email)).code).not.toBe(mail.code);
    expect(codeOf(await confirm(email, (await newestMail(email)).code ?? ""))).toBe("ok");
  });
});
