import { z } from "zod";
import { fail, failAt, ok, type Result } from "@/lib/auth/model/errors";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { addProof } from "@/lib/auth/steps/add-proof";
import { guess } from "@/lib/auth/steps/guess";
import { consumeMail } from "@/lib/auth/steps/mail-budget";
import { levelOfPrincipal } from "@/lib/auth/steps/reauthenticate";
import type { NewSession } from "@/lib/auth/store/sessions";
import { consumeVerification, isCodeRight, issueVerification, listMailedCodes } from "@/lib/auth/store/verifications";
import { transact } from "@/lib/db/transact";
import { sendMail } from "@/lib/mail/messages";
import type { Verification } from "@/prisma/client/client";

// A signed-in person proves again who they are by the mailbox, the only way for people without a password. A mailbox is one
// factor and never the second, so it is not enough for an account that asks for two.

const ForSession = z.object({ sessionId: z.string() });
const WRONG_CODE = failAt("code", "code_invalid");

/**
 * Mails a code to the signed-in person, for this session alone; the one before is dead.
 * @returns `second_factor_required` where the account asks for two factors, `too_many_attempts` with the wait.
 */
export async function sendProofCode(principal: Principal, client: Client): Promise<Result<void>> {
  const { userId, sessionId, email } = principal;
  if ((await levelOfPrincipal(principal)) === "two") return fail("second_factor_required");
  return transact(async () => {
    const allowed = await consumeMail({ budget: "reauthentication", email, client, userId });
    if (!allowed.ok) return allowed;
    for (const { id } of await listOwnCodes(principal)) await consumeVerification(id);
    const payload = { sessionId };
    const issued = await issueVerification({ purpose: "reauthenticate", userId, email, payload, withCode: true });
    await sendMail(email, "your-code", { code: issued.code ?? "" });
    return ok(undefined);
  });
}

/**
 * Takes that code as the proof of who the signed-in person is.
 * @returns the session under a new token, or `code_invalid`, `code_expired` (spent, too old, too many tries),
 * `too_many_attempts`, `second_factor_required`, `unauthenticated`, `user_disabled`.
 */
export async function proveByEmailCode(
  principal: Principal,
  { code }: { code: string },
  client: Client,
): Promise<Result<NewSession>> {
  if ((await levelOfPrincipal(principal)) === "two") return fail("second_factor_required");
  const [newest] = await listOwnCodes(principal);
  if (!newest) return fail("code_expired");
  const { userId, sessionId, email: account } = principal;
  return guess(
    { factor: "code", account, client, userId, sessionId, verificationId: newest.id },
    async () => isCodeRight(newest, code),
    async () => {
      if (!(await consumeVerification(newest.id))) return fail("code_expired");
      return addProof(principal, "email-code", client);
    },
    WRONG_CODE,
  );
}

/** The codes that were mailed to the principal's present address for this session. */
async function listOwnCodes({ userId, sessionId, email }: Principal): Promise<Verification[]> {
  const mailed = await listMailedCodes(email, "reauthenticate");
  return mailed.filter(
    ({ userId: owner, payload }) => owner === userId && ForSession.parse(payload).sessionId === sessionId,
  );
}
