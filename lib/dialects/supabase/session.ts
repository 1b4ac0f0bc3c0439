import type { Principal } from "@/lib/auth/model/principal";
import { startRefreshing } from "@/lib/auth/refresh-session";
import { ACCESS_TOKEN_SECONDS, issueAccessToken, verifyAccessToken } from "@/lib/auth/steps/access-token";
import { listAccounts } from "@/lib/auth/store/accounts";
import { findPasswordHash } from "@/lib/auth/store/credentials";
import type { NewSession } from "@/lib/auth/store/sessions";
import { env } from "@/lib/env";
import { type ApiCall, bearerOf } from "@/lib/wire/endpoint";
import type { User } from "@/prisma/client/client";
import { supabaseError } from "./errors";

/** Who Supabase's access tokens are for, to the letter: its clients and its database rules compare it. */
export const AUDIENCE = "authenticated";
export const SESSION = { kind: "api", remember: true } as const;

/** How a session began, as claims say it. */
type Method = "password" | "otp";

/** Where a signed-in client stands: `GET /user`, and part of every token answer. */
export async function userObject(user: User, lastSignIn: Date) {
  const providers = await providersOf(user);
  const confirmed = user.emailVerified ?? (env().AUTH_REQUIRE_EMAIL_VERIFICATION ? null : user.createdAt);
  return {
    id: user.id,
    aud: AUDIENCE,
    role: "authenticated",
    email: user.email,
    ...(confirmed && { email_confirmed_at: confirmed, confirmed_at: confirmed }),
    phone: "",
    last_sign_in_at: lastSignIn,
    app_metadata: { provider: providers[0], providers, ...Object(user.appMetadata) },
    user_metadata: Object(user.userMetadata),
    identities: [],
    created_at: user.createdAt,
    updated_at: user.updatedAt,
    is_anonymous: false,
  };
}

async function providersOf({ id }: User): Promise<string[]> {
  const [passwordHash, accounts] = await Promise.all([findPasswordHash(id), listAccounts(id)]);
  const linked = [...new Set(accounts.map(({ provider }) => provider))];
  return passwordHash || linked.length === 0 ? ["email", ...linked] : linked;
}

/** The answer that hands a session over, to a client that has just signed in. */
export async function signedIn(user: User, session: NewSession, method: Method) {
  return tokens(user, session.sessionId, new Date(), await startRefreshing(session), method);
}

/** The same for a session that goes on. */
export async function tokens(user: User, sessionId: string, signedInAt: Date, refreshToken: string, method?: Method) {
  const object = await userObject(user, signedInAt);
  const { email, phone, app_metadata, user_metadata, role, is_anonymous } = object;
  const amr = method && [{ method, timestamp: Math.floor(signedInAt.getTime() / 1000) }];
  const { token, expiresAt } = await issueAccessToken({
    audience: AUDIENCE,
    subject: user.id,
    sessionId,
    claims: { email, phone, app_metadata, user_metadata, role, session_id: sessionId, aal: "aal1", amr, is_anonymous },
  });
  return {
    access_token: token,
    token_type: "bearer",
    expires_in: ACCESS_TOKEN_SECONDS,
    expires_at: expiresAt,
    refresh_token: refreshToken,
    user: object,
  };
}

/** Whose bearer token this is, or the answer to a request without one, with a bad one, or one whose session has ended. */
export async function requirePrincipal({ request }: ApiCall): Promise<Principal | Response> {
  const token = bearerOf(request);
  if (!token) return supabaseError(request, "no_authorization");
  const verified = await verifyAccessToken(token, AUDIENCE);
  if (verified.ok) return verified.value.principal;
  return supabaseError(request, verified.error.code === "token_invalid" ? "bad_jwt" : "session_not_found");
}
