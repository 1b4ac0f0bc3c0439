import { AUTH_ERRORS, type AuthErrorCode, type AuthFailure, type Refusal } from "@/lib/auth/model/errors";
import { json } from "@/lib/wire/json";
import { type Refused, refused } from "@/lib/wire/refused";
import { BAD_EMAIL } from "./email";

/** Clients that name the version in this header get `{code, message}`, others the older shape. */
export const VERSION_HEADER = "x-supabase-api-version";
export const ERROR_CODE_HEADER = "x-sb-error-code";
const VERSION = "2024-01-01";

/** Supabase's error codes, each with its status and words. */
const SUPABASE_ERRORS = {
  access_denied: [403, "The sign-in was cancelled"],
  anonymous_provider_disabled: [422, "Anonymous sign-ins are disabled"],
  bad_code_verifier: [400, "code challenge does not match previously saved code verifier"],
  bad_json: [400, "Could not parse request body as JSON"],
  bad_id_token: [400, "Bad ID token"],
  bad_jwt: [403, "invalid JWT: unable to parse or verify signature"],
  bad_oauth_state: [400, "OAuth state not found or expired"],
  current_password_invalid: [400, "Current password is invalid"],
  email_address_invalid: [400, BAD_EMAIL],
  email_conflict_identity_not_deletable: [422, "Unable to unlink identity due to email conflict"],
  email_exists: [
    422,
    "A user with this email address has already been registered. Sign in as they do, then link this identity",
  ],
  email_not_confirmed: [400, "Email not confirmed"],
  flow_state_not_found: [404, "invalid flow state, no valid flow state found"],
  identity_already_exists: [422, "Identity is already linked to another user"],
  identity_not_found: [422, "Identity doesn't exist"],
  insufficient_aal: [403, "Verify a second factor of the last ten minutes first: mfa.challenge, then mfa.verify"],
  invalid_credentials: [400, "Invalid login credentials"],
  mfa_challenge_expired: [
    422,
    "MFA challenge has expired or was used, verify against another challenge or create a new one.",
  ],
  mfa_factor_name_conflict: [422, "A factor with that friendly name exists already"],
  mfa_factor_not_found: [404, "Factor not found"],
  mfa_phone_enroll_not_enabled: [422, "MFA enroll is disabled for Phone"],
  mfa_recovery_codes_locked: [429, "Too many wrong recovery codes"],
  mfa_recovery_codes_sole_factor: [422, "Recovery codes need another verified factor beside them"],
  mfa_verification_failed: [422, "Invalid code entered"],
  mfa_verified_factor_exists: [422, "There are recovery codes already: regenerate them"],
  mfa_webauthn_enroll_not_enabled: [422, "MFA enroll is disabled for WebAuthn"],
  no_authorization: [401, "This endpoint requires a valid Bearer token"],
  not_admin: [403, "User not allowed"],
  otp_expired: [403, "Token has expired or is invalid"],
  over_email_send_rate_limit: [429, "Email rate limit exceeded"],
  over_request_rate_limit: [429, "Request rate limit reached"],
  phone_provider_disabled: [400, "Unsupported phone provider"],
  provider_disabled: [400, "Unsupported provider: provider is not enabled"],
  provider_email_needs_verification: [422, "The provider did not confirm an email address. Verify it there to sign in"],
  reauthentication_not_valid: [422, "Nonce has expired or is invalid"],
  reauthentication_needed: [401, "Sign in again, or send current_password, to change this"],
  refresh_token_already_used: [400, "Invalid Refresh Token: Already Used"],
  refresh_token_not_found: [400, "Invalid Refresh Token: Refresh Token Not Found"],
  same_password: [422, "New password should be different from the old password."],
  saml_provider_disabled: [404, "SAML 2.0 is disabled"],
  session_expired: [400, "Invalid Refresh Token: Session Expired"],
  session_not_found: [403, "Session from session_id claim in JWT does not exist"],
  single_identity_not_deletable: [422, "User must have at least 1 identity after unlinking"],
  too_many_enrolled_mfa_factors: [422, "Maximum number of factors reached, unenroll to continue"],
  signup_disabled: [422, "Signups not allowed for this instance"],
  unexpected_failure: [500, "Unable to exchange external code"],
  user_already_exists: [422, "User already registered"],
  user_not_found: [404, "User not found"],
  user_banned: [400, "User is banned"],
  too_many_passkeys: [422, "Maximum number of passkeys reached, delete one to continue"],
  web3_provider_disabled: [422, "Web3 provider is disabled"],
  webauthn_challenge_not_found: [400, "Challenge not found or already used"],
  webauthn_credential_not_found: [404, "Passkey not found"],
  webauthn_verification_failed: [400, "That passkey could not be used here"],
  validation_failed: [400, "Request is not valid"],
  weak_password: [422, "Password is too weak"],
} as const satisfies Record<string, readonly [number, string]>;
export type SupabaseErrorCode = keyof typeof SUPABASE_ERRORS;

