import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { lockSession } from "@/lib/auth/steps/lock-session";
import { hasSecondFactor } from "@/lib/auth/steps/owed-factor";
import { requireFresh } from "@/lib/auth/steps/reauthenticate";
import { tellFactorChange } from "@/lib/auth/steps/tell-factor-change";
import { consume } from "@/lib/auth/store/rate-limits";
import { replaceRecoveryCodes } from "@/lib/auth/store/recovery-codes";
import { transact } from "@/lib/db/transact";

/**
 * Gives the person ten new recovery codes, which are told only here; the former ones end.
 * @returns `second_factor_required`, `reauthentication_required`, `unauthenticated`, `not_found` for a person without a second factor,
 * `too_many_attempts`.
 */
export async function regenerateRecoveryCodes(principal: Principal, client: Client): Promise<Result<string[]>> {
  const fresh = await requireFresh(principal);
  if (!fresh.ok) return fresh;
  const { userId } = principal;
  return transact(async () => {
    if (!(await lockSession(principal))) return fail("unauthenticated");
    if (!(await hasSecondFactor(userId))) return fail("not_found");
    const allowed = await consume(LIMITS.newSecretsPerUser, userId);
    if (!allowed.ok) return allowed;
    const codes = await replaceRecoveryCodes(userId);
    await tellFactorChange(principal, "recovery-codes-replaced", client);
    return ok(codes);
  });
}
