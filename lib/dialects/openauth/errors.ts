import { AUTH_ERRORS, type AuthFailure, type Refusal } from "@/lib/auth/model/errors";
import { json } from "@/lib/wire/json";
import { type Refused, refused } from "@/lib/wire/refused";

/** A refusal in OAuth's shape (RFC 6749, 5.2). */
export function oauthError(error: string, description: string, refusal?: Refusal): Refused {
  const status = refusal?.error.retryAfter ? 429 : error === "unauthorized_client" ? 403 : 400;
  return refused(json(status, { error, error_description: description }), refusal);
}

/** A refusal of the core, for apps. */
export function refuse({ code, message }: AuthFailure): Response {
  const { status } = AUTH_ERRORS[code];
  return json(status, { error: ERRORS[status] ?? "invalid_request", error_description: message });
}

/** The statuses that RFC 6749 and RFC 6750 have names for. */
const ERRORS: Partial<Record<number, string>> = {
  401: "invalid_token",
  500: "server_error",
  503: "temporarily_unavailable",
};

/** The same for people, where no screen can be drawn. */
export function refusePerson({ code, message }: AuthFailure): Response {
  return plainText(AUTH_ERRORS[code].status, message);
}

/** The answer to a browser that no app sent, or whose sign-in has ended. */
export function unknownState(): Refused {
  const answer = plainText(
    400,
    "The browser was in an unknown state. Its cookie has expired, or the sign-in began in another browser: start again in the app.",
  );
  return refused(answer);
}

export function plainText(status: number, message: string): Response {
  return new Response(`${message}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
}
