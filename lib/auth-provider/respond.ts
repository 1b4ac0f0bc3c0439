import type { AuthFailure } from "@/lib/auth/model/errors";
import { wordsOf } from "@/lib/auth/model/parse";
import type { AuthActionResponse } from "./contract";

/** A refusal in refine's shape. */
export function refusal(name: string, failure: AuthFailure): AuthActionResponse {
  const { code, fields, retryAfter } = failure;
  return { success: false, error: { name, message: wordsOf(failure) }, code, fields, retryAfter };
}
