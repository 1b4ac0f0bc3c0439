import { AUTH_ERRORS, type AuthErrorCode, type AuthFailure } from "@/lib/auth/model/errors";
import { json } from "@/lib/wire/json";
import { type Refused, refused } from "@/lib/wire/refused";

/** Medusa's error types and their statuses. */
const STATUS = {
  unauthorized: 401,
  forbidden: 403,
  not_allowed: 400,
  invalid_data: 400,
  not_found: 404,
  duplicate_error: 422,
} as const;
export type MedusaErrorType = keyof typeof STATUS;

/** Our errors by Medusa's type and message; `null` keeps our own message. Errors that are not listed also keep their status. */
const NAMES: Partial<Record<AuthErrorCode, readonly [MedusaErrorType, string | null]>> = {
  malformed: ["invalid_data", null],
  invalid_input: ["invalid_data", null],
  invalid_credentials: ["unauthorized", "Invalid email or password"],
  user_disabled: ["unauthorized", "Authentication failed"],
  user_exists: ["unauthorized", "Identity with email already exists"],
  signup_disabled: ["not_allowed", null],
  token_invalid: ["unauthorized", "Invalid token"],
  code_invalid: ["not_allowed", "Verification code is invalid or already used"],
  code_expired: ["not_allowed", "Verification code has expired"],
  wrong_password: ["not_allowed", "Verification code is invalid or already used"],
  provider_unknown: ["not_allowed", null],
  provider_state: ["unauthorized", "No state provided, or session expired"],
  provider_denied: ["unauthorized", null],
  provider_failed: ["unauthorized", "Could not exchange token"],
  provider_email: ["unauthorized", "Email not verified, cannot proceed with authentication"],
  email_unverified: ["unauthorized", "Email not verified, cannot proceed with authentication"],
  account_exists: ["unauthorized", null],
  account_linked_elsewhere: ["unauthorized", null],
  forbidden: ["forbidden", null],
  not_found: ["not_found", null],
};

/** What a caller sent, cut for an error's message. */
export function echo(text: string): string {
  return text.slice(0, 50);
}

/** A refusal in Medusa's words. */
export function medusaError(type: MedusaErrorType, message: string): Refused {
  const code = type === "duplicate_error" ? { code: "invalid_request_error" } : {};
  return refused(json(STATUS[type], { ...code, type, message }));
}

/** The answer of protected routes to a caller who is not signed in, or is another actor. Medusa gives it no type. */
function unauthorized(): Response {
  return json(401, { message: "Unauthorized" });
}

/** A refusal of the core in Medusa's words. */
export function refuse({ code, message, fields = {} }: AuthFailure): Response {
  if (code === "unauthenticated") return unauthorized();
  if (code === "second_factor_required") return json(401, { message });
  const words = (code === "invalid_input" && Object.values(fields)[0]) || message;
  const name = NAMES[code];
  return name
    ? medusaError(name[0], name[1] ?? words).answer
    : json(AUTH_ERRORS[code].status, { type: "not_allowed", message: words });
}
