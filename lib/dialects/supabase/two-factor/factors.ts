import { renderSVG } from "uqr";
import { z } from "zod";
import { fail, ok, type Refusal, type Result } from "@/lib/auth/model/errors";
import { parse } from "@/lib/auth/model/parse";
import type { Holder, Principal } from "@/lib/auth/model/principal";
import * as schemas from "@/lib/auth/model/schemas";
import { findAuthenticator, listConfirmed } from "@/lib/auth/store/authenticators";
import { confirmAuthenticator, removeAuthenticator, startAuthenticator } from "@/lib/auth/two-factor/authenticator";
import { proveByAuthenticator } from "@/lib/auth/two-factor/second-step";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { admitting, type PathParams, type Routes } from "@/lib/wire/router";
import type { Authenticator } from "@/prisma/client/client";
import { reword, supabaseError } from "../errors";
import { forHolder, forPrincipal, requireHolder, SESSION, signedIn } from "../session";
import { isOpenChallenge, newChallenge } from "./challenge";

type FactorCall = ApiCall<PathParams>;
type Found = { holder: Holder; factor: Authenticator };

export const Enrolment = z.object({ friendly_name: schemas.name.nullish(), factor_type: z.string().optional() });

/**
 * `POST /factors`: begins to set up an authenticator app, which counts once `verify` has taken a code of it. It needs a sign-in
 * of the last ten minutes, or, if the person has a second factor, that factor within the last ten minutes. `qr_code` is SVG.
 */
async function enroll({ request, body }: FactorCall, holder: Holder): Promise<Result<Response>> {
  const input = parse(Enrolment, body);
  if (!input.ok) return input;
  const { factor_type: type, friendly_name: name } = input.value;
  if (type === "phone") return supabaseError(request, "mfa_phone_enroll_not_enabled");
  if (type === "webauthn") return supabaseError(request, "mfa_webauthn_enroll_not_enabled");
  if (type !== "totp") return supabaseError(request, "validation_failed", "factor_type needs to be totp");
  if (name && (await listConfirmed(holder.userId)).some(({ label }) => label === name))
    return supabaseError(request, "mfa_factor_name_conflict");
  const started = await startAuthenticator(holder, { label: name ?? undefined });
  if (!started.ok) return inFactorWords(request, started);
  const { id, secret, uri } = started.value;
  const label = (await findAuthenticator(holder.userId, id))?.label;
  return ok(json(200, { id, type, friendly_name: label, totp: { qr_code: renderSVG(uri), secret, uri } }));
}

/** `POST /factors/{id}/challenge`. */
async function challenge(call: FactorCall, { holder, factor }: Found): Promise<Result<Response>> {
  const made = await newChallenge(factor.id, holder.sessionId);
  if (!made) return supabaseError(call.request, "session_not_found");
  return ok(json(200, { id: made.id, type: "totp", expires_at: made.expiresAt }));
}

/** `POST /factors/{id}/verify`: a right code makes the session one of `aal2`, with new tokens, and confirms a new factor. */
async function verifyFactor(call: FactorCall, { holder, factor }: Found): Promise<Result<Response>> {
  const { request, body, client } = call;
  const { id, confirmedAt } = factor;
  if (!(await isOpenChallenge(body.challenge_id, id, holder.sessionId)))
    return supabaseError(request, "mfa_challenge_expired");
  const code = schemas.code.safeParse(body.code);
  if (!code.success) return inFactorWords(request, fail("factor_code_invalid"));
  const { handOver } = SESSION;
  const proved = confirmedAt
    ? await proveByAuthenticator(holder, { code: code.data, authenticatorId: id, handOver }, client)
    : await confirmAuthenticator(holder, { id, code: code.data, withRecoveryCodes: false, handOver }, client);
  return proved.ok ? signedIn(proved.value.session) : inFactorWords(request, proved);
}

/** `DELETE /factors/{id}`. Removing a verified one needs a second factor of the last ten minutes, and ends other sessions. */
async function unenroll(call: FactorCall, principal: Principal): Promise<Result<Response>> {
  const { id = "" } = call.params;
  const removed = await removeAuthenticator(principal, { id }, call.client);
  return removed.ok ? ok(json(200, { id })) : inFactorWords(call.request, removed);
}

/** The factor that the path names. Another person's factor gets the answer of an unknown one. */
async function findFactor(call: FactorCall): Promise<Result<Found>> {
  const holder = await requireHolder(call);
  if (!holder.ok) return holder;
  const factor = await findAuthenticator(holder.value.userId, call.params.id ?? "");
  return factor ? ok({ holder: holder.value, factor }) : supabaseError(call.request, "mfa_factor_not_found");
}

/** The refusals that Supabase words differently for factors. */
function inFactorWords(request: Request, refusal: Refusal): Refusal {
  return reword(request, refusal, {
    not_found: ["mfa_factor_not_found"],
    factor_code_invalid: ["mfa_verification_failed", "Invalid TOTP code entered"],
    conflict: ["too_many_enrolled_mfa_factors", refusal.error.message],
  });
}

const forFactor = admitting(findFactor);

export const FACTOR_ROUTES: Routes = {
  "POST factors": forHolder(enroll),
  "DELETE factors/[id]": forPrincipal(unenroll),
  "POST factors/[id]/challenge": forFactor(challenge),
  "POST factors/[id]/verify": forFactor(verifyFactor),
};
