"use server";

import { NoInput } from "@/lib/auth/model/schemas";
import { AnswerInput, PasskeyInput, RenamePasskeyInput } from "@/lib/auth/passkeys/schemas";
// Passkeys of a person with a session. Each first checks whose session it is; a session that owes a factor counts.
import { holderAction, signedInAction } from "@/lib/web/form-actions";
import { beginProof, beginRegistration, decline, endProof, endRegistration, remove, rename } from "@/lib/web/passkeys";

export const beginPasskeyProofAction = holderAction("Begin Passkey Proof", NoInput, beginProof);
export const endPasskeyProofAction = holderAction("End Passkey Proof", AnswerInput, endProof);
export const beginPasskeyRegistrationAction = holderAction("Begin Passkey Registration", NoInput, beginRegistration);
export const endPasskeyRegistrationAction = holderAction("End Passkey Registration", AnswerInput, endRegistration);
export const renamePasskeyAction = signedInAction("Rename Passkey", RenamePasskeyInput, rename);
export const removePasskeyAction = signedInAction("Remove Passkey", PasskeyInput, remove);
export const declinePasskeyOfferAction = signedInAction("Decline Passkey Offer", NoInput, decline);
