import { AUTH_ERRORS, type AuthErrorCode, type AuthFailure } from "@/lib/auth/model/errors";
import { json } from "@/lib/wire/json";
import { type Refused, refused } from "@/lib/wire/refused";

/** Strapi's error names and their statuses. */
const STATUS = {
  ApplicationError: 400,
  ValidationError: 400,
  BadRequestError: 400,
  UnauthorizedError: 401,
  ForbiddenError: 403,
  NotFoundError: 404,
  MethodNotAllowedError: 405,
  PayloadTooLargeError: 413,
  RateLimitError: 429,
} as const;
export type StrapiErrorName = keyof typeof STATUS;

/** Our errors by Strapi's name and message. Errors that are not listed keep their own status and message. */
const NAMES: Partial<Record<AuthErrorCode, readonly [StrapiErrorName, string]>> = {
  malformed: ["BadRequestError", "Invalid JSON"],
  too_large: ["PayloadTooLargeError", "Payload Too Large"],
  forbidden: ["ForbiddenError", "Forbidden"],
  not_found: ["NotFoundError", "Not Found"],
  method_not_allowed: ["MethodNotAllowedError", "Method Not Allowed"],
  invalid_credentials: ["ValidationError", "Invalid identifier or password"],
  user_disabled: ["ApplicationError", "Your account has been blocked by an administrator"],
  email_unverified: ["ApplicationError", "Your account email is not confirmed"],
  user_exists: ["ApplicationError", "Email or Username are already taken"],
  signup_disabled: ["ApplicationError", "Register action is currently disabled"],
  wrong_password: ["ValidationError", "The provided current password is invalid"],
  password_missing: ["ValidationError", "The provided current password is invalid"],
  reauthentication_required: ["ValidationError", "The provided current password is invalid"],
  password_unchanged: ["ValidationError", "Your new password must be different than your current password"],
  token_invalid: ["ValidationError", "Incorrect code provided"],
  provider_unknown: ["ApplicationError", "This provider is disabled"],
  account_exists: ["ApplicationError", "Email is already taken."],
  too_many_attempts: ["RateLimitError", "Too many requests, please try again later."],
};

/** A refusal in Strapi's shape. */
export function strapiError(name: StrapiErrorName, message: string, details: object = {}): Refused {
  return refused(answer(STATUS[name], name, message, details));
}

/** A refusal of the core in Strapi's words. */
export function refuse({ code, message, fields = {} }: AuthFailure): Response {
  if (code === "second_factor_required") return strapiError("ApplicationError", message).answer;
  if (code === "invalid_input") return strapiError("ValidationError", Object.values(fields)[0] ?? message).answer;
  const words = NAMES[code];
  return words ? strapiError(...words).answer : answer(AUTH_ERRORS[code].status, "ApplicationError", message);
}

function answer(status: number, name: string, message: string, details: object = {}): Response {
  return json(status, { data: null, error: { status, name, message, details } });
}
