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
import { DEFAULT_ACTOR_TYPE, PASSWORD_PROVIDER } from "./actor-types";
import { actorlessClaims } from "./claims";

/**
 * The audience of tokens that name a session which owes a factor. They sign no person in, even after the factor is proved: a
 * thief who planted the session in its owner's browser gains nothing when the owner proves the factor there.
 */
const OWING_AUDIENCE = "medusa-owing";

/** The contract's names of the factors. */
export const METHODS: Record<TypedFactor, string> = { totp: "totp", "recovery-code": "recovery_code" };

/** A caller whose session owes a factor, with the actor and provider of its sign-in. */
export type OwingCaller = { owing: OwingSession; actorType: string; provider: string; by: "cookie" | "bearer" };

/** That caller by the session cookie, else by the token of its sign-in, or null. With `by` only the token counts. */
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

/** The actor of a session, and the password as its provider: sessions do not keep theirs, and the claim is for display only. */
async function begunAs(sessionId: string): Promise<{ actorType: string; provider: string }> {
  const actorType = (await findSession(sessionId))?.actorType ?? DEFAULT_ACTOR_TYPE;
  return { actorType, provider: PASSWORD_PROVIDER };
}

type Owed = Pick<OwingSession, "userId" | "sessionId" | "owed">;

/**
 * The answer to a sign-in that owes a factor. If the person must set one up first, `methods` is empty, `metadata` says how, and
 * `sdk.auth.mfa` can do it with the token. Null for a passkey, which the contract cannot ask for.
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

/** The refusal of a caller who is not signed in, or whose session owes a factor. */
export async function refuseCaller(call: Pick<ApiCall, "request">): Promise<Refusal> {
  const caller = await findOwingCaller(call);
  if (!caller) return fail("unauthenticated");
  const setup = caller.owing.owed === "setup";
  return fail("second_factor_required", { message: setup ? whereToPay("setup") : REQUIRED });
}

const REQUIRED = "MFA verification is required to complete this request";
