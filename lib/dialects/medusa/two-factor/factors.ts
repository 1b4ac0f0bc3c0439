import { z } from "zod";
import { type AuthFailure, fail, ok, type Refusal, type Result } from "@/lib/auth/model/errors";
import type { Holder } from "@/lib/auth/model/principal";
import * as schemas from "@/lib/auth/model/schemas";
import { findAuthenticator, listAuthenticators } from "@/lib/auth/store/authenticators";
import { findPrincipalById } from "@/lib/auth/store/sessions";
import { confirmAuthenticator, removeAuthenticator, startAuthenticator } from "@/lib/auth/two-factor/authenticator";
import { regenerateRecoveryCodes } from "@/lib/auth/two-factor/recovery-codes";
import { proveByAuthenticator, proveByRecoveryCode } from "@/lib/auth/two-factor/second-step";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { type Refused, refused } from "@/lib/wire/refused";
import { admitting, type PathParams, type Routes } from "@/lib/wire/router";
import type { Authenticator } from "@/prisma/client/client";
import { parseStrict } from "../body";
import { echo, medusaError } from "../errors";
import { findOwingCaller, METHODS, type OwingCaller, refuseCaller } from "../owing";
import { type Caller, findCaller, renewCookie, tokenFor } from "../session";

type Call = ApiCall<PathParams>;

const MAX_CODE = 100;
const MAX_LABEL = 60;
const MAX_CODES = 50;
const code = z.string().min(1).max(MAX_CODE);

export const Start = z.strictObject({
  provider: z.string().min(1),
  label: schemas.name.pipe(z.string().max(MAX_LABEL)).nullish(),
  issuer: z.string().optional(),
  metadata: schemas.metadata.nullish(),
});
export const Verify = z.strictObject({ code });
export const Disable = z.strictObject({ method: z.string().min(1).optional(), code: code.optional() });
export const Generate = z.strictObject({ count: z.number().int().min(1).max(MAX_CODES).optional() });

/** `GET /auth/mfa/factors`. */
async function listFactors(_: Call, { holder }: Enroller): Promise<Result<Response>> {
  const factors = await listAuthenticators(holder.userId);
  return ok(json(200, { mfa_factors: factors.map((factor) => shown(factor)) }));
}

/** `POST /auth/mfa/factors`: begins to set up an authenticator app. The app counts once `verifyFactor` has taken a code of it. */
async function startFactor(call: Call, { holder }: Enroller): Promise<Result<Response>> {
  const input = parseStrict(Start, call.body);
  if (!input.ok) return input;
  const { provider, label } = input.value;
  if (provider !== METHODS.totp)
    return medusaError("invalid_data", `MFA provider "${echo(provider)}" is not available`);
  const started = await startAuthenticator(holder, { label: label ?? undefined });
  if (!started.ok) return refuse(started.error);
  const { id, secret, uri } = started.value;
  const factor = await findAuthenticator(holder.userId, id);
  return factor ? ok(json(200, { mfa_factor: shown(factor), secret, otpauth_url: uri })) : notFound(id);
}

/**
 * `POST /auth/mfa/factors/[id]/verify`: makes a new factor count. The code of a factor that counts already proves again who the
 * person is. The first factor's answer has `recovery_codes`, and the person's `token` if the sign-in waited for the factor.
 */
async function verifyFactor(call: Call, enroller: Enroller): Promise<Result<Response>> {
  const input = parseStrict(Verify, call.body);
  if (!input.ok) return input;
  const { holder, actorType, provider, by } = enroller;
  const { code } = input.value;
  const id = call.params.id ?? "";
  const factor = await findAuthenticator(holder.userId, id);
  if (!factor) return notFound(id);
  const proved = factor.confirmedAt
    ? await proveByAuthenticator(holder, { code, authenticatorId: id }, call.client)
    : await confirmAuthenticator(holder, { id, code }, call.client);
  if (!proved.ok) return refuse(proved.error, id);
  const { session } = proved.value;
  const codes = "recoveryCodes" in proved.value ? proved.value.recoveryCodes : null;
  const principal = "owed" in holder ? await findPrincipalById(session.sessionId) : null;
  const token = principal && (await tokenFor(session.user, principal, actorType, provider));
  const more = { ...(codes && { recovery_codes: codes }), ...(token && { token }) };
  return ok(renewCookie(by, session, json(200, { mfa_factor: shown(factor, "enabled"), ...more })));
}

