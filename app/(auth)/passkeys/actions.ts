"use server";

// Sign-in by passkey, for visitors. Each export is an endpoint that anyone can post to.
import { AnswerInput, BeginInput } from "@/lib/auth/passkeys/schemas";
import { visitorAction } from "@/lib/web/form-actions";
import type { FormState } from "@/lib/web/form-state";
import { beginSignIn, endSignIn } from "@/lib/web/passkeys";

export async function beginPasskeySignInAction(state: FormState, form: FormData) {
  return visitorAction("Begin Passkey Sign In", BeginInput, beginSignIn)(state, form);
}
export async function endPasskeySignInAction(state: FormState, form: FormData) {
  return visitorAction("End Passkey Sign In", AnswerInput, endSignIn)(state, form);
}
