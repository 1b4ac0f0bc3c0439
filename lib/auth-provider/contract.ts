import type { AuthErrorCode } from "@/lib/auth/model/errors";
import type { Identity } from "./identity";

type ProviderError = { name: string; message: string };

export type AuthActionResponse = {
  success: boolean;
  redirectTo?: string;
  error?: ProviderError;
  successNotification?: { message: string; description?: string };
  /** Beyond refine: the machine-readable reason, the message for each input at fault, seconds until a retry is worth it. */
  code?: AuthErrorCode;
  fields?: Record<string, string>;
  retryAfter?: number;
  [key: string]: unknown;
};

export type CheckResponse = { authenticated: boolean; redirectTo?: string; logout?: boolean; error?: ProviderError };

export type OnErrorResponse = { redirectTo?: string; logout?: boolean; error?: ProviderError };

/**
 * refine's auth provider (https://refine.dev, `AuthProvider` of @refinedev/core 5), typed. Every method resolves, also
 * when the answer is no. Wider than refine in what it accepts, narrower in what it answers, so that the object is
 * assignable to refine's type without this project shipping refine.
 */
export type AuthProvider = {
  /** Reads `email`, `password`, `remember`, `to` or `redirectPath`; or `providerName`, to go to a third party instead. */
  login(params: unknown): Promise<AuthActionResponse>;
  /** Ends this browser's session. Reads `redirectPath`, else leads to /login. Signed out, it does the same. */
  logout(params?: unknown): Promise<AuthActionResponse>;
  /**
   * Whether this browser is signed in. Else `error.name` says why: "Unauthenticated" (with `logout`), "SecondFactorRequired", or
   * "Unavailable" and "Unexpected", which say nothing about the session and end none.
   */
  check(params?: unknown): Promise<CheckResponse>;
  onError(error: unknown): Promise<OnErrorResponse>;
  /** Reads `email`, `password`, the fields of a person that are asked for, like `name`, and `to` or `redirectPath`. */
  register(params: unknown): Promise<AuthActionResponse>;
  /** Reads `email`, and mails a link. The answer is the same for every address, whether or not it has an account. */
  forgotPassword(params: unknown): Promise<AuthActionResponse>;
  /** With `token`: sets a password by a mailed link. Without: changes it, given `currentPassword`. */
  updatePassword(params: unknown): Promise<AuthActionResponse>;
  /** Reads the fields of a person that /account has, as far as they are given; `email` with `currentPassword` asks for a new address. */
  updateIdentity(params: unknown): Promise<AuthActionResponse>;
  /** The roles; null when signed out, and in an outage. */
  getPermissions(params?: unknown): Promise<string[] | null>;
  /** What the app shows of the signed-in person; null when signed out, and in an outage. */
  getIdentity(params?: unknown): Promise<Identity | null>;
};