/** `DELETE /auth/mfa/factors/[id]`: `method` and `code` prove who the person is if the last proof is older than ten minutes. */
async function disableFactor(call: Call): Promise<Result<Response>> {
  const caller = await findCaller(call);
  if (!caller) return refuseCaller(call);
  const input = parseStrict(Disable, call.body);
  if (!input.ok) return input;
  const { principal, by } = caller;
  const id = call.params.id ?? "";
  const factor = await findAuthenticator(principal.userId, id);
  if (!factor) return notFound(id);
  const disabled = json(200, { mfa_factor: shown(factor, "disabled") });
  const { method, code } = input.value;
  if (code === undefined) {
    const removed = await removeAuthenticator(principal, { id }, call.client);
    return removed.ok ? ok(disabled) : refuse(removed.error, id);
  }
  const prove = method === METHODS["recovery-code"] ? proveByRecoveryCode : proveByAuthenticator;
  const proved = await prove(principal, { code }, call.client);
  if (!proved.ok) return refuse(proved.error, id);
  const fresh = await findPrincipalById(principal.sessionId);
  const removed = fresh ? await removeAuthenticator(fresh, { id }, call.client) : fail("unauthenticated");
  const { session } = proved.value;
  if (removed.ok) return ok(renewCookie(by, session, disabled));
  const refusal = refuse(removed.error, id);
  return "answer" in refusal ? refused(renewCookie(by, session, refusal.answer), refusal) : refusal;
}

/** `POST /auth/mfa/recovery-codes`: makes ten. */
async function generateRecoveryCodes(call: Call): Promise<Result<Response>> {
  const caller = await findCaller(call);
  if (!caller) return refuseCaller(call);
  const input = parseStrict(Generate, call.body);
  if (!input.ok) return input;
  const codes = await regenerateRecoveryCodes(caller.principal, call.client);
  if (codes.ok) return ok(json(200, { recovery_codes: codes.value }));
  return codes.error.code === "not_found"
    ? { ...medusaError("not_allowed", NO_FACTOR), ...codes }
    : refuse(codes.error);
}

const NO_FACTOR = "Recovery codes require an enabled MFA factor";

type Enroller = Pick<Caller, "actorType" | "provider" | "by"> & { holder: Holder };

/** The caller, if they may set up a factor: they are signed in, or their sign-in waits for the first factor. */
async function findEnroller(call: Call): Promise<Result<Enroller>> {
  const caller = await findCaller(call);
  if (caller) return ok({ ...caller, holder: caller.principal });
  const waiting: OwingCaller | null = await findOwingCaller(call);
  return waiting?.owing.owed === "setup" ? ok({ ...waiting, holder: waiting.owing }) : refuseCaller(call);
}

const forEnroller = admitting(findEnroller);

/** A factor in the contract's shape. */
function shown({ id, userId, label, confirmedAt, createdAt }: Authenticator, status?: "enabled" | "disabled") {
  return {
    id,
    auth_identity_id: userId,
    provider: METHODS.totp,
    status: status ?? (confirmedAt ? "enabled" : "pending"),
    metadata: { label },
    created_at: createdAt,
  };
}

function refuse(error: AuthFailure, id = ""): Refusal | Refused {
  if (error.code === "not_found") return notFound(id);
  if (error.code === "factor_code_invalid") return { ...medusaError("not_allowed", "Invalid TOTP code"), error };
  if (error.code === "recovery_code_invalid")
    return { ...medusaError("not_allowed", "Invalid MFA verification code"), error };
  if (error.code === "last_factor") return { ...medusaError("not_allowed", error.message), error };
  if (error.code === "second_factor_required") return fail(error.code, { message: STALE });
  return { ok: false, error };
}

const STALE = "MFA was verified too long ago to complete this request";

function notFound(id: string): Refusal {
  return medusaError("not_found", `MFA factor with id "${echo(id)}" was not found`);
}

export const FACTOR_ROUTES: Routes = {
  "GET auth/mfa/factors": forEnroller(listFactors),
  "POST auth/mfa/factors": forEnroller(startFactor),
  "POST auth/mfa/factors/[id]/verify": forEnroller(verifyFactor),
  "DELETE auth/mfa/factors/[id]": disableFactor,
  "POST auth/mfa/recovery-codes": generateRecoveryCodes,
};
