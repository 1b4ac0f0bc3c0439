import { db } from "@/lib/db";
import { afterCommit } from "@/lib/db/transaction-context";
import { hashedAddress, logEvent } from "@/lib/log";

const MAX_USER_AGENT = 400;

export type NewSecurityEvent = {
  userId: string;
  /** The address, which is logged as a hash and not stored. */
  email?: string;
  sessionId?: string;
  /** The request it came with. */
  client?: { ip: string | null; userAgent: string | null };
  /** One word or two: what it came to, which provider, how many. */
  detail?: string;
};

/**
 * Notes what happened to a person's account, like `password.changed`: a row for the person to see, in the transaction of
 * what it tells of, and a line in the log once that is committed.
 */
export async function recordEvent(type: string, event: NewSecurityEvent): Promise<void> {
  const { userId, email, sessionId, client, detail } = event;
  const { ip = null, userAgent = null } = client ?? {};
  await db.securityEvent.create({
    data: { type, userId, sessionId, ip, userAgent: userAgent?.slice(0, MAX_USER_AGENT) ?? null, detail },
  });
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
