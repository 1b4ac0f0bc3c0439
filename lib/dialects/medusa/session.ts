import type { Principal } from "@/lib/auth/model/principal";
import { type Claims, issueAccessToken, readAccessToken, verifyAccessToken } from "@/lib/auth/steps/access-token";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { type ApiCall, bearerOf } from "@/lib/wire/endpoint";
import { pendingIdOf, sessionTokenOf } from "@/lib/wire/request-cookies";
import type { User } from "@/prisma/client/client";
import { claimsOf, pendingClaims, providerOf } from "./claims";

const AUDIENCE = "medusa";
/** For tokens that name a registration which waits for its proof. They begin no session. */
const PENDING_AUDIENCE = "medusa-pending";

/** The token of a signed-in client. */
export async function tokenFor(user: User, sessionId: string, actorType: string, provider: string): Promise<string> {
  const claims = await claimsOf(user, actorType, provider);
  return (await issueAccessToken({ audience: AUDIENCE, subject: user.id, sessionId, claims })).token;
}

/** The token of a client whose registration waits for its proof: it names it, like a cookie does in a browser. */
export async function pendingToken(verificationId: string, actorType: string): Promise<string> {
  const claims = pendingClaims(verificationId, actorType);
  return (await issueAccessToken({ audience: PENDING_AUDIENCE, subject: verificationId, claims })).token;
}

/** Who calls a protected route: as which actor, and signed in by which provider. */
export type Caller = { principal: Principal; user: User; actorType: string; provider: string };

const DEFAULT_ACTOR_TYPE = "customer";

/** The caller by the session cookie or else the bearer token, or null. `by` leaves one of the two out. */
export async function findCaller({ request }: ApiCall, by?: "cookie" | "bearer"): Promise<Caller | null> {
  const cookie = by === "bearer" ? null : sessionTokenOf(request);
  const principal = cookie && (await findPrincipal(cookie));
  if (principal) return toCaller(principal);
  const token = by === "cookie" ? null : bearerOf(request);
  const verified = token ? await verifyAccessToken(token, AUDIENCE) : null;
  return verified?.ok ? toCaller(verified.value.principal, verified.value.claims.auth_provider) : null;
}

async function toCaller(principal: Principal, claimed?: unknown): Promise<Caller | null> {
  const user = await findUserById(principal.userId);
  if (!user) return null;
  const provider = typeof claimed === "string" ? claimed : await providerOf(user);
  // A session begun on our own pages names no actor: it speaks as an admin where the user is one, else as a customer.
  const actorType = principal.actorType ?? (user.role === "admin" ? "user" : DEFAULT_ACTOR_TYPE);
  return { principal, user, actorType, provider };
}

/** The registration that a client began and that waits for its proof, by bearer token or the browser's cookie, or null. */
export async function findPending({ request }: ApiCall): Promise<{ id: string; claims: Claims } | null> {
  const token = bearerOf(request);
  const read = token ? await readAccessToken(token, PENDING_AUDIENCE) : null;
  if (read?.ok && read.value.sub) return { id: read.value.sub, claims: read.value };
  const id = pendingIdOf(request);
  return id ? { id, claims: pendingClaims(id, DEFAULT_ACTOR_TYPE) } : null;
}
