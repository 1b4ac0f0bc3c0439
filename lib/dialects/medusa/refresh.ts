import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { endSession, signOut } from "@/lib/auth/sign-out";
import { rotateSession } from "@/lib/auth/store/sessions";
import { findVerification } from "@/lib/auth/store/verifications";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { endedSessionCookie, pendingCookie, sessionCookie, sessionTokenOf } from "@/lib/wire/request-cookies";
import { claimsOf } from "./claims";
import { findCaller, findPending, tokenFor } from "./session";
import { verificationRequired } from "./sign-in";

/** `POST /auth/token/refresh`: a new token for a cookie or a token, with the actors that its user has by now. */
export async function refreshToken(call: ApiCall): Promise<Result<Response>> {
  const caller = await findCaller(call);
  if (caller) {
    const { user, principal, actorType, provider } = caller;
    return ok(json(200, { token: await tokenFor(user, principal.sessionId, actorType, provider) }));
  }
  const pending = await findPending(call);
  const verification = pending && (await findVerification(pending.id));
  if (!pending || !verification?.email) return fail("unauthenticated");
  return ok(json(200, await verificationRequired(pending.id, verification.email, String(pending.claims.actor_type))));
}

/**
 * `POST /auth/session`: puts the bearer's session into a cookie, under a new token. What session the browser had before
 * is ended, so that it never holds a second one.
 */
export async function openSession(call: ApiCall): Promise<Result<Response>> {
  const caller = await findCaller(call, "bearer");
  if (!caller) return openRegistrationSession(call);
  const { user, principal, actorType, provider } = caller;
  const former = sessionTokenOf(call.request);
  const session = await rotateSession(principal.sessionId, false);
  if (!session) return fail("unauthenticated");
  if (former) await signOut(former);
  const claims = await claimsOf(user, actorType, provider);
  return ok(json(200, { user: claims }, { "set-cookie": sessionCookie(session) }));
}

/** A registration that still waits is named in a cookie, which begins no session. */
async function openRegistrationSession(call: ApiCall): Promise<Result<Response>> {
  const pending = await findPending(call);
  if (!pending) return fail("unauthenticated");
  return ok(json(200, { user: pending.claims }, { "set-cookie": pendingCookie(pending.id) }));
}

/** `DELETE /auth/session`: ends the cookie's session. */
export async function closeSession(call: ApiCall): Promise<Result<Response>> {
  const caller = await findCaller(call, "cookie");
  if (!caller) return fail("unauthenticated");
  await endSession(caller.principal, caller.principal.sessionId);
  return ok(json(200, { success: true }, { "set-cookie": endedSessionCookie() }));
}
