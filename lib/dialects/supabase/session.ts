import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Holder, Principal } from "@/lib/auth/model/principal";
import { startRefreshing } from "@/lib/auth/refresh-session";
import { ACCESS_TOKEN_SECONDS, issueAccessToken, readAccessToken } from "@/lib/auth/steps/access-token";
import { findOwingById, findSession } from "@/lib/auth/store/owing-sessions";
import { findPrincipalById, type NewSession } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { type ApiCall, bearerOf } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { admitting } from "@/lib/wire/router";
import type { Session, User } from "@/prisma/client/client";
import { AUDIENCE, assurance, issuer, OWING_AUDIENCE, OWING_ROLE } from "./claims";
import { supabaseError } from "./errors";
import { owingUserObject, userObject } from "./user-object";

/** The options of a session whose tokens are in the answer. */
export const SESSION = { kind: "api", remember: true, handOver: startRefreshing } as const;

/** A session to answer with. `handed` is its refresh token, if one was made when the session began. */
export type Handed = Pick<NewSession, "sessionId" | "absoluteExpires"> & { handed?: string | null };

/** The first tokens of a session, or new ones after a proof, which end the former. */
export async function tokensOf(session: Handed) {
  return tokens(session.sessionId, session.handed ?? (await startRefreshing(session)));
}

/** The answer that gives a session to a client, after a proof. */
export async function signedIn(session: Handed, more: object = {}): Promise<Result<Response>> {
  const answer = await tokensOf(session);
  return answer.ok ? ok(json(200, { ...answer.value, ...more })) : answer;
}

/**
 * The tokens of a session, and its user. Only this function reads whether the session owes a factor, so that no route can give
 * out the tokens of a signed-in person too early.
 * @returns `unauthenticated` if the session has ended.
 */
export async function tokens(sessionId: string, refreshToken: string) {
  const session = await findSession(sessionId);
  const user = session && (await findUserById(session.userId));
  if (!session || !user) return fail("unauthenticated");
  const { token, expiresAt, object } = session.owedFactor
    ? await forOwing(user, session)
    : await forPerson(user, session);
  return ok({
    access_token: token,
    token_type: "bearer",
    expires_in: ACCESS_TOKEN_SECONDS,
    expires_at: expiresAt,
    refresh_token: refreshToken,
    user: object,
  });
}

async function forPerson(user: User, session: Session) {
  const object = await userObject(user, session.authenticatedAt);
  const { email, phone, app_metadata, user_metadata, role, is_anonymous } = object;
  const claims = { email, phone, app_metadata, user_metadata, role, is_anonymous, ...assurance(session) };
  return { object, ...(await issue(AUDIENCE, session, claims)) };
}

async function forOwing(user: User, session: Session) {
  const claims = { role: OWING_ROLE, is_anonymous: false, ...assurance(session) };
  return { object: await owingUserObject(user), ...(await issue(OWING_AUDIENCE, session, claims)) };
}

function issue(audience: string, { id, userId }: Session, claims: object) {
  const about = { issuer: issuer(), audience, subject: userId, sessionId: id };
  return issueAccessToken({ ...about, claims: { session_id: id, ...claims } });
}

/**
 * The session of the bearer token, also one that owes a factor; or the refusal of a request whose token is missing or invalid, or
 * whose session has ended.
 */
export async function requireHolder({ request }: ApiCall): Promise<Result<Holder>> {
  const token = bearerOf(request);
  if (!token) return supabaseError(request, "no_authorization");
  const read = await readAccessToken(token, [AUDIENCE, OWING_AUDIENCE], { issuer: issuer() });
  if (!read.ok || typeof read.value.sid !== "string") return supabaseError(request, "bad_jwt");
  const { aud, sid, sub } = read.value;
  const holder = aud === AUDIENCE ? await findPrincipalById(sid) : await findOwingById(sid);
  if (holder && holder.userId === sub) return ok(holder);
  // After the factor was proved the session has new tokens: the client must not think that it has ended.
  const goesOn = aud === OWING_AUDIENCE && (await findPrincipalById(sid)) !== null;
  return supabaseError(request, goesOn ? "bad_jwt" : "session_not_found");
}

/** The principal of the bearer token; it refuses a session that owes a factor. */
export async function requirePrincipal(call: ApiCall): Promise<Result<Principal>> {
  const holder = await requireHolder(call);
  if (!holder.ok) return holder;
  return "owed" in holder.value ? supabaseError(call.request, "insufficient_aal") : ok(holder.value);
}

/** Makes handlers of these requests. */
export const forHolder = admitting(requireHolder);
export const forPrincipal = admitting(requirePrincipal);
