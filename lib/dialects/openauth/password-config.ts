import type { OwedFactor } from "@/lib/auth/model/factors";
import type { PasswordHasher } from "@/lib/auth/model/password-hash";
import { links } from "@/lib/routes";
import type { StandardSchemaV1 } from "./standard-schema";

/** Where a registration stands. A code and a password never leave the server: both are empty, and here for the contract. */
export type PasswordRegisterState = { type: "start" } | { type: "code"; email: string; code: ""; password: "" };

/** Where the change of a password stands. `redirect` is where it ends. */
export type PasswordChangeState =
  | { type: "start"; redirect: string }
  | { type: "code"; email: string; code: ""; redirect: string }
  | { type: "update"; email: string; redirect: string };

/** What is asked for as the second factor. `both`: the person has the other one too. */
export type PasswordFactorState =
  | { type: "totp" | "recovery-code"; both: boolean }
  /** No code would do: a factor must be set up first, at `url`, or is a passkey. */
  | { type: "elsewhere"; owed: OwedFactor; url: string };

/** When it was too often: words for that, and after how many seconds to come back. */
type Limited = { message?: string; retryAfter?: number };

export type PasswordLoginError = { type: "invalid_email" } | ({ type: "invalid_password" } & Limited);

export type PasswordRegisterError =
  | { type: "invalid_email" }
  | { type: "email_taken" }
  | { type: "invalid_password" }
  | { type: "password_mismatch" }
  | ({ type: "validation_error" } & Limited)
  | ({ type: "invalid_code" } & Limited);

export type PasswordChangeError =
  | { type: "invalid_email" }
  | { type: "invalid_password" }
  | { type: "password_mismatch" }
  | ({ type: "validation_error"; message: string } & Limited)
  | ({ type: "invalid_code" } & Limited);

export type PasswordFactorError = { type: "invalid_code" } & Limited;

export type PasswordConfig = {
  /** The sign-in form, and again with what was typed and what was wrong. */
  login(request: Request, form?: FormData, error?: PasswordLoginError): Promise<Response>;
  /** The registration's form, or the one for its code. */
  register(
    request: Request,
    state: PasswordRegisterState,
    form?: FormData,
    error?: PasswordRegisterError,
  ): Promise<Response>;
  /** Asks for the address, then the code, then the new password. */
  change(request: Request, state: PasswordChangeState, form?: FormData, error?: PasswordChangeError): Promise<Response>;
  /**
   * Asks people who have a second factor for its code, in a form with the field `code`; `?with=recovery-code` asks for
   * the other one. Without it, as in npm's `PasswordUI`, our own screen asks.
   */
  factor?(request: Request, state: PasswordFactorState, error?: PasswordFactorError): Promise<Response>;
  /**
   * Your own way to take a code to its mailbox, in place of our mail. Called once, after the answer, at most once a minute
   * for an address; of a failure the log holds the error's name. Our mail is tried again, and outlives the process.
   */
  sendCode?(email: string, code: string): Promise<void>;
  /** A rule of your own for new passwords: says what is wrong, or is a schema. Ours hold besides. */
  validatePassword?: StandardSchemaV1 | ((password: string) => string | undefined | Promise<string | undefined>);
  /** Another way to keep the passwords that are set here. They can be used here only: see `withHasher`. */
  hasher?: PasswordHasher;
  /** Codes always have six digits, here and there. */
  length?: number;
};

/** How the core reaches people on the flow's behalf: with codes alone, because its screens take no links. */
export function verificationLinks({ sendCode }: PasswordConfig) {
  return { ...links, verifyEmail: undefined, sendCode };
}
