import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { BegunSession } from "@/lib/auth/steps/begin-session";
import type { Words } from "./errors";
import type { Challenge } from "./pkce";
import { tokensOf } from "./session";

type Values = Record<string, string | number>;

/**
 * Sends a browser back to the client's page with its session. A client that sent a challenge gets a code, which is worth nothing
 * without the verifier; others get the tokens in the fragment, which browsers send to no server.
 * @param session begun with `sessionFor` and the same challenge.
 * @param more further values for the fragment. `providerToken` is the provider's access token.
 */
export async function backWithSession(
  target: string,
  session: BegunSession,
  {
    challenge,
    providerToken = null,
    more,
  }: { challenge: Challenge | null; providerToken?: string | null; more?: Values },
): Promise<Result<Response>> {
  if (challenge) return session.handed ? ok(backWithCode(target, session.handed)) : fail("unauthenticated");
  const given = await tokensOf(session);
  if (!given.ok) return given;
  const { access_token, expires_at, expires_in, refresh_token, token_type } = given.value;
  const provider = providerToken !== null && { provider_token: providerToken };
  const tokens = { access_token, expires_at, expires_in, ...provider, refresh_token, sb: "", token_type, ...more };
  return ok(seeOther(`${target}#${spelled(tokens)}`));
}

/** Sends the browser back with a code. */
export function backWithCode(target: string, code: string): Response {
  return seeOther(withQuery(target, { code }));
}

/** OAuth's names of refusals in a redirect, by status. */
const OAUTH_ERRORS: Record<number, string> = {
  400: "invalid_request",
  401: "unauthorized_client",
  403: "access_denied",
  500: "server_error",
};

/** Sends the browser back with a refusal in the fragment, and with PKCE also in the query, which those clients read. */
export function backWithError(target: string, { status, code, message }: Words, isPkce: boolean): Response {
  const error = OAUTH_ERRORS[status];
  const problem = { ...(error && { error }), error_code: code, error_description: message };
  return seeOther(`${isPkce ? withQuery(target, problem) : target}#${spelled({ ...problem, sb: "" })}`);
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
