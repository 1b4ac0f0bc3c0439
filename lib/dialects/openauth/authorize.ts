import { z } from "zod";
import { ok, type Result } from "@/lib/auth/model/errors";
import type { CompleteSession } from "@/lib/auth/steps/begin-session";
import { issueVerification } from "@/lib/auth/store/verifications";
import type { ApiCall } from "@/lib/wire/endpoint";
import { sealedCookie } from "@/lib/wire/sealed-cookie";
import { findClient, isRedirectUriOf, type OpenAuthClient } from "./clients";
import { plainText } from "./errors";

const AUTHORIZATION_SECONDS = 60 * 60;
const PROVIDER = "password";
/** Browsers keep cookies of 4 KB, and drop larger ones in silence. */
const MAX_STATE_BYTES = 2_000;
/** RFC 7636: the SHA-256 of the verifier, base64url. */
const CHALLENGE = /^[\w-]{43}$/;

const Authorization = z.object({
  clientId: z.string(),
  redirectUri: z.string(),
  state: z.string().nullable(),
  challenge: z.string().nullable(),
});
export type Authorization = z.infer<typeof Authorization>;

/** Notes in the browser for which app it is here to sign in. */
export const authorizationCookie = sealedCookie("auth.authorization", Authorization, AUTHORIZATION_SECONDS);

/**
 * `GET /openauth/authorize`: sends the person to the sign-in form, and from there back to the app. Until the app and its
 * address are known to belong together no one is sent anywhere.
 */
export async function authorize({ url }: Pick<ApiCall, "url">): Promise<Result<Response>> {
  const query = url.searchParams;
  const [clientId, redirectUri] = [query.get("client_id"), query.get("redirect_uri")];
  if (!redirectUri) return refuse("Missing redirect_uri");
  if (!clientId) return refuse("Missing client_id");
  const client = findClient(clientId);
  if (!client || !isRedirectUriOf(client, redirectUri))
    return refuse("This app may not send people to this address. Apps are listed in clients.ts.");

  const [state, challenge] = [query.get("state"), query.get("code_challenge")];
  if (Buffer.byteLength(JSON.stringify(state)) > MAX_STATE_BYTES)
    return refuse(`state is too long: at most ${MAX_STATE_BYTES} bytes as JSON`);
  const authorization = { clientId, redirectUri, state, challenge };
  const sendBack = (error: string, description: string) =>
    ok(backTo(authorization, { error, error_description: description }));
  if (query.get("response_type") !== "code")
    return sendBack("unsupported_response_type", "Only response_type=code is supported");
  if ((query.get("provider") ?? PROVIDER) !== PROVIDER) return sendBack("invalid_request", "There is no such provider");
  if (challenge === null && client.pkce === "required")
    return sendBack("invalid_request", "This app must use PKCE: code_challenge is missing");
  if (challenge !== null && (query.get("code_challenge_method") !== "S256" || !CHALLENGE.test(challenge)))
    return sendBack("invalid_request", "Only code_challenge_method=S256 is supported");

  const toForm = new Response(null, { status: 302, headers: { location: "/password/authorize" } });
  return ok(authorizationCookie.write(toForm, authorization));
}

/** The app that this browser is here to sign in for, or null when the person came by themselves. */
export function appOf(request: Request): OpenAuthClient | null {
  const authorization = authorizationCookie.read(request);
  return authorization && findClient(authorization.clientId);
}

/** Sends the person back to the app with a code, once they have shown who they are. */
export async function grant(authorization: Authorization, session: CompleteSession): Promise<Response> {
  const { user, sessionId, absoluteExpires } = session;
  const payload = { ...authorization, userId: user.id, sessionId, absoluteExpires: absoluteExpires.toISOString() };
  const { token } = await issueVerification({ purpose: "grant-code", payload });
  return authorizationCookie.write(backTo(authorization, { code: token }), null);
}

function backTo({ redirectUri, state }: Authorization, parameters: Record<string, string>): Response {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries({ ...parameters, ...(state !== null && { state }) }))
    url.searchParams.set(name, value);
  return new Response(null, { status: 302, headers: { location: url.href, "cache-control": "no-store" } });
}

function refuse(message: string): Result<Response> {
  return ok(plainText(400, message));
}
