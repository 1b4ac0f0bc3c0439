import { ok, type Refusal, type Result } from "@/lib/auth/model/errors";
import type { ApiCall } from "@/lib/wire/endpoint";
import { refused } from "@/lib/wire/refused";
import { allowFormTo, authorizationCookie, refuseApp } from "./authorization";
import { findClient, isRedirectUriOf } from "./clients";
import { plainText } from "./errors";
import type { Issuer } from "./issuer";
import { pathOf } from "./names";

/** A cookie holds the state, and browsers drop cookies of more than 4 KB in silence. */
const MAX_STATE_BYTES = 2_000;
/** RFC 7636: the SHA-256 of the verifier, base64url. */
const CHALLENGE = /^[\w-]{43}$/;

/**
 * `GET /openauth/authorize`: sends the person to the provider that the app names, or to the only one, or asks which. It
 * redirects to no address before it knows that the address belongs to the app.
 */
export async function authorize(issuer: Issuer, { request, url }: ApiCall): Promise<Result<Response>> {
  const query = url.searchParams;
  const [clientId, redirectUri] = [query.get("client_id"), query.get("redirect_uri")];
  if (!redirectUri) return refuse("Missing redirect_uri");
  if (!clientId) return refuse("Missing client_id");
  const client = findClient(clientId);
  if (!client || !isRedirectUriOf(client, redirectUri))
    return refuse("This app may not send people to this address. Apps are listed in clients.ts.");
  const audience = query.get("audience") ?? undefined;
  if (issuer.allow && !(await issuer.allow({ clientID: clientId, redirectURI: redirectUri, audience }, request)))
    return refuse("This app may not send people here now.");

  const [state, challenge] = [query.get("state"), query.get("code_challenge")];
  if (Buffer.byteLength(JSON.stringify(state)) > MAX_STATE_BYTES)
    return refuse(`state is too long: at most ${MAX_STATE_BYTES} bytes as JSON`);
  const authorization = { clientId, redirectUri, state, challenge };
  const sendBack = (error: string, description: string) => refused(refuseApp(authorization, error, description));
  if (query.get("response_type") !== "code")
    return sendBack("unsupported_response_type", "Only response_type=code is supported");
  const provider = query.get("provider");
  if (provider !== null && !Object.hasOwn(issuer.providers, provider))
    return sendBack("invalid_request", "There is no such provider");
  if (challenge === null && client.pkce === "required")
    return sendBack("invalid_request", "This app must use PKCE: code_challenge is missing");
  if (challenge !== null && (query.get("code_challenge_method") !== "S256" || !CHALLENGE.test(challenge)))
    return sendBack("invalid_request", "Only code_challenge_method=S256 is supported");

  const noted = authorizationCookie.write(await choose(issuer, provider, request), authorization);
  return ok(allowFormTo(authorization, noted));
}

/** The redirect to the provider, or the screen on which the person chooses one of several. */
async function choose({ providers, select }: Issuer, named: string | null, request: Request): Promise<Response> {
  const [only, ...others] = Object.keys(providers);
  const provider = named ?? (others.length === 0 ? only : undefined);
  if (provider === undefined)
    return select(Object.fromEntries(Object.entries(providers).map(([name, { type }]) => [name, type])), request);
  return new Response(null, { status: 302, headers: { location: pathOf(provider) } });
}

function refuse(message: string): Refusal {
  return refused(plainText(400, message));
}
