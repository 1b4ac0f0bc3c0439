import { z } from "zod";
import type { CompleteSession, HandOver, SessionOptions } from "@/lib/auth/steps/begin-session";
import { issueVerification } from "@/lib/auth/store/verifications";
import { sealedCookie } from "@/lib/wire/sealed-cookie";
import { findClient, type OpenAuthClient } from "./clients";
import { actorTypeOf, issuerUrl } from "./names";
import type { Subject } from "./subject";

const AUTHORIZATION_SECONDS = 60 * 60;

export const Authorization = z.object({
  clientId: z.string(),
  redirectUri: z.string(),
  state: z.string().nullable(),
  challenge: z.string().nullable(),
});
export type Authorization = z.infer<typeof Authorization>;

/** The browser's cookie that names the app it signs in to. */
export const authorizationCookie = sealedCookie("auth.authorization", Authorization, AUTHORIZATION_SECONDS);

/** The app that this browser signs in to, or null if no app sent the person. */
export function appOf(request: Request): OpenAuthClient | null {
  const authorization = authorizationCookie.read(request);
  return authorization && findClient(authorization.clientId);
}

/**
 * The options of an app's session. It begins with the app's code, unless it owes a factor or its subject is not chosen yet.
 * @param subject the choice of `success`, null for `subjectOf`; undefined if `success` has not chosen yet.
 */
export function sessionFor(authorization: Authorization, subject: Subject | null | undefined): SessionOptions {
  const handOver: HandOver = async (begun) =>
    begun.owedFactor || subject === undefined ? null : issueCode(authorization, begun, subject);
  return { kind: "api", remember: true, actorType: actorTypeOf(authorization.clientId), handOver };
}

/** Sends a signed-in person back to the app, with the code that the session began with or a new one. */
export async function grant(
  authorization: Authorization,
  session: CompleteSession,
  subject: Subject | null,
): Promise<Response> {
  const code = session.handed ?? (await issueCode(authorization, session, subject));
  return authorizationCookie.write(backTo(authorization, { code }), null);
}

async function issueCode(
  authorization: Authorization,
  { user, sessionId, absoluteExpires }: Pick<CompleteSession, "user" | "sessionId" | "absoluteExpires">,
  subject: Subject | null,
): Promise<string> {
  const about = { userId: user.id, sessionId, absoluteExpires: absoluteExpires.toISOString(), subject };
  return (await issueVerification({ purpose: "grant-code", payload: { ...authorization, ...about } })).token;
}

/** Sends the person back to the app with an error of RFC 6749 (4.1.2.1). */
export function refuseApp(authorization: Authorization, error: string, description: string): Response {
  return backTo(authorization, { error, error_description: description });
}

/** Our own address that begins the app's sign-in again. */
export function addressOf({ clientId, redirectUri, state, challenge }: Authorization): string {
  const query = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    ...(state !== null && { state }),
  };
  const pkce = challenge !== null && { code_challenge: challenge, code_challenge_method: "S256" };
  return `/openauth/authorize?${new URLSearchParams({ ...query, ...pkce })}`;
}

/** Each answer names us in `iss`, so that an app with several issuers cannot mistake it for another's (RFC 9207). */
function backTo({ redirectUri, state }: Authorization, parameters: Record<string, string>): Response {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries({ ...parameters, ...(state !== null && { state }), iss: issuerUrl() }))
    url.searchParams.set(name, value);
  return new Response(null, { status: 302, headers: { location: url.href, "cache-control": "no-store" } });
}

/** Allows the page's form to redirect to the app, because browsers apply form-action to redirects too. */
export function allowFormTo({ redirectUri }: Authorization, response: Response): Response {
  const policy = response.headers.get("content-security-policy");
  if (!policy) return response;
  const { protocol, host } = new URL(redirectUri);
  const headers = new Headers(response.headers);
  const app = /^https?:$/.test(protocol) ? `${protocol}//${host}` : protocol;
  headers.set("content-security-policy", policy.replace("form-action 'self'", `form-action 'self' ${app}`));
  return new Response(response.body, { status: response.status, headers });
}
