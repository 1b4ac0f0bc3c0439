import { beforeEach, describe, expect, test } from "vitest";
import { requestEmailChange, resendEmailChange } from "@/lib/auth/change-email";
import { resendCodeTo } from "@/lib/auth/confirm-by-address";
import { sendSignInCode } from "@/lib/auth/email-code/send-sign-in-code";
import { signInByCode, signInByCodeAt } from "@/lib/auth/email-code/sign-in-by-mail";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { login } from "@/lib/auth/login";
import { register } from "@/lib/auth/register";
import { sendResetCode } from "@/lib/auth/reset-by-code";
import { backgroundIdle } from "@/lib/background";
import { db } from "@/lib/db";
import { client, disabledUser, links, other, PASSWORD, session, verifiedUser } from "@/tests/support/people";
import { statementsOf } from "@/tests/support/statements";
import { subscribe } from "@/tests/support/subscribers";

// Whether an address has an account must not show in the work that an answer and what comes after it costs.

beforeEach(async () => {
  await db.rateLimit.deleteMany();
});

/** What the work sends to the database, work after the answer included. */
function workOf(work: () => Promise<unknown>): Promise<string[]> {
  return statementsOf(async () => {
    await work();
    await backgroundIdle();
  });
}

const FLOWS: Record<string, (email: string) => Promise<unknown>> = {
  "a reset link": (email) => forgotPassword({ email }, client(), links),
  "a reset link with a code": (email) => forgotPassword({ email, withCode: true }, client(), links),
  "a reset code": (email) => sendResetCode({ email }, client(), links),
  "a code to sign in": (email) => sendSignInCode({ email }, client(), links),
  "a code to sign in, sent in a way of one's own": (email) =>
    sendSignInCode({ email }, client(), { sendCode: async () => {} }),
  "a code to sign in, or to become a user": (email) => sendSignInCode({ email, createUser: true }, client(), links),
  "a wrong code to sign in": async (email) => {
    const sent = await sendSignInCode({ email }, client(), links);
    if (!sent.ok) throw new Error(sent.error.code);
    await signInByCode({ verificationId: sent.value.verificationId, code: "none" }, client());
    await signInByCodeAt({ email, code: "none", session: {} }, client());
  },
  "another link for a change of address": (email) => resendEmailChange({ email }, client(), links),
  "another code": (email) => resendCodeTo({ email }, client(), links),
  "a sign-in with a wrong password": (email) => login({ email, password: "wrong" }, client(), links),
  "a registration": (email) => register({ email, password: other(1) }, client(), links),
};

describe("the same statements, in the same order, for an address with an account and for one without", () => {
  test.each([
    ["a reset link", "auth.password_reset"],
    ["another code", "auth.verification_requested"],
    ["a registration", "auth.verification_requested"],
  ] as const)("%s that a subscriber is told of", async (name, event) => {
    subscribe(event, () => {});
    const ask = (email: string) => workOf(() => (FLOWS[name] ?? Promise.reject)(email));
    await ask("first@example.com");
    const unknown = await ask("unknown@example.com");
    expect(unknown.join()).toContain("Delivery");
    expect(await ask((await verifiedUser()).email)).toEqual(unknown);
  });

  test.each(Object.keys(FLOWS))("%s", async (name) => {
    const flow = FLOWS[name] ?? Promise.reject;
    const [known, disabled] = [await verifiedUser(), await disabledUser()];
    await workOf(() => flow("first@example.com"));
    const unknown = await workOf(() => flow("unknown@example.com"));
    expect(unknown.length).toBeGreaterThan(2);
    expect(await workOf(() => flow(known.email))).toEqual(unknown);
    expect(await workOf(() => flow(disabled.email))).toEqual(unknown);
  });

  test("another link for a change of address that is under way", async () => {
    const mover = await verifiedUser();
    const { principal } = await session(mover);
    const change = { email: "moving@example.com", currentPassword: PASSWORD };
    await requestEmailChange(principal, change, client(), links);
    const resend = (email: string) => workOf(() => resendEmailChange({ email }, client(), links));
    expect(await resend(mover.email)).toEqual(await resend("nobody@example.com"));
  });

  test("a change of address", async () => {
    const [taken, mover, other] = [await verifiedUser(), await verifiedUser(), await verifiedUser()];
    const ask = async (user: typeof mover, email: string) => {
      const { principal } = await session(user);
      return workOf(() => requestEmailChange(principal, { email, currentPassword: PASSWORD }, client(), links));
    };
    expect(await ask(mover, taken.email)).toEqual(await ask(other, "free@example.com"));
  });

  test("another code to sign in, asked for by the browser that began", async () => {
    const [known, disabled] = [await verifiedUser(), await disabledUser()];
    const again = async (email: string) => {
      const sent = await sendSignInCode({ email }, client(), links);
      if (!sent.ok) throw new Error(sent.error.code);
      const pendingId = sent.value.verificationId;
      return workOf(() => sendSignInCode({ email, pendingId }, client(), links));
    };
    const unknown = await again("again@example.com");
    expect(unknown.length).toBeGreaterThan(5);
    expect(await again(known.email)).toEqual(unknown);
    expect(await again(disabled.email)).toEqual(unknown);
  });

  test("a mail that may not go out costs what one that may costs", async () => {
    const from = client();
    const ask = (email: string) => workOf(() => register({ email, password: other(1) }, from, links));
    const first = await ask("often@example.com");
    const second = await ask("often@example.com");
    const alice = await verifiedUser();
    await ask(alice.email);
    expect(await ask(alice.email)).toEqual(second);
    expect(first.length).toBeGreaterThan(5);
  });
});
