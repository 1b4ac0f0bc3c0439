import { type OwedFactor, type Proof, proofsOf } from "@/lib/auth/model/factors";
import type { OwingSession } from "@/lib/auth/model/principal";
import { hashToken, randomToken } from "@/lib/auth/model/secrets";
import { db } from "@/lib/db";
import type { Session } from "@/prisma/client/client";

/** The session that owes a factor and that this token stands for, or null. */
export function findOwing(token: string): Promise<OwingSession | null> {
  return findOwingWhere({ tokenHash: hashToken(token) });
}

/** The same for a session that a signed token names. */
export function findOwingById(sessionId: string): Promise<OwingSession | null> {
  return findOwingWhere({ id: sessionId });
}

async function findOwingWhere(where: { tokenHash: string } | { id: string }): Promise<OwingSession | null> {
  const row = await db.session.findFirst({
    where: { ...where, owedFactor: { not: null }, expires: { gt: new Date() }, user: { disabledAt: null } },
    include: { user: { select: { email: true } } },
  });
  if (!row) return null;
  const { id: sessionId, userId, user, actorType, proofs, owedFactor } = row;
  const { email } = user;
  return { sessionId, userId, email, actorType, proofs: proofsOf(proofs), owed: owedFactor as OwedFactor };
}

/** A session with its proofs, whether or not it owes a factor; null when it has ended. */
export function findSession(sessionId: string): Promise<Session | null> {
  return db.session.findUnique({ where: { id: sessionId, expires: { gt: new Date() } } });
}

/**
 * Ends the user's sessions that still owe the setup of a factor, but for `except`: the person has one by now, and a thief
 * who has the password must not add theirs.
 */
export async function endSetups(userId: string, except: string): Promise<void> {
  await db.session.deleteMany({ where: { userId, owedFactor: "setup", id: { not: except } } });
}

/**
 * Notes what was proved in a session and gives it a new token; the old one is refused from now on. A session that owes nothing
 * any more gets the full lifetime. Only `addProof` calls it.
 */
export async function writeProofs(
  session: Session,
  proved: { proofs: Proof[]; owedFactor: OwedFactor | null; twoFactorAt: Date | null },
): Promise<{ token: string; authenticatedAt: Date }> {
  const token = randomToken();
  const now = Date.now();
  const authenticatedAt = new Date(now);
  const begins = session.owedFactor !== null && proved.owedFactor === null;
  const { id, idleSeconds } = session;
  await db.session.update({
    where: { id },
    data: {
      ...proved,
      proofs: proved.proofs.join(" "),
      tokenHash: hashToken(token),
      authenticatedAt,
      ...(begins && { expires: new Date(now + idleSeconds * 1000), lastSeenAt: new Date(now) }),
    },
  });
  return { token, authenticatedAt };
}
