import { failAt, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import type { Client, Holder } from "@/lib/auth/model/principal";
import { type Guess, guess } from "@/lib/auth/steps/guess";
import { type ProofOptions, type ProvedFactor, proveFactor } from "@/lib/auth/steps/prove-factor";
import { tellFactorChange } from "@/lib/auth/steps/tell-factor-change";
import { listConfirmed, secretOf, takeStep } from "@/lib/auth/store/authenticators";
import { consume } from "@/lib/auth/store/rate-limits";
import { countRecoveryCodes, findRecoveryCode, takeRecoveryCode } from "@/lib/auth/store/recovery-codes";
import { matchingStep } from "@/lib/auth/two-factor/totp";
import { transact } from "@/lib/db/transact";

type SecondInput = ProofOptions & {
  code: string;
  /** Only a code of this authenticator, where a contract names one. */
  authenticatorId?: string;
};

const WRONG_CODE = failAt("code", "factor_code_invalid");
const WRONG_RECOVERY_CODE = failAt("recoveryCode", "recovery_code_invalid");

/**
 * Proves the second factor by a code of the person's authenticator app: of a session that owes one, which then begins, or
 * of the signed-in person, who shows again who they are. Each code works once, whatever it is used for.
 * @returns the session under a new token, or `factor_code_invalid`, `too_many_attempts`, `unauthenticated`, `user_disabled`.
 */
export async function proveByAuthenticator(
  holder: Holder,
  input: SecondInput,
  client: Client,
): Promise<Result<ProvedFactor>> {
  const { code, authenticatorId } = input;
  const compare = async () => {
    for (const authenticator of await listConfirmed(holder.userId)) {
      const asked = authenticatorId === undefined || authenticator.id === authenticatorId;
      const secret = asked ? secretOf(authenticator) : null;
      const step = secret === null ? null : matchingStep(secret, code);
      if (step !== null && step > authenticator.lastStep) return { id: authenticator.id, step };
    }
    return null;
  };
  const proved = await guess(
    attemptOf(holder, "totp", client),
    compare,
    async ({ id, step }) => ((await takeStep(id, step)) ? proveFactor(holder, "totp", client, input) : WRONG_CODE),
    WRONG_CODE,
  );
  return warnOwner(holder, proved, client);
}

/**
 * The same by one of the recovery codes, which is used up. The person is told by mail.
 * @returns `recovery_code_invalid`, and those of `proveByAuthenticator`.
 */
export async function proveByRecoveryCode(
  holder: Holder,
  input: SecondInput,
  client: Client,
): Promise<Result<ProvedFactor>> {
  const proved = await guess(
    attemptOf(holder, "recovery-code", client),
    async () => findRecoveryCode(holder.userId, input.code),
    async ({ id }) => {
      if (!(await takeRecoveryCode(id))) return WRONG_RECOVERY_CODE;
      const left = await countRecoveryCodes(holder.userId);
      await tellFactorChange(holder, "recovery-code-used", client, `${left} left`);
      return proveFactor(holder, "recovery-code", client, input);
    },
    WRONG_RECOVERY_CODE,
  );
  return warnOwner(holder, proved, client);
}

/** In a session that owes the factor a thief may sit who has the password, and can begin any number of them. */
function attemptOf(holder: Holder, factor: "totp" | "recovery-code", client: Client): Guess {
  const { userId, email: account } = holder;
  return { factor, account, client, userId, sessionId: "owed" in holder ? undefined : holder.sessionId };
}

/** Tells the owner of too many wrong codes after a right password: a thief who lacks the second factor knows the password. */
async function warnOwner(holder: Holder, proved: Result<ProvedFactor>, client: Client): Promise<Result<ProvedFactor>> {
  if (proved.ok || proved.error.code !== "too_many_attempts" || !("owed" in holder)) return proved;
  await transact(async () => {
    const allowed = await consume(LIMITS.noticePerHour, `second:${holder.userId}`);
    if (allowed.ok) await tellFactorChange(holder, "second-factor-guessed", client);
    return allowed;
  });
  return proved;
}
