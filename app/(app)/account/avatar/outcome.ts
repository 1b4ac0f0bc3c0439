import { AUTH_ERRORS, type AuthErrorCode } from "@/lib/auth/model/errors";
import { type FormState, IDLE } from "@/lib/web/form-state";

export const CHANGED = "Your picture has been changed.";

/** All that /avatar/upload can refuse. One that is missing here shows no message without JavaScript. */
const REFUSALS: AuthErrorCode[] = [
  "picture_unreadable",
  "picture_too_large",
  "picture_too_many_pixels",
  "malformed",
  "too_many_attempts",
  "unauthenticated",
  "forbidden",
  "busy",
  "unavailable",
  "unexpected",
];

/** The outcome of an upload without JavaScript, from the query of the address that it led to. Untrusted: anyone can write one. */
export function outcomeOf(told: string | undefined): FormState {
  if (told === "changed") return { status: "success", message: CHANGED };
  const code = REFUSALS.find((refusal) => refusal === told);
  return code ? { status: "error", message: AUTH_ERRORS[code].message } : IDLE;
}
