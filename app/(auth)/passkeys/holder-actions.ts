"use server";

import { NoInput } from "@/lib/auth/model/schemas";
import { AnswerInput, PasskeyInput, RenamePasskeyInput } from "@/lib/auth/passkeys/schemas";
// Passkeys of a person with a session. Each asks whose it is before anything else, also if it owes a factor.
import { holderAction, signedInAction } from "@/lib/web/form-actions";
import type { FormState } from "@/lib/web/form-state";
import { beginProof, beginRegistration, decline, endProof, endRegistration, remove, rename } from "@/lib/web/passkeys";

export async function beginPasskeyProofAction(state: FormState, form: FormData) {
  return holderAction(NoInput, beginProof)(state, form);
}
export async function endPasskeyProofAction(state: FormState, form: FormData) {
  return holderAction(AnswerInput, endProof)(state, form);
}
export async function beginPasskeyRegistrationAction(state: FormState, form: FormData) {
  return holderAction(NoInput, beginRegistration)(state, form);
}
export async function endPasskeyRegistrationAction(state: FormState, form: FormData) {
  return holderAction(AnswerInput, endRegistration)(state, form);
}
export async function renamePasskeyAction(state: FormState, form: FormData) {
  return signedInAction(RenamePasskeyInput, rename)(state, form);
}
export async function removePasskeyAction(state: FormState, form: FormData) {
  return signedInAction(PasskeyInput, remove)(state, form);
}
export async function declinePasskeyOfferAction(state: FormState, form: FormData) {
  return signedInAction(NoInput, decline)(state, form);
}
