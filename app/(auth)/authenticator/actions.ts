"use server";

import { NoInput } from "@/lib/auth/model/schemas";
import {
  AuthenticatorInput,
  ConfirmAuthenticatorInput,
  RecoveryCodeInput,
  SecondStepInput,
  StartAuthenticatorInput,
} from "@/lib/auth/two-factor/schemas";
// Forms about the second factor. Each first checks whose session it is; a session that owes a factor counts.
import { holderAction, signedInAction } from "@/lib/web/form-actions";
import type { FormState } from "@/lib/web/form-state";
import {
  confirmSetup,
  newRecoveryCodes,
  removeSetup,
  startSetup,
  submitRecoveryCode,
  submitSecondStep,
} from "@/lib/web/two-factor";

export async function secondStepAction(state: FormState, form: FormData) {
  return holderAction("Second Step", SecondStepInput, submitSecondStep)(state, form);
}
export async function recoveryCodeAction(state: FormState, form: FormData) {
  return holderAction("Recovery Code", RecoveryCodeInput, submitRecoveryCode)(state, form);
}
export async function startAuthenticatorAction(state: FormState, form: FormData) {
  return holderAction("Start Authenticator", StartAuthenticatorInput, startSetup)(state, form);
}
export async function confirmAuthenticatorAction(state: FormState, form: FormData) {
  return holderAction("Confirm Authenticator", ConfirmAuthenticatorInput, confirmSetup)(state, form);
}
export async function removeAuthenticatorAction(state: FormState, form: FormData) {
  return signedInAction("Remove Authenticator", AuthenticatorInput, removeSetup)(state, form);
}
export async function newRecoveryCodesAction(state: FormState, form: FormData) {
  return signedInAction("New Recovery Codes", NoInput, newRecoveryCodes)(state, form);
}
