import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { isSecondFactor, isTwoFactor, type Proof, proofsOf } from "@/lib/auth/model/factors";
import type { Client, SessionRef } from "@/lib/auth/model/principal";
import { findSession, writeProofs } from "@/lib/auth/store/owing-sessions";
import { endRefreshing } from "@/lib/auth/store/refresh-tokens";
import { forgetOwedEvent } from "@/lib/auth/store/security-events";
import { isRemembering } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { type BegunSession, type HandOver, noteSignIn } from "./begin-session";
import { endNeedlessReset } from "./factor-reset";
import { lockSession } from "./lock-session";
import { owedAfter } from "./owed-factor";

/**
 * Notes a further proof in a session: the factor that it owed, or a repeated proof of who the person is. The session
 * gets a new token. Call it in the transaction of what proved it.
 * @param handOver as for a session that begins.
 * @returns `unauthenticated` when the session has ended, `user_disabled`.
 */
export async function addProof(
  holder: SessionRef,
  proof: Proof,
  client: Client,
  handOver?: HandOver,
): Promise<Result<BegunSession>> {
  const { userId, sessionId } = holder;
  if (!(await lockSession(holder))) return fail("unauthenticated");
  const user = await findUserById(userId);
  const session = await findSession(sessionId);
  if (!user || session?.userId !== userId) return fail("unauthenticated");
  if (user.disabledAt) return fail("user_disabled");
  const proofs = [...new Set([...proofsOf(session.proofs), proof])];
  await endNeedlessReset(userId, { proof, proofs }, client);
  const owedFactor = session.owedFactor ? await owedAfter(user, proofs, client) : null;
  const twoFactorAt = isSecondFactor(proof) && isTwoFactor(proofs) ? new Date() : session.twoFactorAt;
  const written = await writeProofs(session, { proofs, owedFactor, twoFactorAt });
  if (session.owedFactor && !owedFactor) {
    // Refresh tokens and codes from the time when it owed a factor must not lead to the session that owes none.
    await endRefreshing(sessionId);
    await forgetOwedEvent(userId, sessionId, session.createdAt);
    await noteSignIn(user, { sessionId, kind: session.kind, proofs, client, detail: proofs.join(" ") });
  }
  const { idleSeconds, absoluteExpires } = session;
  const proved = { ...written, sessionId, remember: isRemembering(idleSeconds), absoluteExpires, user, owedFactor };
  return ok({ ...proved, handed: (await handOver?.(proved)) ?? null });
}
