import type { SecurityEventType } from "@/lib/auth/model/security-events";
import { db, type Read, readRows } from "@/lib/db";
import { deleteInTurns } from "@/lib/db/give-way";
import { sql } from "@/lib/db/sql";
import { afterCommit } from "@/lib/db/transaction-context";
import { hashedAddress, logEvent } from "@/lib/log";
import { SECURITY_EVENT_DAYS } from "@/lib/validity";
import type { SecurityEvent } from "@/prisma/client/client";

const DAY_MS = 24 * 60 * 60_000;

export type NewSecurityEvent = {
  userId: string;
  /** The address, which is logged as a hash and not stored. */
  email?: string;
  sessionId?: string;
  /** The request it came with. */
  client?: { ip: string | null; userAgent: string | null };
  /** A word or two: the outcome, the provider, the number. */
  detail?: string;
};

/**
 * Notes what happened to a person's account, like `password.changed`: a row for the person to see, in the transaction of
 * what it tells of, and a line in the log once that is committed.
 */
export async function recordEvent(type: SecurityEventType, event: NewSecurityEvent): Promise<void> {
  const { userId, email, sessionId, client, detail } = event;
  const { ip = null, userAgent = null } = client ?? {};
  await db.securityEvent.create({ data: { type, userId, sessionId, ip, userAgent, detail } });
  afterCommit(() =>
    logEvent(type, {
      userId,
      sessionId,
      ip,
      userAgent,
      outcome: detail,
      ...(email && { email: hashedAddress(email) }),
    }),
  );
}

/** Where a page of events ended: the next one begins with what is older. */
export type EventPlace = Pick<SecurityEvent, "createdAt" | "id">;

/**
 * The user's events of the last 90 days that are older than `after`, the newest first. By the index each page costs the same.
 * @param page.types leaves out all others.
 */
export async function listEvents(
  userId: string,
  page: { take: number; after?: EventPlace; types?: string[] },
): Promise<SecurityEvent[]> {
  const { take, after, types } = page;
  const since = new Date(Date.now() - SECURITY_EVENT_DAYS * DAY_MS);
  const ofTypes = types ? sql`AND "type" IN (${sql.join(types)})` : sql.empty;
  // The first bound uses the index; the second tells apart events of one millisecond.
  const older = after
    ? sql`AND "createdAt" <= ${after.createdAt} AND ("createdAt" < ${after.createdAt} OR "id" < ${after.id})`
    : sql.empty;
  const rows = await readRows<Read<SecurityEvent>>(sql`
    SELECT "id", "userId", "type", "sessionId", "ip", "userAgent", "detail", "createdAt" FROM "SecurityEvent"
    WHERE "userId" = ${userId} AND "createdAt" > ${since} ${older} ${ofTypes}
    ORDER BY "createdAt" DESC, "id" DESC LIMIT ${take}`);
  return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) }));
}

/** One of the user's events, or null. */
export function findEvent(userId: string, id: string): Promise<SecurityEvent | null> {
  return db.securityEvent.findUnique({ where: { id, userId } });
}

/** Deletes the event of a sign-in that stopped at the second step, once the session owes nothing: that sign-in has its own event. */
export async function forgetOwedEvent(userId: string, sessionId: string, since: Date): Promise<void> {
  const where = { userId, sessionId, type: "sign_in.factor_owed", createdAt: { gte: since } };
  await db.securityEvent.deleteMany({ where });
}

/** Deletes all events of the user. */
export async function deleteEvents(userId: string): Promise<void> {
  await deleteInTurns((limit) =>
    db.$executeRaw(sql`DELETE FROM "SecurityEvent" WHERE "id" IN
      (SELECT "id" FROM "SecurityEvent" WHERE "userId" = ${userId} LIMIT ${limit})`),
  );
}