/** Our errors by Supabase's codes. Errors that are not listed keep their own code, status and message. */
const NAMES: Partial<Record<AuthErrorCode, SupabaseErrorCode>> = {
  malformed: "bad_json",
  invalid_credentials: "invalid_credentials",
  email_unverified: "email_not_confirmed",
  user_disabled: "user_banned",
  user_exists: "user_already_exists",
  signup_disabled: "signup_disabled",
  wrong_password: "current_password_invalid",
  password_unchanged: "same_password",
  reauthentication_required: "reauthentication_needed",
  second_factor_required: "insufficient_aal",
  factor_code_invalid: "mfa_verification_failed",
  recovery_code_invalid: "mfa_verification_failed",
  token_invalid: "otp_expired",
  code_invalid: "otp_expired",
  code_expired: "otp_expired",
  refresh_unknown: "refresh_token_not_found",
  refresh_reused: "refresh_token_already_used",
  unauthenticated: "session_not_found",
  account_exists: "email_exists",
  account_linked_elsewhere: "identity_already_exists",
  provider_unknown: "provider_disabled",
  provider_denied: "access_denied",
  provider_failed: "unexpected_failure",
  provider_state: "bad_oauth_state",
  provider_email: "provider_email_needs_verification",
  too_many_attempts: "over_request_rate_limit",
};

/** A refusal in Supabase's words. */
export function supabaseError(
  request: Request,
  code: SupabaseErrorCode,
  message: string = SUPABASE_ERRORS[code][1],
  more: object = {},
): Refused {
  return refused(answer(request, SUPABASE_ERRORS[code][0], code, message, more));
}

type Rewording = Partial<Record<AuthErrorCode, [code: SupabaseErrorCode, message?: string]>>;

/** A refusal of the core, for routes that word some in their own way. */
export function reword(request: Request, refusal: Refusal, words: Rewording): Refusal {
  const own = words[refusal.error.code];
  return own ? { ...supabaseError(request, ...own), ...refusal } : refusal;
}

export type Words = { status: number; code: string; message: string };

/** A refusal of the core in Supabase's words. */
export function inWords({ code, message }: AuthFailure): Words {
  const name = NAMES[code];
  if (!name) return { status: AUTH_ERRORS[code].status, code, message };
  const [status, words] = SUPABASE_ERRORS[name];
  return { status, code: name, message: words };
}

/** The answer to a refusal of the core. Supabase calls every password that may not be set a weak one. */
export function refuse(failure: AuthFailure, request: Request): Response {
  const { code, message, fields = {} } = failure;
  const weak = fields.newPassword ?? fields.password;
  if (code === "invalid_input" && weak)
    return supabaseError(request, "weak_password", weak, { weak_password: { reasons: ["pwned"] } }).answer;
  if (code === "invalid_input")
    return supabaseError(request, "validation_failed", Object.values(fields)[0] ?? message).answer;
  const words = inWords(failure);
  return answer(request, words.status, words.code, words.message);
}

function answer(request: Request, status: number, code: string, message: string, more: object = {}): Response {
  const headers = { [ERROR_CODE_HEADER]: code };
  const version = request.headers.get(VERSION_HEADER);
  if (!version || Number.isNaN(Date.parse(version)) || version < VERSION)
    return json(status, { code: status, error_code: code, msg: message, ...more }, headers);
  return json(status, { code, message, ...more }, { ...headers, [VERSION_HEADER]: VERSION });
}
