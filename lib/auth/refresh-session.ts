import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { type Client, type Principal, sourceOf } from "@/lib/auth/model/principal";
import { describeDevice } from "@/lib/auth/model/user-agent";
import { refuseToken } from "@/lib/auth/store/rate-limits";
import { issueRefreshToken, rotateRefreshToken } from "@/lib/auth/store/refresh-tokens";
import { findPrincipalById, type NewSession, revokeSession } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { hashedAddress, logEvent } from "@/lib/log";
import { sendSessionEnded } from "@/lib/mail/messages";
import type { User } from "@/prisma/client/client";

/** The first refresh token of a session that an API client has just started. */
export function startRefreshing({
  sessionId,
  absoluteExpires,
}: Pick<NewSession, "sessionId" | "absoluteExpires">): Promise<string> {
  return issueRefreshToken(sessionId, absoluteExpires);
}

/**
 * Exchanges a refresh token for the next one, and keeps its session alive. A token that was replaced long ago is in two
 * hands: then nobody can tell the owner's from the thief's, so the session ends for both, and the owner is told.
 * What an app was given to speak for somebody (`actorType`) is exchanged as that app only.
 * @returns `refresh_unknown`, `refresh_reused`, `unauthenticated` (the session has expired, or its user may not sign
 * in), `too_many_attempts` after many that never were tokens.
 */
export async function refreshSession(
  input: { refreshToken: string; actorType?: string },
  client: Client,
  links: { forgotPassword(): string },
): Promise<Result<{ user: User; principal: Principal; refreshToken: string }>> {
  const rotation = await rotateRefreshToken(input.refreshToken);
  if (rotation.status === "unknown") return refuseToken(sourceOf(client), fail("refresh_unknown"));
  if (rotation.status === "expired") return fail("unauthenticated");
  const { sessionId, userId } = rotation;
  const user = await findUserById(userId);
  if (rotation.status === "reused") {
    if (user && (await revokeSession(userId, sessionId))) warnOwner(user, sessionId, client, links);
    return fail("refresh_reused");
  }
  // Looking the session up is using it: it lives on for as long as a session lives unused.
  const principal = await findPrincipalById(sessionId);
  if (!user || !principal) return fail("unauthenticated");
  if (principal.actorType !== (input.actorType ?? null)) return fail("refresh_unknown");
  return ok({ user, principal, refreshToken: rotation.token });
}

function warnOwner(user: User, sessionId: string, client: Client, links: { forgotPassword(): string }): void {
  logEvent("session.refresh_reused", { userId: user.id, sessionId, email: hashedAddress(user.email), ip: client.ip });
  sendSessionEnded(user.email, {
    at: new Date(),
    device: describeDevice(client.userAgent),
    forgotUrl: links.forgotPassword(),
    why: "copied-token",
  });
}
