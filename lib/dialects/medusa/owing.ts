import { fail, type Refusal } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import type { OwingSession } from "@/lib/auth/model/principal";
import { type Claims, issueAccessToken, readAccessToken } from "@/lib/auth/steps/access-token";
import { whereToPay } from "@/lib/auth/steps/refuse-owing";
import { type TypedFactor, typedFactorsOf } from "@/lib/auth/steps/typed-factors";
import { findOwing, findOwingById, findSession } from "@/lib/auth/store/owing-sessions";
import { links } from "@/lib/routes";
import { type ApiCall, bearerOf } from "@/lib/wire/endpoint";
import { sessionTokenOf } from "@/lib/wire/request-cookies";
import { PASSWORD_PROVIDER } from "./actor-types";
import { actorlessClaims } from "./claims";

/**
 * For tokens that name a session which owes a factor. They sign no person in, also once it is paid: a thief who planted the
 * session in another browser gains nothing when its owner pays there.
 */
const OWING_AUDIENCE = "medusa-owing";
const DEFAULT_ACTOR_TYPE = "customer";

/** What the contract calls the factors. */
export const METHODS: Record<TypedFactor, string> = { totp: "totp", "recovery-code": "recovery_code" };

/** Who calls before the factor is proved, and what they began to sign in as. */
export type OwingCaller = { owing: OwingSession; actorType: string; provider: string; by: "cookie" | "bearer" };

/** The caller whose session owes a factor, by the session cookie or else the token of its sign-in, or null. `by` leaves the cookie out. */
export async function findOwingCaller(
  { request }: Pick<ApiCall, "request">,
  by?: "bearer",
): Promise<OwingCaller | null> {
  const cookie = by ? null : sessionTokenOf(request);
  const owing = cookie ? await findOwing(cookie) : null;
  if (owing) return { owing, ...(await begunAs(owing.sessionId)), by: "cookie" };
  const token = bearerOf(request);
  const read = token ? await readAccessToken(token, OWING_AUDIENCE) : null;
  const named = read?.ok && read.value.sub ? await findOwingById(read.value.sub) : null;
  if (!named || !read?.ok) return null;
  const { actor_type: actorType, auth_provider: provider } = read.value;
  return { owing: named, actorType: String(actorType), provider: String(provider), by: "bearer" };
}

/** A cookie does not say by which provider its session began; the contract's claim is for display. */
async function begunAs(sessionId: string): Promise<{ actorType: string; provider: string }> {
  const actorType = (await findSession(sessionId))?.actorType ?? DEFAULT_ACTOR_TYPE;
  return { actorType, provider: PASSWORD_PROVIDER };
}

type Owed = Pick<OwingSession, "userId" | "sessionId" | "owed">;

/**
 * The answer to a sign-in that owes a factor. Where one must be set up first `methods` is empty, and `metadata` says how;
 * the token may do that with `sdk.auth.mfa`. Null where the contract cannot ask: for a passkey.
 */
export async function mfaRequired({ userId, sessionId, owed }: Owed, actorType: string, provider: string) {
  const methods = owed === "setup" ? [] : (await typedFactorsOf(userId)).map((factor) => METHODS[factor]);
  if (owed !== "setup" && methods.length === 0) return null;
  const session = await findSession(sessionId);
  const challenge = {
    id: sessionId,
    auth_identity_id: userId,
    auth_provider: provider,
    methods,
    expires_at: session?.expires ?? new Date(),
    attempts: 0,
    max_attempts: LIMITS.secondPerAccount.points,
    completed_at: null,
    metadata: owed === "setup" ? { setup_required: true, url: links.login(), message: whereToPay(owed) } : null,
  };
  const claims: Claims = actorlessClaims(userId, actorType, provider, true);
  const { token } = await issueAccessToken({ audience: OWING_AUDIENCE, subject: sessionId, claims });
  return { mfa_required: true, mfa_challenge: challenge, token };
}

/** The refusal of a request that only a complete session may make. */
export async function refuseCaller(call: Pick<ApiCall, "request">): Promise<Refusal> {
  const caller = await findOwingCaller(call);
  if (!caller) return fail("unauthenticated");
  const setup = caller.owing.owed === "setup";
  return fail("second_factor_required", { message: setup ? whereToPay("setup") : REQUIRED });
}

const REQUIRED = "MFA verification is required to complete this request";
