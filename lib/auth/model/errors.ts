/**
 * Every refusal, of stories and of the HTTP interfaces.
 * `status` is the HTTP status of our own JSON endpoints; a dialect maps the code to its contract's own.
 * `message` is for people: what happened, and what to do.
 */
export const AUTH_ERRORS = {
  malformed: { status: 400, message: "This is not the JSON object that was expected." },
  too_large: { status: 413, message: "This is more than fits: send less than 100 KB." },
  unsupported_media_type: { status: 415, message: "Send JSON, with the header Content-Type: application/json." },
  invalid_input: { status: 422, message: "Please check the marked fields." },
  invalid_credentials: { status: 401, message: "Invalid email or password." },
  unauthenticated: { status: 401, message: "Your session has ended. Sign in again to continue." },
  reauthentication_required: { status: 401, message: "This needs a confirmation from the last ten minutes." },
  second_factor_required: { status: 403, message: "This needs your second step, taken in the last ten minutes." },
  factor_code_invalid: { status: 400, message: "That code is not right. Enter the one your app shows now." },
  recovery_code_invalid: { status: 400, message: "That recovery code is not right, or was used before." },
  passkey_invalid: { status: 400, message: "That passkey could not be used here. Try again, or sign in another way." },
  forbidden: { status: 403, message: "You do not have access to this." },
  email_unverified: { status: 403, message: "Please confirm your email address first." },
  user_disabled: { status: 403, message: "This account has been disabled. Ask the people who run this site." },
  user_exists: { status: 409, message: "There is already an account with this email. Sign in instead." },
  signup_disabled: { status: 403, message: "New accounts cannot be created here at the moment." },
  wrong_password: { status: 422, message: "That is not your current password." },
  password_missing: { status: 409, message: "This account has no password yet. Use “Forgot password” to set one." },
  password_unchanged: { status: 422, message: "Choose a password that differs from the current one." },
  token_invalid: { status: 400, message: "This link no longer works. Ask for a new one." },
  code_invalid: { status: 400, message: "That code is not right. Check the newest email, or ask for another code." },
  code_expired: { status: 400, message: "That code is no longer valid. Ask for another one." },
  server_key_refused: {
    status: 401,
    message: "This server key is not known here. Keys are listed in API_SERVER_KEYS.",
  },
  refresh_unknown: { status: 401, message: "Your session has ended. Sign in again to continue." },
  refresh_reused: { status: 401, message: "This refresh token was used before, so its session was ended." },
  too_many_attempts: { status: 429, message: "Too many attempts." },
  busy: { status: 503, message: "We are very busy right now. Please try again in a moment." },
  not_found: { status: 404, message: "There is nothing here." },
  method_not_allowed: { status: 405, message: "This address is not for that method." },
  conflict: { status: 409, message: "This was changed somewhere else at the same time. Reload and try again." },
  account_exists: {
    status: 409,
    message: "You already have an account with this email. Sign in once, then connect it in your account.",
  },
  account_linked_elsewhere: {
    status: 409,
    message: "That sign-in opens another account here. Disconnect it there first.",
  },
  last_admin: { status: 409, message: "There must be an admin left. Make another person an admin first." },
  last_sign_in_method: {
    status: 409,
    message: "This is your only way to sign in. Set a password or connect another one first.",
  },
  last_factor: {
    status: 409,
    message: "This is your only second step, and this site requires one. Add another one first.",
  },
  provider_unknown: { status: 404, message: "This way of signing in is not available." },
  provider_denied: { status: 400, message: "You cancelled the sign-in. Nothing was changed." },
  provider_failed: { status: 502, message: "The sign-in service did not answer as expected. Please try again." },
  provider_state: { status: 400, message: "This sign-in has expired or was already used. Please start again." },
  provider_email: {
    status: 403,
    message: "The sign-in service did not confirm an email address for you. Confirm one there, or sign in another way.",
  },
  picture_unreadable: {
    status: 422,
    message: "We cannot read that file as a picture. Choose a JPEG, PNG, WebP or GIF.",
  },
  picture_too_large: { status: 413, message: "That picture is larger than 5 MB. Choose a smaller one." },
  picture_too_many_pixels: { status: 422, message: "That picture has too many pixels. Save it smaller and try again." },
  unexpected: { status: 500, message: "Something went wrong on our side. Nothing was changed; please try again." },
  unavailable: { status: 503, message: "We cannot reach our database. Nothing is lost; please try again in a moment." },
} as const;

export type AuthErrorCode = keyof typeof AUTH_ERRORS;

/** An expected refusal. `fields` names the inputs at fault, `retryAfter` is in seconds. */
export type AuthFailure = {
  code: AuthErrorCode;
  message: string;
  fields?: Record<string, string>;
  retryAfter?: number;
};

export type Refusal = { ok: false; error: AuthFailure };

export type Result<T> = { ok: true; value: T } | Refusal;

/** A success. */
export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

/** A refusal with the table's words; `more` adds fields, seconds to wait, or other words. */
export function fail(code: AuthErrorCode, more: Partial<Omit<AuthFailure, "code">> = {}): Refusal {
  const { message = wait(code, more.retryAfter), ...rest } = more;
  return { ok: false, error: { code, message, ...rest } };
}

/** A refusal whose words stand at the input at fault, too. */
export function failAt(field: string, code: AuthErrorCode): Refusal {
  return fail(code, { fields: { [field]: AUTH_ERRORS[code].message } });
}

function wait(code: AuthErrorCode, seconds?: number): string {
  const { message } = AUTH_ERRORS[code];
  if (!seconds) return message;
  const [count, unit] = seconds < 60 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"];
  return `${message} Try again in ${count} ${unit}${count === 1 ? "" : "s"}.`;
}
