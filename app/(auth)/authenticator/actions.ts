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
import {
  confirmSetup,
  newRecoveryCodes,
  removeSetup,
  startSetup,
  submitRecoveryCode,
  submitSecondStep,
} from "@/lib/web/two-factor";

export const secondStepAction = holderAction("Second Step", SecondStepInput, submitSecondStep);
export const recoveryCodeAction = holderAction("Recovery Code", RecoveryCodeInput, submitRecoveryCode);
export const startAuthenticatorAction = holderAction("Start Authenticator", StartAuthenticatorInput, startSetup);
export const confirmAuthenticatorAction = holderAction(
  "Confirm Authenticator",
  ConfirmAuthenticatorInput,
  confirmSetup,
);
export const removeAuthenticatorAction = signedInAction("Remove Authenticator", AuthenticatorInput, removeSetup);
export const newRecoveryCodesAction = signedInAction("New Recovery Codes", NoInput, newRecoveryCodes);
