import { createHash } from "node:crypto";
import { z } from "zod";
import { fail, ok, type Refusal, type Result } from "@/lib/auth/model/errors";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { sameHash } from "@/lib/auth/model/secrets";
import { refreshSession, startRefreshing } from "@/lib/auth/refresh-session";
import { refuseToken } from "@/lib/auth/steps/refuse-token";
import { revokeSuspectSession } from "@/lib/auth/steps/revoke-suspect-session";
import { findPrincipalById, revokeSession } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { consumeVerification, findVerificationByToken, issueVerification } from "@/lib/auth/store/verifications";
import { transact } from "@/lib/db/transact";
import type { ApiCall } from "@/lib/wire/endpoint";
import { fieldOf } from "@/lib/wire/read-form";
import type { User } from "@/prisma/client/client";
import { findClient } from "./clients";
import { oauthError } from "./errors";
import type { Issuer } from "./issuer";
import { actorTypeOf } from "./names";
import { tokens } from "./session";
import { openSubject, Subject } from "./subject";

const Grant = z.object({
  clientId: z.string(),
  redirectUri: z.string(),
  challenge: z.string().nullable(),
  sessionId: z.string(),
  userId: z.string(),
  absoluteExpires: z.coerce.date(),
  subject: Subject.nullish(),
});
type Grant = z.infer<typeof Grant>;
/** The parts of a refresh token: the app, the sealed subject if `success` chose one, and our own refresh token. */
const REFRESH_TOKEN = /^(.{1,100}?):(?:([\w-]{1,4000}\.[\w-]{1,100}):)?([\w-]{1,200})$/;
/** The row that stays of an exchanged code, for as long as a code lives, so that a second exchange is noticed. */
const SpentGrant = Grant.pick({ sessionId: true, userId: true }).extend({ spent: z.literal(true) });

/** `POST /openauth/token`. */
export async function token(
  issuer: Issuer,
  { form, client }: Pick<ApiCall, "form" | "client">,
): Promise<Result<Response>> {
  const grantType = form && fieldOf(form, "grant_type");
  if (form && grantType === "authorization_code") return exchange(issuer, form, client);
  if (form && grantType === "refresh_token") return refresh(issuer, form, client);
  return oauthError("unsupported_grant_type", "Use authorization_code or refresh_token");
}

/** The result of an exchange: the user and session to make tokens for, or a refusal; null for a code that is unknown or spent. */
type Exchanged = { user: User; principal: Principal; grant: Grant; refreshToken: string } | { refusal: Refusal | null };

async function exchange(issuer: Issuer, form: FormData, client: Client): Promise<Result<Response>> {
  const code = fieldOf(form, "code");
  if (!code) return oauthError("invalid_request", "Missing code");
  const exchanged = await transact(() => spendCode(code, form, client));
  if ("refusal" in exchanged) return exchanged.refusal ?? spent(client);
  const { user, principal, grant, refreshToken } = exchanged;
  return ok(await tokens(issuer, user, principal, grant.clientId, refreshToken, grant.subject ?? null));
}

/**
 * Spends a code, also in an exchange that is refused, which ends the session. A second exchange ends the session of the first
 * (RFC 6749, 4.1.2).
 */
async function spendCode(code: string, form: FormData, client: Client): Promise<Exchanged> {
  const verification = await findVerificationByToken(code);
  if (verification?.purpose !== "grant-code") return { refusal: null };
  if (SpentGrant.safeParse(verification.payload).success || !(await consumeVerification(verification.id))) {
    // Reads again, because a parallel exchange may have left its row just now.
    const spent = SpentGrant.safeParse((await findVerificationByToken(code))?.payload);
    if (spent.success) await revokeSuspectSession(spent.data, "copied-token", client);
    return { refusal: null };
  }
  const grant = Grant.parse(verification.payload);
  const { userId, sessionId } = grant;
  const refusal = refuseExchange(form, grant);
  const user = refusal ? null : await findUserById(userId);
  const principal = user && (await findPrincipalById(sessionId));
  if (user && principal) {
    await issueVerification({ purpose: "grant-code", payload: { spent: true, userId, sessionId }, token: code });
    return { user, principal, grant, refreshToken: await startRefreshing(grant) };
  }
  await revokeSession(userId, sessionId);
  return { refusal };
}

async function spent(client: Client): Promise<Refusal> {
  const refusal = await refuseToken(client, fail("token_invalid"));
  return oauthError("invalid_grant", "Authorization code has been used or expired", refusal);
}

/** The refusal of an exchange whose code is right, or null; checked in the contract's order. */
function refuseExchange(form: FormData, { redirectUri, clientId, challenge }: Grant): Refusal | null {
  if (fieldOf(form, "redirect_uri") !== redirectUri) return oauthError("invalid_redirect_uri", "Redirect URI mismatch");
  if (fieldOf(form, "client_id") !== clientId)
    return oauthError("unauthorized_client", "Client is not authorized to use this authorization code");
  const verifier = fieldOf(form, "code_verifier");
  // A verifier shows that the client began with PKCE, so an attacker put this code in its way (RFC 9700, 4.8.2).
  if (challenge === null) return verifier ? oauthError("invalid_grant", "This code was asked for without PKCE") : null;
  if (!verifier) return oauthError("invalid_grant", "Missing code_verifier");
  const matches = sameHash(createHash("sha256").update(verifier).digest("base64url"), challenge);
  return matches ? null : oauthError("invalid_grant", "Code verifier does not match");
}

async function refresh(issuer: Issuer, form: FormData, client: Client): Promise<Result<Response>> {
  const given = fieldOf(form, "refresh_token");
  if (!given) return oauthError("invalid_request", "Missing refresh_token");
  const [, clientId = "", sealed, refreshToken = ""] = given.match(REFRESH_TOKEN) ?? [];
  const named = fieldOf(form, "client_id") ?? clientId;
  if (named !== clientId || (clientId && !findClient(clientId)))
    return oauthError("invalid_grant", "This refresh token is of no app that may use it here");
  const result = await refreshSession({ refreshToken, actorType: actorTypeOf(clientId) }, client);
  if (!result.ok) return oauthError("invalid_grant", "Refresh token has been used or expired", result);
  const { user, principal, refreshToken: next } = result.value;
  const subject = sealed ? openSubject(sealed, principal.sessionId) : null;
  // A token whose sealed subject was cut out would get the subject of `subjectOf` in place of the chosen one.
  if (!subject && (sealed || issuer.success))
    return oauthError("invalid_grant", "This refresh token has lost what it says of its person");
  return ok(await tokens(issuer, user, principal, clientId, next, subject));
}
