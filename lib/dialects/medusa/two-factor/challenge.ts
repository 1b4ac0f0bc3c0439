import { z } from "zod";
import { fail, ok, type Refusal, type Result } from "@/lib/auth/model/errors";
import { whereToPay } from "@/lib/auth/steps/refuse-owing";
import { typedFactorsOf } from "@/lib/auth/steps/typed-factors";
import { findPrincipalById } from "@/lib/auth/store/sessions";
import { proveByAuthenticator, proveByRecoveryCode } from "@/lib/auth/two-factor/second-step";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import type { PathParams, Routes } from "@/lib/wire/router";
import { parseStrict } from "../body";
import { echo, medusaError } from "../errors";
import { findOwingCaller, METHODS } from "../owing";
import { findCaller, renewCookie, tokenFor } from "../session";

const MAX_CODE = 100;
export const Verify = z.strictObject({ method: z.string().min(1), code: z.string().min(1).max(MAX_CODE) });

/**
 * `POST /auth/mfa/challenges/[id]/verify`: takes the factor that the sign-in owed, and answers the person's token. A client can
 * answer only the challenge of the session that its bearer or cookie names.
 */
async function verifyChallenge(call: ApiCall<PathParams>): Promise<Result<Response>> {
  const { id = "" } = call.params;
  const caller = await findOwingCaller(call);
  if (!caller) return refuseChallenge(call, id);
  const { owing, actorType, provider, by } = caller;
  if (owing.sessionId !== id) return notFound(id);
  if (owing.owed === "setup") return fail("second_factor_required", { message: whereToPay("setup") });
  const input = parseStrict(Verify, call.body);
  if (!input.ok) return input;
  const { method, code } = input.value;
  const factor = (await typedFactorsOf(owing.userId)).find((one) => METHODS[one] === method);
  if (!factor) return medusaError("invalid_data", `MFA challenge does not support method "${echo(method)}"`);
  const prove = factor === "totp" ? proveByAuthenticator : proveByRecoveryCode;
  const proved = await prove(owing, { code }, call.client);
  if (!proved.ok) return isWrong(proved.error.code) ? { ...medusaError("not_allowed", WRONG), ...proved } : proved;
  const { session } = proved.value;
  const principal = await findPrincipalById(session.sessionId);
  if (!principal) return fail("unauthenticated");
  const token = await tokenFor(session.user, principal, actorType, provider);
  return ok(renewCookie(by, session, json(200, { token })));
}

const WRONG = "Invalid MFA challenge code";

function isWrong(code: string): boolean {
  return code === "factor_code_invalid" || code === "recovery_code_invalid";
}

/** The refusal of a session that owes no factor: it has answered this challenge, or the challenge is not its own. */
async function refuseChallenge(call: ApiCall<PathParams>, id: string): Promise<Refusal> {
  const caller = await findCaller(call);
  if (!caller) return fail("unauthenticated");
  return caller.principal.sessionId === id
    ? medusaError("not_allowed", "MFA challenge has already been completed")
    : notFound(id);
}

function notFound(id: string): Refusal {
  return medusaError("not_found", `MFA challenge with id "${echo(id)}" was not found`);
}

export const CHALLENGE_ROUTES: Routes = { "POST auth/mfa/challenges/[id]/verify": verifyChallenge };
