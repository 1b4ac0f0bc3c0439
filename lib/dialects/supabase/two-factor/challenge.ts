import { seal, unseal } from "@/lib/auth/model/secrets";
import { findSession } from "@/lib/auth/store/owing-sessions";

const CHALLENGE_SECONDS = 5 * 60;
const SEALED_FOR = "supabase-challenge";
const MAX_LENGTH = 200;

/**
 * Makes a challenge for a factor. It needs no row, because the code of an app works once in any case (`takeStep`). Its id is its
 * time of expiry, sealed for the factor, the session and the session's present token. Every proof in the session changes that
 * token, which ends all challenges that were made before.
 */
export async function newChallenge(
  factorId: string,
  sessionId: string,
): Promise<{ id: string; expiresAt: number } | null> {
  const about = await whatFor(factorId, sessionId);
  if (about === null) return null;
  const expiresAt = Math.floor(Date.now() / 1000) + CHALLENGE_SECONDS;
  return { id: seal(SEALED_FOR, about, String(expiresAt)), expiresAt };
}

/** Whether the client may answer this challenge: it was made for this factor in this session, and is not spent or expired. */
export async function isOpenChallenge(challengeId: unknown, factorId: string, sessionId: string): Promise<boolean> {
  if (typeof challengeId !== "string" || challengeId.length > MAX_LENGTH) return false;
  const about = await whatFor(factorId, sessionId);
  const expiresAt = about === null ? null : unseal(SEALED_FOR, about, challengeId);
  return expiresAt !== null && Date.now() < Number(expiresAt) * 1000;
}

async function whatFor(factorId: string, sessionId: string): Promise<string | null> {
  const session = await findSession(sessionId);
  return session && `${factorId} ${sessionId} ${session.tokenHash}`;
}
