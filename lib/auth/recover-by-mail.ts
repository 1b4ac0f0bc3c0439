import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import type { User, Verification } from "@/prisma/client/client";
import { fail, ok, type Refusal, type Result } from "./model/errors";
import { LIMITS } from "./model/limits";
import type { Client } from "./model/principal";
import { type BegunSession, beginSession, type SessionOptions } from "./steps/begin-session";
import { claimAccount } from "./steps/claim-account";
import { guess } from "./steps/guess";
import { refuseToken } from "./steps/refuse-token";
import { forgive } from "./store/rate-limits";
import { findUserById } from "./store/users";
import { consumeVerification, findVerificationByToken, isCodeRight, listMailedCodes } from "./store/verifications";

const DEAD = fail("token_invalid");
const WRONG_CODE = fail("code_invalid");

type Recovered = { user: User; session: BegunSession };

/**
 * Signs a person in by the link that was mailed for setting a new password: some contracts do so first and set the
 * password next. The session is fresh, so that for ten minutes no current password is asked for.
 * @returns `token_invalid` (unknown, used, superseded and expired look alike), `too_many_attempts`.
 */
export async function recoverByLink(
  input: { token: string; session: SessionOptions },
  client: Client,
): Promise<Result<Recovered>> {
  const verification = await findVerificationByToken(input.token);
  if (verification?.purpose !== "reset" || !verification.userId) return refuseToken(client, DEAD);
  return transact(() => enter(verification, { proof: "email-link", session: input.session, client, refusal: DEAD }));
}

/**
 * The same by the code in that mail, for clients that know only the address.
 * @returns `code_invalid` for all that can be wrong, `too_many_attempts`.
 */
export async function recoverByCodeAt(
  input: { email: string; code: string; session: SessionOptions },
  client: Client,
): Promise<Result<Recovered>> {
  const { email, code, session } = input;
  const mailed = await listMailedCodes(email, "reset");
  return guess(
    { factor: "code", account: email, client },
    async () => mailed.find((verification) => isCodeRight(verification, code)) ?? null,
    (verification) => enter(verification, { proof: "email-code", session, client, refusal: WRONG_CODE }),
    WRONG_CODE,
  );
}

async function enter(
  { id, userId, email }: Verification,
  proved: { proof: "email-link" | "email-code"; session: SessionOptions; client: Client; refusal: Refusal },
): Promise<Result<Recovered>> {
  const { proof, session, client, refusal } = proved;
  if (!userId) return refusal;
  await lockRow("User", userId);
  const user = await findUserById(userId);
  // The code proves the mailbox that it was sent to, so that must still be the user's.
  if (user?.email !== email || !(await consumeVerification(id))) return refusal;
  await claimAccount(userId);
  await forgive([[LIMITS.passwordPerAccount, user.email]]);
  const detail = proof === "email-link" ? "reset link" : "reset code";
  const begun = await beginSession({ ...session, userId, proof, client, detail });
  return begun.ok ? ok({ user: begun.value.user, session: begun.value }) : refusal;
}
