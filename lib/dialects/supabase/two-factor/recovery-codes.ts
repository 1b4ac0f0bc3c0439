import { ok, type Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { countRecoveryCodes, RECOVERY_CODES } from "@/lib/auth/store/recovery-codes";
import { regenerateRecoveryCodes } from "@/lib/auth/two-factor/recovery-codes";
import { proveByRecoveryCode } from "@/lib/auth/two-factor/second-step";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import type { Routes } from "@/lib/wire/router";
import { supabaseError } from "../errors";
import { requireHolder, requirePrincipal, SESSION, signedIn } from "../session";
import { RECOVERY_CODES_ID, RECOVERY_CODES_NAME } from "../user-object";

const MAX_CODE_LENGTH = 50;
const SET = { id: RECOVERY_CODES_ID, type: "recovery_code", total: RECOVERY_CODES };

/** `GET /factors/recovery-codes`: tells how many are left, also to a session that owes a factor. */
async function recoveryCodeStatus(call: ApiCall): Promise<Result<Response>> {
  const holder = await requireHolder(call);
  if (holder instanceof Response) return ok(holder);
  const remaining = await countRecoveryCodes(holder.userId);
  if (remaining === 0) return ok(supabaseError(call.request, "mfa_factor_not_found"));
  return ok(json(200, { ...SET, remaining }));
}

/** `POST /factors/recovery-codes`: makes the codes of a person who has none. */
async function generateRecoveryCodes(call: ApiCall): Promise<Result<Response>> {
  const principal = await requirePrincipal(call);
  if (principal instanceof Response) return ok(principal);
  if ((await countRecoveryCodes(principal.userId)) > 0)
    return ok(supabaseError(call.request, "mfa_verified_factor_exists"));
  return replaceCodes(principal, call);
}

/** `POST /factors/recovery-codes/regenerate`: makes new codes, and ends the former. */
async function regenerateCodes(call: ApiCall): Promise<Result<Response>> {
  const principal = await requirePrincipal(call);
  return principal instanceof Response ? ok(principal) : replaceCodes(principal, call);
}

async function replaceCodes(principal: Principal, { request, client }: ApiCall): Promise<Result<Response>> {
  const made = await regenerateRecoveryCodes(principal, client);
  if (!made.ok)
    return made.error.code === "not_found" ? ok(supabaseError(request, "mfa_recovery_codes_sole_factor")) : made;
  // The original writes them in small letters without a dash; `verify` accepts both forms.
  const codes = made.value.map((code) => code.toLowerCase().replace("-", ""));
  return ok(json(200, { ...SET, friendly_name: RECOVERY_CODES_NAME, codes }));
}

/** `POST /factors/recovery-codes/verify`: spends a right code, and makes the session one of `aal2`. */
async function verifyRecoveryCode(call: ApiCall): Promise<Result<Response>> {
  const { request, client } = call;
  const holder = await requireHolder(call);
  if (holder instanceof Response) return ok(holder);
  const { code } = call.body;
  if (typeof code !== "string" || code === "" || code.length > MAX_CODE_LENGTH)
    return ok(supabaseError(request, "mfa_verification_failed"));
  const proved = await proveByRecoveryCode(holder, { code, handOver: SESSION.handOver }, client);
  if (proved.ok) return signedIn(proved.value.session);
  const { code: refused, message, retryAfter } = proved.error;
  if (refused !== "too_many_attempts") return proved;
  const locked = supabaseError(request, "mfa_recovery_codes_locked", message);
  if (retryAfter) locked.headers.set("retry-after", String(retryAfter));
  return ok(locked);
}

export const RECOVERY_CODE_ROUTES: Routes = {
  "GET factors/recovery-codes": recoveryCodeStatus,
  "POST factors/recovery-codes": generateRecoveryCodes,
  "POST factors/recovery-codes/regenerate": regenerateCodes,
  "POST factors/recovery-codes/verify": verifyRecoveryCode,
};
