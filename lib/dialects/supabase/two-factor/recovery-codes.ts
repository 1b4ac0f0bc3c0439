import { ok, type Result } from "@/lib/auth/model/errors";
import type { Holder, Principal } from "@/lib/auth/model/principal";
import { countRecoveryCodes, RECOVERY_CODES } from "@/lib/auth/store/recovery-codes";
import { regenerateRecoveryCodes } from "@/lib/auth/two-factor/recovery-codes";
import { proveByRecoveryCode } from "@/lib/auth/two-factor/second-step";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import type { Routes } from "@/lib/wire/router";
import { reword, supabaseError } from "../errors";
import { forHolder, forPrincipal, SESSION, signedIn } from "../session";
import { RECOVERY_CODES_ID, RECOVERY_CODES_NAME } from "../user-object";

const MAX_CODE_LENGTH = 50;
const SET = { id: RECOVERY_CODES_ID, type: "recovery_code", total: RECOVERY_CODES };

/** `GET /factors/recovery-codes`: tells how many are left, also to a session that owes a factor. */
async function recoveryCodeStatus(call: ApiCall, holder: Holder): Promise<Result<Response>> {
  const remaining = await countRecoveryCodes(holder.userId);
  if (remaining === 0) return supabaseError(call.request, "mfa_factor_not_found");
  return ok(json(200, { ...SET, remaining }));
}

/** `POST /factors/recovery-codes`: makes the codes of a person who has none. */
async function generateRecoveryCodes(call: ApiCall, principal: Principal): Promise<Result<Response>> {
  if ((await countRecoveryCodes(principal.userId)) > 0)
    return supabaseError(call.request, "mfa_verified_factor_exists");
  return replaceCodes(call, principal);
}

/** `POST /factors/recovery-codes/regenerate`: makes new codes, and ends the former. */
async function replaceCodes({ request, client }: ApiCall, principal: Principal): Promise<Result<Response>> {
  const made = await regenerateRecoveryCodes(principal, client);
  if (!made.ok) return reword(request, made, { not_found: ["mfa_recovery_codes_sole_factor"] });
  // The original writes them in small letters without a dash; `verify` accepts both forms.
  const codes = made.value.map((code) => code.toLowerCase().replace("-", ""));
  return ok(json(200, { ...SET, friendly_name: RECOVERY_CODES_NAME, codes }));
}

/** `POST /factors/recovery-codes/verify`: spends a right code, and makes the session one of `aal2`. */
async function verifyRecoveryCode({ request, body, client }: ApiCall, holder: Holder): Promise<Result<Response>> {
  const { code } = body;
  if (typeof code !== "string" || code === "" || code.length > MAX_CODE_LENGTH)
    return supabaseError(request, "mfa_verification_failed");
  const proved = await proveByRecoveryCode(holder, { code, handOver: SESSION.handOver }, client);
  if (proved.ok) return signedIn(proved.value.session);
  return reword(request, proved, { too_many_attempts: ["mfa_recovery_codes_locked", proved.error.message] });
}

export const RECOVERY_CODE_ROUTES: Routes = {
  "GET factors/recovery-codes": forHolder(recoveryCodeStatus),
  "POST factors/recovery-codes": forPrincipal(generateRecoveryCodes),
  "POST factors/recovery-codes/regenerate": forPrincipal(replaceCodes),
  "POST factors/recovery-codes/verify": forHolder(verifyRecoveryCode),
};
