import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { revokeOwnSession, signOut } from "@/lib/auth/sign-out";
import { ACCESS_TOKEN_SECONDS } from "@/lib/auth/steps/access-token";
import { whereToPay } from "@/lib/auth/steps/refuse-owing";
import { findOwing } from "@/lib/auth/store/owing-sessions";
import { type NewSession, rotateSession } from "@/lib/auth/store/sessions";
import { findVerification } from "@/lib/auth/store/verifications";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { endedSessionCookie, pendingCookie, sessionCookie, sessionTokenOf } from "@/lib/wire/request-cookies";
import { actorlessClaims, claimsOf } from "./claims";
import { findOwingCaller, mfaRequired, type OwingCaller } from "./owing";
import { findCaller, findPending, tokenFor } from "./session";
import { verificationRequired } from "./sign-in";

/** An expired token can be exchanged until a day after it was made, which is how long the original's tokens live. */
const GRACE_SECONDS = 24 * 60 * 60 - ACCESS_TOKEN_SECONDS;

/**
 * `POST /auth/token/refresh`: a new token for a cookie or a token, with the actors that its user has now. It refuses a session
 * that has ended.
 */
export async function refreshToken(call: ApiCall): Promise<Result<Response>> {
  const caller = await findCaller(call, undefined, GRACE_SECONDS);
  if (caller) {
    const { user, principal, actorType, provider } = caller;
    return ok(json(200, { token: await tokenFor(user, principal, actorType, provider) }));
  }
  const owing = await findOwingCaller(call);
  if (owing) return challengeAgain(owing);
  const pending = await findPending(call);
  const verification = pending && (await findVerification(pending.id));
  if (!pending || !verification?.email) return fail("unauthenticated");
  return ok(json(200, await verificationRequired(pending.id, verification.email, String(pending.claims.actor_type))));
}

/** Refreshing the token of a session that owes a factor gives another token of that kind, with the challenge. */
async function challengeAgain({ owing, actorType, provider }: OwingCaller): Promise<Result<Response>> {
  const required = await mfaRequired(owing, actorType, provider);
  return required ? ok(json(200, required)) : fail("second_factor_required", { message: whereToPay(owing.owed) });
}

/**
 * `POST /auth/session`: moves the bearer's session into a cookie, under a new token. The browser's former session ends, so that
 * the browser never has two.
 */
export async function openSession(call: ApiCall): Promise<Result<Response>> {
  const caller = await findCaller(call, "bearer");
  if (!caller) return (await openOwingSession(call)) ?? openRegistrationSession(call);
  const { user, principal, actorType, provider } = caller;
  const session = await moveToCookie(call, principal.sessionId);
  if (!session) return fail("unauthenticated");
  const claims = await claimsOf(user, principal, actorType, provider);
  return ok(json(200, { user: claims }, { "set-cookie": sessionCookie(session) }));
}

/** Gives the session a new token for the cookie, and ends the session of the browser's former cookie. */
async function moveToCookie(call: ApiCall, sessionId: string): Promise<NewSession | null> {
  const former = sessionTokenOf(call.request);
  const session = await rotateSession(sessionId, false);
  if (session && former) await signOut(former);
  return session;
}

/** Moves a session that owes a factor into a cookie, where it is no principal either. */
async function openOwingSession(call: ApiCall): Promise<Result<Response> | null> {
  const caller = await findOwingCaller(call, "bearer");
  if (!caller) return null;
  const { owing, actorType, provider } = caller;
  const session = await moveToCookie(call, owing.sessionId);
  if (!session) return fail("unauthenticated");
  const user = actorlessClaims(owing.userId, actorType, provider, true);
  return ok(json(200, { user }, { "set-cookie": sessionCookie({ ...session, remember: false }) }));
}

/** Names the client's registration in a cookie, which begins no session. */
async function openRegistrationSession(call: ApiCall): Promise<Result<Response>> {
  const pending = await findPending(call);
  if (!pending) return fail("unauthenticated");
  return ok(json(200, { user: pending.claims }, { "set-cookie": pendingCookie(pending.id) }));
}

/** `DELETE /auth/session`: ends the cookie's session. */
export async function closeSession(call: ApiCall): Promise<Result<Response>> {
  const caller = await findCaller(call, "cookie");
  const owing = caller ? null : sessionTokenOf(call.request);
  if (caller) await revokeOwnSession(caller.principal, caller.principal.sessionId);
  else if (owing && (await findOwing(owing))) await signOut(owing);
  else return fail("unauthenticated");
  return ok(json(200, { success: true }, { "set-cookie": endedSessionCookie() }));
}
