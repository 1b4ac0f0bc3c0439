import { type SupabaseErrorCode, wordsOf } from "./errors";

type Values = Record<string, string | number>;

/** Sends a browser to the client's page, with tokens in the fragment, which no server gets to see. */
export function backWithTokens(target: string, tokens: Values): Response {
  return seeOther(`${target}#${spelled(tokens)}`);
}

/** Sends it there with a code, which is worth nothing without the verifier that the client keeps. */
export function backWithCode(target: string, code: string): Response {
  return seeOther(withQuery(target, { code }));
}

/** What a redirect calls refusals of a status, in OAuth's words. */
const OAUTH_ERRORS: Record<number, string> = {
  400: "invalid_request",
  401: "unauthorized_client",
  403: "access_denied",
  500: "server_error",
};

/** Sends it there with a refusal: in the fragment, and with PKCE in the query too, which is where such clients look. */
export function backWithError(
  target: string,
  { code, message, isPkce }: { code: SupabaseErrorCode; message?: string; isPkce: boolean },
): Response {
  const [status, words] = wordsOf(code);
  const error = OAUTH_ERRORS[status];
  const problem = { ...(error && { error }), error_code: code, error_description: message ?? words };
  return backWithTokens(isPkce ? withQuery(target, problem) : target, { ...problem, sb: "" });
}

export function seeOther(location: string): Response {
  const headers = { location, "cache-control": "no-store", "referrer-policy": "no-referrer" };
  return new Response(null, { status: 303, headers });
}

function withQuery(target: string, values: Values): string {
  const url = new URL(target);
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, String(value));
  return url.href;
}

function spelled(values: Values): URLSearchParams {
  return new URLSearchParams(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
