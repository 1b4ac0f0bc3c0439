import { confirmByOpening, confirmCodeAt } from "@/lib/auth/confirm-by-address";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import * as schemas from "@/lib/auth/model/schemas";
import { recoverByLink } from "@/lib/auth/recover-by-link";
import type { Confirmed } from "@/lib/auth/steps/complete-registration";
import type { NewSession } from "@/lib/auth/store/sessions";
import { findVerificationByToken, isRegistration } from "@/lib/auth/store/verifications";
import { env } from "@/lib/env";
import { buttonPage, wasPressed } from "@/lib/wire/button-page";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { supabaseError } from "./errors";
import { redirectTarget, supabaseLinks } from "./links";
import { SESSION, signedIn, tokensOf } from "./session";
import type { SupabaseSettings } from "./settings";

/** `POST /recover`: `{}` for every address. */
export async function recover({ request, url, body, client }: ApiCall): Promise<Result<Response>> {
  if (typeof body.email !== "string" || body.email === "")
    return ok(supabaseError(request, "validation_failed", "Password recovery requires an email"));
  const email = schemas.email.safeParse(body.email);
  if (!email.success) return ok(supabaseError(request, "email_address_invalid"));
  const result = await forgotPassword(
    { email: email.data },
    client,
    supabaseLinks(url.searchParams.get("redirect_to")),
  );
  return result.ok ? ok(json(200, {})) : result;
}

/**
 * `POST /verify`: by the link's token, or for a sign-up by the code and the address it went to. A token shows that its
 * holder reads the mailbox, not that they chose the password: unless opening confirms, the account then has none.
 */
export async function verify(call: ApiCall, { openingConfirms }: SupabaseSettings): Promise<Result<Response>> {
  const { type, token_hash, email, token } = call.body;
  if (typeof type !== "string")
    return ok(supabaseError(call.request, "validation_failed", "Verify requires a verification type"));
  const proved =
    token_hash === undefined
      ? await byCode(type, email, token, call)
      : await byLink(type, token_hash, call, openingConfirms);
  return proved.ok ? signedIn(proved.value) : proved;
}

/**
 * `GET /verify`, the mailed link: to our page with a button, and from there back to the client, with the tokens in the
 * fragment, which no server gets to see.
 */
export async function verifyLink(call: ApiCall, { openingConfirms }: SupabaseSettings): Promise<Result<Response>> {
  const { url } = call;
  const query = url.searchParams;
  const [type, token] = [query.get("type") ?? "", query.get("token") ?? ""];
  const target = redirectTarget(query.get("redirect_to")) ?? env().APP_URL;
  if (!openingConfirms && !wasPressed(url, token) && (await isAlive(type, token)))
    return ok(seeOther(buttonPage(token, url.pathname + url.search)));
  const proved = await byLink(type, token, call, true);
  if (!proved.ok) return proved.error.code === "too_many_attempts" ? proved : ok(backTo(target, EXPIRED));
  const given = await tokensOf(proved.value);
  if (!given.ok) return ok(backTo(target, EXPIRED));
  const { access_token, expires_at, expires_in, refresh_token, token_type } = given.value;
  return ok(backTo(target, { access_token, expires_at, expires_in, refresh_token, sb: "", token_type, type }));
}

/** Whether the link would do something. Looking spends nothing. */
async function isAlive(type: string, token: string): Promise<boolean> {
  const verification = await findVerificationByToken(token);
  if (!verification) return false;
  return type === "recovery" ? verification.purpose === "reset" : isSignUp(type) && isRegistration(verification);
}

const EXPIRED = {
  error: "access_denied",
  error_code: "otp_expired",
  error_description: "Email link is invalid or has expired",
  sb: "",
};

function backTo(target: string, fragment: Record<string, string | number>): Response {
  const values = Object.entries(fragment).map(([key, value]) => [key, String(value)]);
  return seeOther(`${target}#${new URLSearchParams(values)}`);
}

function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
}

type Proved = Result<NewSession>;

async function byLink(type: string, value: unknown, { client }: ApiCall, ownPassword: boolean): Promise<Proved> {
  const token = schemas.token.safeParse(value);
  if (!token.success) return fail("token_invalid");
  const input = { token: token.data, session: SESSION };
  if (isSignUp(type)) return asProved(await confirmByOpening({ ...input, ownPassword }, client));
  if (type !== "recovery") return fail("token_invalid");
  const recovered = await recoverByLink(input, client);
  return recovered.ok ? ok(recovered.value.session) : recovered;
}

async function byCode(type: string, address: unknown, token: unknown, { client }: ApiCall): Promise<Proved> {
  const [email, code] = [schemas.email.safeParse(address), schemas.code.safeParse(token)];
  if (!email.success || !code.success || !isSignUp(type)) return fail("code_invalid");
  return asProved(await confirmCodeAt({ email: email.data, code: code.data, session: SESSION }, client));
}

function isSignUp(type: string): boolean {
  return type === "signup" || type === "email";
}

/** A session was asked for, so that there is one. */
function asProved(result: Result<Confirmed>): Proved {
  if (!result.ok) return result;
  const { session } = result.value;
  return session ? ok(session) : fail("token_invalid");
}
