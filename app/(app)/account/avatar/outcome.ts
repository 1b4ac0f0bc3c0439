import { AUTH_ERRORS } from "@/lib/auth/model/errors";
import { type FormState, IDLE } from "@/lib/web/form-state";

export const CHANGED = "Your picture has been changed.";

/** The outcome of an upload without JavaScript, from the query of the address that it led to. Untrusted. */
export function outcomeOf(told: string | undefined): FormState {
  if (told === "changed") return { status: "success", message: CHANGED };
  const [, refusal] = Object.entries(AUTH_ERRORS).find(([code]) => code === told) ?? [];
  return refusal ? { status: "error", message: refusal.message } : IDLE;
}
