import { createHash } from "node:crypto";
import { z } from "zod";
import { fail } from "@/lib/auth/model/errors";
import type { Client } from "@/lib/auth/model/principal";
import { sameHash } from "@/lib/auth/model/secrets";
import { refreshSession, startRefreshing } from "@/lib/auth/refresh-session";
import { ACCESS_TOKEN_SECONDS, issueAccessToken } from "@/lib/auth/steps/access-token";
import { refuseToken } from "@/lib/auth/steps/refuse-token";
import { findPrincipalById, revokeSession } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { consumeVerification, findVerificationByToken } from "@/lib/auth/store/verifications";
import { env } from "@/lib/env";
import { json } from "@/lib/wire/json";
import { fieldOf } from "@/lib/wire/read-form";
import type { User } from "@/prisma/client/client";
import { subjectOf } from "./config";

/** What `createClient` compares with the tokens' `iss`, to the letter. */
export const issuer = () => `${env().APP_URL}/openauth`;
/** Marks the sessions that speak for an app: only that app can refresh them. */
export const actorTypeOf = (clientId: string) => `openauth:${clientId}`;

const SUBJECT_CHARACTERS = 16;

const Grant = z.object({
  clientId: z.string(),
  redirectUri: z.string(),
  challenge: z.string().nullable(),
  sessionId: z.string(),
  userId: z.string(),
  absoluteExpires: z.coerce.date(),
});
type Grant = z.infer<typeof Grant>;

/** `POST /openauth/token`. */
export async function token(form: FormData, client: Client): Promise<Response> {
  const grantType = fieldOf(form, "grant_type");
  if (grantType === "authorization_code") return exchange(form, client);
  if (grantType === "refresh_token") return refresh(form, client);
  return refuse("unsupported_grant_type", "Use authorization_code or refresh_token");
}

async function exchange(form: FormData, client: Client): Promise<Response> {
  const code = fieldOf(form, "code");
  if (!code) return refuse("invalid_request", "Missing code");
  const verification = await findVerificationByToken(code);
  if (verification?.purpose !== "grant-code" || !(await consumeVerification(verification.id))) return spent(client);
  const grant = Grant.parse(verification.payload);
  // The code is spent. Whoever does not get its tokens leaves no session behind.
  const refusal = refuseExchange(form, grant);
  const user = refusal ? null : await findUserById(grant.userId);
  if (user && (await findPrincipalById(grant.sessionId))) {
    const { sessionId, absoluteExpires, clientId } = grant;
    return answer(user, sessionId, clientId, await startRefreshing({ sessionId, absoluteExpires }));
  }
  await revokeSession(grant.userId, grant.sessionId);
  return refusal ?? spent(client);
}

async function spent(client: Client): Promise<Response> {
  const { error } = await refuseToken(client, fail("token_invalid"));
  return refuse("invalid_grant", "Authorization code has been used or expired", error.retryAfter);
}

/** What is wrong with the exchange of a code that is right, in the contract's order. */
function refuseExchange(form: FormData, { redirectUri, clientId, challenge }: Grant): Response | null {
  if (fieldOf(form, "redirect_uri") !== redirectUri) return refuse("invalid_redirect_uri", "Redirect URI mismatch");
  if (fieldOf(form, "client_id") !== clientId)
    return json(403, {
      error: "unauthorized_client",
      error_description: "Client is not authorized to use this authorization code",
    });
  const verifier = fieldOf(form, "code_verifier");
  // The client began with PKCE, and a code from elsewhere was put in its way (RFC 9700, 4.8.2).
  if (challenge === null) return verifier ? refuse("invalid_grant", "This code was asked for without PKCE") : null;
  if (!verifier) return refuse("invalid_grant", "Missing code_verifier");
  const matches = sameHash(createHash("sha256").update(verifier).digest("base64url"), challenge);
  return matches ? null : refuse("invalid_grant", "Code verifier does not match");
}

async function refresh(form: FormData, client: Client): Promise<Response> {
  const given = fieldOf(form, "refresh_token");
  if (!given) return refuse("invalid_request", "Missing refresh_token");
  const [, clientId = "", refreshToken = ""] = given.match(/^(.{1,100}):([\w-]{1,200})$/) ?? [];
  const result = await refreshSession({ refreshToken, actorType: actorTypeOf(clientId) }, client);
  if (!result.ok) return refuse("invalid_grant", "Refresh token has been used or expired", result.error.retryAfter);
  const { user, principal, refreshToken: next } = result.value;
  return answer(user, principal.sessionId, clientId, next);
}

/** The token's last part is ours; what goes before it says for which app it is. */
async function answer(user: User, sessionId: string, clientId: string, refreshToken: string): Promise<Response> {
  const { type, properties } = subjectOf(user);
  const { token } = await issueAccessToken({
    issuer: issuer(),
    audience: clientId,
    subject: `${type}:${createHash("sha256").update(user.id).digest("hex").slice(0, SUBJECT_CHARACTERS)}`,
    sessionId,
    claims: { mode: "access", type, properties },
  });
  return json(200, {
    access_token: token,
    token_type: "Bearer",
    expires_in: ACCESS_TOKEN_SECONDS,
    refresh_token: `${clientId}:${refreshToken}`,
  });
}

function refuse(error: string, description: string, retryAfter?: number): Response {
  const headers = retryAfter ? { "retry-after": String(retryAfter) } : undefined;
  return json(retryAfter ? 429 : 400, { error, error_description: description }, headers);
}
