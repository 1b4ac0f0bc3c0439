"use server";

// Sign-in by passkey, for visitors. Each export is an endpoint that anyone can post to.
import { AnswerInput, BeginInput } from "@/lib/auth/passkeys/schemas";
import { visitorAction } from "@/lib/web/form-actions";
import { beginSignIn, endSignIn } from "@/lib/web/passkeys";

export const beginPasskeySignInAction = visitorAction("Begin Passkey Sign In", BeginInput, beginSignIn);
export const endPasskeySignInAction = visitorAction("End Passkey Sign In", AnswerInput, endSignIn);
