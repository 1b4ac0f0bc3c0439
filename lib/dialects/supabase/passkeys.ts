import { z } from "zod";
import { fail, ok, type Refusal, type Result } from "@/lib/auth/model/errors";
import { parse } from "@/lib/auth/model/parse";
import type { Principal } from "@/lib/auth/model/principal";
import * as schemas from "@/lib/auth/model/schemas";
import { COUNTS } from "@/lib/auth/operator/remove-setup";
import { findCeremony } from "@/lib/auth/passkeys/ceremony";
import { removePasskey, renamePasskey } from "@/lib/auth/passkeys/manage-passkeys";
import { finishPasskeyRegistration, startPasskeyRegistration } from "@/lib/auth/passkeys/register-passkey";
import { finishPasskeySignIn, startPasskeySignIn } from "@/lib/auth/passkeys/sign-in-by-passkey";
import { listPasskeys, type PasskeyView } from "@/lib/auth/store/passkeys";
import { findUserById } from "@/lib/auth/store/users";
import { enabledProviders } from "@/lib/oauth/registry";
import { PASSKEY_TTL_MINUTES } from "@/lib/validity";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import type { PathParams, Routes } from "@/lib/wire/router";
import { byServiceRole } from "./admin/service-role";
import { reword, supabaseError } from "./errors";
import { forPrincipal, SESSION, signedIn } from "./session";

type Call = ApiCall<PathParams>;

const NO_NAME = "Give the passkey a name.";
export const Name = z.object({ friendly_name: schemas.name.pipe(z.string().min(1, NO_NAME)) });
/** `lib/auth/passkeys/responses.ts` checks the credential, so any value passes here. */
export const Answer = z.object({ challenge_id: z.string().max(100), credential: z.unknown() });

/** Begins to register a passkey, but not in a session that owes a factor: the contract's answer has no place for new tokens. */
async function startRegistration(call: Call, principal: Principal): Promise<Result<Response>> {
  const started = await startPasskeyRegistration(principal, call.client);
  return started.ok ? ok(json(200, asChallenge(started.value))) : inPasskeyWords(call.request, started);
}

async function finishRegistration(call: Call, principal: Principal): Promise<Result<Response>> {
  const answer = parse(Answer, call.body);
  if (!answer.ok) return answer;
  const { challenge_id: ceremonyId, credential: response } = answer.value;
  if (!(await findCeremony(ceremonyId, "register", principal))) return unknownChallenge(call);
  const made = await finishPasskeyRegistration(principal, { ceremonyId, response }, call.client);
  if (!made.ok) return inPasskeyWords(call.request, made);
  const { id, label, createdAt } = made.value;
  return ok(json(200, { id, friendly_name: label, created_at: createdAt }));
}

/** Begins a sign-in by any passkey, before the person is known. */
async function startSignIn(call: Call): Promise<Result<Response>> {
  const started = await startPasskeySignIn(call.client);
  return started.ok ? ok(json(200, asChallenge(started.value))) : started;
}

/** Signs in by a passkey. One that verified its user counts as two factors, `aal2`. */
async function finishSignIn(call: Call): Promise<Result<Response>> {
  const answer = parse(Answer, call.body);
  if (!answer.ok) return answer;
  const { challenge_id: ceremonyId, credential: response } = answer.value;
  if (!(await findCeremony(ceremonyId, "sign-in", null))) return unknownChallenge(call);
  const begun = await finishPasskeySignIn({ ...SESSION, ceremonyId, response }, call.client);
  return begun.ok ? signedIn(begun.value) : inPasskeyWords(call.request, begun);
}

async function list(_: Call, principal: Principal): Promise<Result<Response>> {
  return ok(json(200, (await listPasskeys(principal.userId)).map(passkeyObject)));
}

async function rename(call: Call, principal: Principal): Promise<Result<Response>> {
  const name = parse(Name, call.body);
  if (!name.ok) return name;
  const { id = "" } = call.params;
  const renamed = await renamePasskey(principal, { id, label: name.value.friendly_name });
  const passkey = renamed.ok && (await listPasskeys(principal.userId)).find((one) => one.id === id);
  return passkey ? ok(json(200, passkeyObject(passkey))) : inPasskeyWords(call.request, fail("not_found"));
}

async function remove(call: Call, principal: Principal): Promise<Result<Response>> {
  const providers = enabledProviders().map(({ id }) => id);
  const removed = await removePasskey(principal, { id: call.params.id ?? "", providers }, call.client);
  return removed.ok ? ok(new Response(null, { status: 204 })) : inPasskeyWords(call.request, removed);
}

function unknownChallenge({ request }: Call): Refusal {
  return supabaseError(request, "webauthn_challenge_not_found");
}

function asChallenge({ ceremonyId, options }: { ceremonyId: string; options: object }) {
  return { challenge_id: ceremonyId, options, expires_at: Math.floor(Date.now() / 1000) + PASSKEY_TTL_MINUTES * 60 };
}

function passkeyObject({ id, label, createdAt, lastUsedAt }: PasskeyView) {
  return { id, friendly_name: label, created_at: createdAt, ...(lastUsedAt && { last_used_at: lastUsedAt }) };
}

/** `GET /admin/users/{id}/passkeys`. */
async function listForOperator(call: Call): Promise<Result<Response>> {
  const user = await findUserById(call.params.id ?? "");
  if (!user) return supabaseError(call.request, "user_not_found");
  return ok(json(200, (await listPasskeys(user.id)).map(passkeyObject)));
}

/** The refusals that Supabase words differently for passkeys. */
function inPasskeyWords(request: Request, refusal: Refusal): Refusal {
  const { message } = refusal.error;
  return reword(request, refusal, {
    not_found: ["webauthn_credential_not_found"],
    conflict: ["too_many_passkeys", message],
    passkey_invalid: ["webauthn_verification_failed", message],
  });
}

export const PASSKEY_ROUTES: Routes = {
  "POST passkeys/registration/options": forPrincipal(startRegistration),
  "POST passkeys/registration/verify": forPrincipal(finishRegistration),
  "POST passkeys/authentication/options": startSignIn,
  "POST passkeys/authentication/verify": finishSignIn,
  "GET passkeys": forPrincipal(list),
  "PATCH passkeys/[id]": forPrincipal(rename),
  "DELETE passkeys/[id]": forPrincipal(remove),
  "GET admin/users/[id]/passkeys": byServiceRole(listForOperator),
  "DELETE admin/users/[id]/passkeys/[passkey]": byServiceRole(async () => COUNTS),
};
