import { type LoginOutcome, login } from "@/lib/auth/login";
import { fail, ok, type Refusal, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import { sourceOf } from "@/lib/auth/model/network";
import * as schemas from "@/lib/auth/model/schemas";
import { register } from "@/lib/auth/register";
import { signOut } from "@/lib/auth/sign-out";
import { countSource } from "@/lib/auth/steps/count-source";
import { env } from "@/lib/env";
import { start } from "@/lib/oauth/visit";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { type ActorParams, PASSWORD_PROVIDER, refuseProvider } from "./actor-types";
import { hasActor } from "./claims";
import { medusaError } from "./errors";
import { linksFor } from "./links";
import { answerSignIn, pendingToken } from "./session";

type Call = ApiCall<ActorParams>;

/** `POST` and `GET /auth/[actor]/[provider]`: a token for a password, or the address of the provider to sign in with. */
export async function signIn(call: Call): Promise<Result<Response>> {
  const { actor, provider } = call.params;
  const refusal = refuseProvider(call.params);
  if (refusal) return refusal;
  if (provider !== PASSWORD_PROVIDER) return leave(call);
  const input = readPassword(call, fail("invalid_credentials"));
  if (!input.ok) return input;
  const { email } = input.value;
  const result = await login({ ...input.value, kind: "api", actorType: actor }, call.client, linksFor(actor, email));
  return result.ok ? answerLogin(result.value, email, actor) : result;
}

async function answerLogin(outcome: LoginOutcome, email: string, actor: string): Promise<Result<Response>> {
  if (outcome.status === "unverified")
    return ok(json(200, await verificationRequired(outcome.verificationId, email, actor)));
  return answerSignIn(outcome.session, actor, PASSWORD_PROVIDER);
}

/** The answer to the right password of a registration. The token only names the registration. */
export async function verificationRequired(verificationId: string, email: string, actor: string) {
  return {
    verification_required: true,
    verification: {
      id: verificationId,
      auth_identity_id: verificationId,
      entity_id: email,
      entity_type: "email",
      code_provider: "token",
      verified_at: null,
    },
    token: await pendingToken(verificationId, actor),
  };
}

/** `POST /auth/[actor]/[provider]/register`: a token that speaks for no actor until its holder makes one (`actor-routes.ts`). */
export async function signUp(call: Call): Promise<Result<Response>> {
  const { actor, provider } = call.params;
  const refusal = refuseProvider(call.params);
  if (refusal) return refusal;
  if (provider !== PASSWORD_PROVIDER)
    return medusaError(
      "unauthorized",
      "This provider does not support registration. Use method `authenticate` instead.",
    );
  const input = readPassword(call, fail("invalid_input", { fields: { email: NO_EMAIL } }));
  if (!input.ok) return input;
  const session = { kind: "api", actorType: actor } as const;
  const result = await register({ ...input.value, session }, call.client, linksFor(actor, input.value.email), {
    taken: "told",
  });
  if (!result.ok) return result.error.code === "user_exists" ? signUpAgain(call, input.value, result) : result;
  const { value } = result;
  if (value.status === "pending") return ok(json(200, { token: await pendingToken(value.verificationId, actor) }));
  return answerSignIn(value.session, actor, provider);
}

/** A person who registered but is no actor yet may register again, with the same password. */
async function signUpAgain(
  { params: { actor, provider }, client }: Call,
  input: { email: string; password: string },
  taken: Result<never>,
): Promise<Result<Response>> {
  const result = await login({ ...input, kind: "api", actorType: actor }, client, linksFor(actor, input.email));
  if (!result.ok) return result.error.code === "too_many_attempts" || result.error.code === "busy" ? result : taken;
  if (result.value.status === "unverified") return answerLogin(result.value, input.email, actor);
  const { user, session } = result.value;
  if (!(await hasActor(user))) return answerSignIn(session, actor, provider);
  await signOut(session.token);
  return taken;
}

const NO_EMAIL = "Enter an email address like name@example.com.";

/** The email and password of a body; `unfit` refuses text that is no address. The password is checked first. */
function readPassword({ body }: Call, unfit: Refusal): Result<{ email: string; password: string }> {
  const { email, password } = body;
  if (typeof password !== "string" || password === "")
    return medusaError("unauthorized", "Password should be a string");
  if (typeof email !== "string" || email === "") return medusaError("unauthorized", "Email should be a string");
  const address = schemas.email.safeParse(email);
  const secret = schemas.currentPassword.safeParse(password);
  return address.success && secret.success ? ok({ email: address.data, password: secret.data }) : unfit;
}

async function leave({ params: { actor, provider }, body, url, client }: Call): Promise<Result<Response>> {
  const allowed = await countSource(LIMITS.providerPerSource, client);
  if (!allowed.ok) return allowed;
  const wish = body.callback_url ?? url.searchParams.get("callback_url");
  const redirectUri = wish ?? `${env().APP_URL}/auth/${actor}/${provider}/callback`;
  if (typeof redirectUri !== "string") return medusaError("invalid_data", "callback_url should be a string");
  const started = await start(provider, { redirectUri, payload: { actorType: actor, source: sourceOf(client) } });
  if (started.ok) return ok(json(200, { location: started.value.location }));
  if (started.error.code !== "invalid_input") return started;
  return medusaError("invalid_data", "callback_url is not one of API_REDIRECT_URLS");
}
