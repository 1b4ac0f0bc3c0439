import { AUTH_ERRORS, type AuthFailure } from "@/lib/auth/model/errors";
import { wordsOf } from "@/lib/auth/model/parse";
import { PASSWORDS_DIFFER } from "@/lib/auth/model/schemas";
import type { AuthActionResponse } from "./contract";

/** Our error names, and those of refine's own providers. refine's notifications show them unchanged, below a title. */
const REFINES_WORDS = [
  [AUTH_ERRORS.invalid_credentials.message, "Invalid email or password"],
  [AUTH_ERRORS.user_exists.message, "User already exists"],
  [AUTH_ERRORS.token_invalid.message, "Invalid or expired link"],
  [PASSWORDS_DIFFER, "Passwords do not match"],
] as const;

/** A refusal in refine's shape and words. */
export function refusal(name: string, failure: AuthFailure): AuthActionResponse {
  const { code, fields, retryAfter } = failure;
  const message = wordsOf(failure);
  const [, refines = message] = REFINES_WORDS.find(([ours]) => ours === message) ?? [];
  return { success: false, error: { name, message: refines }, code, fields, retryAfter };
}

/** Our pages' words, where refine gets others. */
export function ourWords(message: string | undefined): string | undefined {
  return REFINES_WORDS.find(([, refines]) => refines === message)?.[0] ?? message;
}
