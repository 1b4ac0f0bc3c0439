import { randomUUID } from "node:crypto";
import { db } from "@/lib/db";

const PEOPLE = 2_000;
const HOUR_MS = 3_600_000;

/**
 * Fills every table that grows with rows of other people, and has SQLite count them: from then on it weighs its indexes by
 * these counts. None of them has a username, as in most projects.
 */
export async function fillAndAnalyze(): Promise<void> {
  const [expires, absoluteExpires] = [new Date(Date.now() + HOUR_MS), new Date(Date.now() + 24 * HOUR_MS)];
  const ids = Array.from({ length: PEOPLE }, () => randomUUID());
  const each = <T>(row: (id: string) => T): T[] => ids.map(row);
  const seconds = { idleSeconds: 60, expires, absoluteExpires };
  await db.user.createMany({ data: each((id) => ({ id, email: `${id}@crowd.example` })) });
  await db.credential.createMany({ data: each((userId) => ({ userId, passwordHash: "none" })) });
  await db.account.createMany({
    data: each((userId) => ({ userId, type: "oauth", provider: "crowd", providerAccountId: userId })),
  });
  await db.session.createMany({ data: each((id) => ({ id, tokenHash: id, userId: id, ...seconds })) });
  await db.refreshToken.createMany({ data: each((id) => ({ tokenHash: id, sessionId: id, expires })) });
  await db.verification.createMany({
    data: each((id) => ({ tokenHash: id, userId: id, email: `${id}@crowd.example`, purpose: "reset", expires })),
  });
  await db.actor.createMany({ data: each((id) => ({ id, userId: id, type: "customer" })) });
  await db.rateLimit.createMany({
    data: each((key) => ({ key, points: 1, blockedUntil: 0, expires: expires.getTime() })),
  });
  await db.outboxMail.createMany({ data: each((id) => ({ id, priority: 1, sealed: "", dueAt: expires, expires })) });
  await db.securityEvent.createMany({ data: each((userId) => ({ userId, type: "sign_in.succeeded" })) });
  await db.$executeRaw`ANALYZE`;
}
