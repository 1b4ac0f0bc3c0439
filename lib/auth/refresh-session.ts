import { transact } from "@/lib/db/transact";
import type { User } from "@/prisma/client/client";
import { fail, ok, type Result } from "./model/errors";
import { LIMITS } from "./model/limits";
import type { Client, Principal } from "./model/principal";
import { refuseToken } from "./steps/refuse-token";
import { revokeSuspectSession } from "./steps/revoke-suspect-session";
import { findOwingById } from "./store/owing-sessions";
import { consume } from "./store/rate-limits";
import { issueRefreshToken, type Rotation, rotateRefreshToken } from "./store/refresh-tokens";
import { findPrincipalById, type NewSession } from "./store/sessions";
import { findUserById } from "./store/users";

/** The first refresh token of a session. It ends a former one: a session has one chain of tokens. */
export function startRefreshing(session: Pick<NewSession, "sessionId" | "absoluteExpires">): Promise<string> {
  return transact(() => issueRefreshToken(session.sessionId, session.absoluteExpires));
}

type Refreshed<T> = { user: User; principal: T; refreshToken: string };
type Find<T> = (sessionId: string) => Promise<T | null>;
type Input = { refreshToken: string; actorType?: string };

/**
 * Exchanges a refresh token for the next one, and keeps its session alive. A token that was replaced long ago is in two
 * hands: the owner's and the thief's cannot be told apart, so the session ends for both, and the owner is told.
 * The token of an actor (`actorType`) is exchanged for that actor only.
 * @returns `refresh_unknown`, `refresh_reused`, `unauthenticated` (the session has expired, or its user may not sign
 * in), `too_many_attempts` after many invalid tokens, or many exchanges in one session; that spends no token.
 */
export function refreshSession(input: Input, client: Client): Promise<Result<Refreshed<Principal>>> {
  return refresh(input, client, findPrincipalById);
}

/**
 * The same for contracts that prove a second factor inside a session: one that owes it gets another refresh token too.
 * It owes as before, and lives no longer.
 */
export async function refreshAlsoOwing(
  input: Input,
  client: Client,
): Promise<Result<{ sessionId: string; refreshToken: string }>> {
  const find = async (id: string) => (await findPrincipalById(id)) ?? (await findOwingById(id));
  const refreshed = await refresh(input, client, find);
  if (!refreshed.ok) return refreshed;
  const { principal, refreshToken } = refreshed.value;
  return ok({ sessionId: principal.sessionId, refreshToken });
}

async function refresh<T extends Pick<Principal, "actorType">>(
  input: Input,
  client: Client,
  find: Find<T>,
): Promise<Result<Refreshed<T>>> {
  const refreshed = await transact(async () => {
    const rotation = await rotateRefreshToken(input.refreshToken);
    if (rotation.status === "reused") await revokeSuspectSession(rotation, "copied-token", client);
    return rotation.status === "rotated" ? resume(rotation, input.actorType ?? null, find) : rotation.status;
  });
  if (typeof refreshed !== "string") return refreshed;
  if (refreshed === "unknown") return refuseToken(client, fail("refresh_unknown"));
  return fail(refreshed === "reused" ? "refresh_reused" : "unauthenticated");
}

/** The session goes on, if it is this app's. A refusal takes the rotation back. */
async function resume<T extends Pick<Principal, "actorType">>(
  { sessionId, userId, token }: Extract<Rotation, { status: "rotated" }>,
  actorType: string | null,
  find: Find<T>,
): Promise<Result<Refreshed<T>>> {
  const user = await findUserById(userId);
  // This look-up counts as a use of the session and renews its idle time.
  const principal = await find(sessionId);
  if (!user || !principal) return fail("unauthenticated");
  if (principal.actorType !== actorType) return fail("refresh_unknown");
  const allowed = await consume(LIMITS.refreshPerSession, sessionId);
  if (!allowed.ok) return allowed;
  return ok({ user, principal, refreshToken: token });
}
