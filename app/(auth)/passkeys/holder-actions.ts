"use server";

import { NoInput } from "@/lib/auth/model/schemas";
import { AnswerInput, PasskeyInput, RenamePasskeyInput } from "@/lib/auth/passkeys/schemas";
// Passkeys of a person with a session. Each first checks whose session it is; a session that owes a factor counts.
import { holderAction, signedInAction } from "@/lib/web/form-actions";
import type { FormState } from "@/lib/web/form-state";
import { beginProof, beginRegistration, decline, endProof, endRegistration, remove, rename } from "@/lib/web/passkeys";

export async function beginPasskeyProofAction(state: FormState, form: FormData) {
  return holderAction("Begin Passkey Proof", NoInput, beginProof)(state, form);
}
export async function endPasskeyProofAction(state: FormState, form: FormData) {
  return holderAction("End Passkey Proof", AnswerInput, endProof)(state, form);
}
export async function beginPasskeyRegistrationAction(state: FormState, form: FormData) {
  return holderAction("Begin Passkey Registration", NoInput, beginRegistration)(state, form);
}
export async function endPasskeyRegistrationAction(state: FormState, form: FormData) {
  return holderAction("End Passkey Registration", AnswerInput, endRegistration)(state, form);
}
export async function renamePasskeyAction(state: FormState, form: FormData) {
  return signedInAction("Rename Passkey", RenamePasskeyInput, rename)(state, form);
}
export async function removePasskeyAction(state: FormState, form: FormData) {
  return signedInAction("Remove Passkey", PasskeyInput, remove)(state, form);
}
export async function declinePasskeyOfferAction(state: FormState, form: FormData) {
  return signedInAction("Decline Passkey Offer", NoInput, decline)(state, form);
}
