import { ok, type Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { type Claims, issueAccessToken, readAccessToken, verifyAccessToken } from "@/lib/auth/steps/access-token";
import type { BegunSession, SignedIn } from "@/lib/auth/steps/begin-session";
import { refuseOwing } from "@/lib/auth/steps/refuse-owing";
import { findPrincipal, type NewSession } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { type ApiCall, bearerOf } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { pendingIdOf, sessionCookie, sessionTokenOf } from "@/lib/wire/request-cookies";
import type { User } from "@/prisma/client/client";
import { DEFAULT_ACTOR_TYPE } from "./actor-types";
import { claimsOf, pendingClaims, providerOf } from "./claims";
import { mfaRequired } from "./owing";

const AUDIENCE = "medusa";
/** The audience of tokens that name a registration. They begin no session. */
const PENDING_AUDIENCE = "medusa-pending";

/**
 * The answer to a sign-in: a token, or a challenge for a session that owes a factor.
 * @returns `second_factor_required` for a factor that the contract cannot ask for. The session has ended by then.
 */
export async function answerSignIn(
  begun: BegunSession,
  actorType: string,
  provider: string,
): Promise<Result<Response>> {
  if (!begun.owedFactor) return ok(json(200, { token: await tokenFor(begun.user, begun, actorType, provider) }));
  const { user, sessionId, owedFactor: owed } = begun;
  const required = await mfaRequired({ userId: user.id, sessionId, owed }, actorType, provider);
  return required ? ok(json(200, required)) : refuseOwing(begun);
}

/** The token of a signed-in client. */
export async function tokenFor(user: User, signedIn: SignedIn, actorType: string, provider: string): Promise<string> {
  const { sessionId } = signedIn;
  const claims = await claimsOf(user, signedIn, actorType, provider);
  return (await issueAccessToken({ audience: AUDIENCE, subject: user.id, sessionId, claims })).token;
}

/** A token that names a client's registration, as a cookie does for a browser. */
export async function pendingToken(verificationId: string, actorType: string): Promise<string> {
  const claims = pendingClaims(verificationId, actorType);
  return (await issueAccessToken({ audience: PENDING_AUDIENCE, subject: verificationId, claims })).token;
}

/** Adds the session's new cookie to the answer, for a caller that came by the cookie. */
export function renewCookie(by: Caller["by"], session: NewSession, response: Response): Response {
  if (by === "cookie") response.headers.append("set-cookie", sessionCookie(session));
  return response;
}

/** The caller of a protected route, the actor it speaks as, and the provider by which it signed in. */
export type Caller = {
  principal: Principal;
  user: User;
  actorType: string;
  provider: string;
  by: "cookie" | "bearer";
};

/**
 * The caller by the session cookie, else by the bearer token, or null. With `by` only that one of the two counts. A token that
 * expired less than `graceSeconds` ago is accepted too.
 */
export async function findCaller(
  { request }: Pick<ApiCall, "request">,
  by?: "cookie" | "bearer",
  graceSeconds = 0,
): Promise<Caller | null> {
  const cookie = by === "bearer" ? null : sessionTokenOf(request);
  const principal = cookie && (await findPrincipal(cookie));
  if (principal) return toCaller(principal, "cookie");
  const token = by === "cookie" ? null : bearerOf(request);
  const verified = token ? await verifyAccessToken(token, AUDIENCE, { graceSeconds }) : null;
  return verified?.ok ? toCaller(verified.value.principal, "bearer", verified.value.claims.auth_provider) : null;
}

async function toCaller(principal: Principal, by: Caller["by"], claimed?: unknown): Promise<Caller | null> {
  const user = await findUserById(principal.userId);
  if (!user) return null;
  const provider = typeof claimed === "string" ? claimed : await providerOf(user);
  // A session from our own pages names no actor: it speaks as `user` for an admin, else as a customer.
  const actorType = principal.actorType ?? (user.role === "admin" ? "user" : DEFAULT_ACTOR_TYPE);
  return { principal, user, actorType, provider, by };
}

/** The registration that the bearer token names, else the browser's cookie, or null. */
export async function findPending({
  request,
}: Pick<ApiCall, "request">): Promise<{ id: string; claims: Claims } | null> {
  const token = bearerOf(request);
  const read = token ? await readAccessToken(token, PENDING_AUDIENCE) : null;
  if (read?.ok && read.value.sub) return { id: read.value.sub, claims: read.value };
  const id = pendingIdOf(request);
  return id ? { id, claims: pendingClaims(id, DEFAULT_ACTOR_TYPE) } : null;
}
