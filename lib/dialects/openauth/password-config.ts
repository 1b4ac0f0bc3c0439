import type { OwedFactor } from "@/lib/auth/model/factors";
import type { PasswordHasher } from "@/lib/auth/model/password-hash";
import { links } from "@/lib/routes";
import type { StandardSchemaV1 } from "./standard-schema";

/** The step of a registration. The contract's code and password are empty here, because ours never leave the server. */
export type PasswordRegisterState = { type: "start" } | { type: "code"; email: string; code: ""; password: "" };

/** The step of a change of password. `redirect` is the address that follows the last one. */
export type PasswordChangeState =
  | { type: "start"; redirect: string }
  | { type: "code"; email: string; code: ""; redirect: string }
  | { type: "update"; email: string; redirect: string };

/** The second factor that the screen asks for. `both`: the person has the other one too. */
export type PasswordFactorState =
  | { type: "totp" | "recovery-code"; both: boolean }
  /** No code helps: the person must set a factor up at `url`, or has only a passkey. */
  | { type: "elsewhere"; owed: OwedFactor; url: string };

/** The message past a limit, and the seconds until the next try. */
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
  /** Draws the sign-in form; after a refusal with the typed values and the error. */
  login(request: Request, form?: FormData, error?: PasswordLoginError): Promise<Response>;
  /** Draws the registration's form, or the form for its code. */
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
   * the other one. If a config has no `factor`, like npm's `PasswordUI`, our own screen asks.
   */
  factor?(request: Request, state: PasswordFactorState, error?: PasswordFactorError): Promise<Response>;
  /**
   * Sends a code in your own way, in place of our mail. It is called after the answer, at most once a minute for an address, and
   * never again for the same code: after a failure the log has the error's name. Our own mail is tried again, and outlives the
   * process.
   */
  sendCode?(email: string, code: string): Promise<void>;
  /** A further rule for new passwords, besides ours: a function that returns the problem, or a schema. */
  validatePassword?: StandardSchemaV1 | ((password: string) => string | undefined | Promise<string | undefined>);
  /** Another hasher for the passwords that are set here. They then work here only: see `withHasher`. */
  hasher?: PasswordHasher;
  /** The package's option. Our codes always have six digits. */
  length?: number;
};

/** The links for the core's mails: they have codes only, because the screens take no links. */
export function verificationLinks({ sendCode }: PasswordConfig) {
  return { ...links, verifyEmail: undefined, sendCode };
}
