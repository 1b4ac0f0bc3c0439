import { type AuthErrorCode, type AuthFailure, fail, type Refusal, type Result } from "@/lib/auth/model/errors";

/** A refusal with its own answer, where a contract has words that the core's refusals do not name. */
export type Refused = Refusal & { answer: Response };

/** The codes of answers that no refusal of the core stands behind. */
const CODES: Partial<Record<number, AuthErrorCode>> = {
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  429: "too_many_attempts",
};

/** A refusal by this answer, which metrics count by the code of `error`. */
export function refused(answer: Response, { error } = fail(CODES[answer.status] ?? "invalid_input")): Refused {
  return { ok: false, error, answer };
}

/** The answer to a request; `refuse` words a refusal that has no answer of its own. */
export function answerOf(result: Result<Response> | Refused, refuse: (failure: AuthFailure) => Response): Response {
  if (result.ok) return result.value;
  return "answer" in result ? result.answer : refuse(result.error);
}
