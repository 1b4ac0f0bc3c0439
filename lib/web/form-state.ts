import type { AuthErrorCode } from "@/lib/auth/model/errors";

/**
 * What a form shows after its action answered. `values` holds what was typed, never a password;
 * `fields` the message for each input at fault; `retryAfter` seconds until the action is worth repeating.
 */
export type FormState = {
  status: "idle" | "error" | "success";
  message?: string;
  code?: AuthErrorCode;
  fields?: Record<string, string>;
  values?: Record<string, string>;
  retryAfter?: number;
  /** An address of another site to go to, for `FormButton`. */
  leaveTo?: string;
  /** New recovery codes, which are shown this once. */
  recoveryCodes?: string[];
  /** What to ask the browser's passkeys with. */
  ceremony?: PasskeyCeremony;
};

/** A passkey ceremony under way, as the browser's own JSON methods take it. */
export type PasskeyCeremony = {
  ceremonyId: string;
  options: PublicKeyCredentialCreationOptionsJSON | PublicKeyCredentialRequestOptionsJSON;
};

/** The field that says whose page a form stands on, by user id. */
export const PERSON_FIELD = "$person";

export const IDLE: FormState = { status: "idle" };

/** What `useActionState` and a form without JavaScript both call. */
export type FormAction = (state: FormState, form: FormData) => Promise<FormState>;
