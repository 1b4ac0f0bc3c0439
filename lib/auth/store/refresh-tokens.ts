import { hashToken, keyedHash, randomToken } from "@/lib/auth/model/secrets";
import { db } from "@/lib/db";
import { lockRow } from "@/lib/db/lock-row";
import { IDLE_DAYS } from "@/lib/validity";
import type { RefreshToken } from "@/prisma/client/client";

/** Within this time the same token may come again: a client that sent it twice is no thief. */
const REPEAT_SECONDS = 10;
/** The same while its child is unused: a client that lost the answer, or was offline, tries again. */
const LOST_ANSWER_MINUTES = 60;
const DAY_MS = 24 * 60 * 60 * 1000;

export type Rotation =
  | { status: "rotated"; token: string; sessionId: string; userId: string }
  | { status: "unknown" }
  /** Too long unused, or past the session's last day, or of a user who may not sign in. */
  | { status: "expired" }
  /** The token was replaced long ago, so that two clients hold it. */
  | { status: "reused"; sessionId: string; userId: string };

/**
 * The first refresh token of an API session: 43 characters of base64url, kept as a hash. A former chain of the session
 * ends: tokens from before a change of password must stop working.
 */
export async function issueRefreshToken(sessionId: string, absoluteExpires: Date): Promise<string> {
  const token = randomToken();
  await endRefreshing(sessionId);
  await db.refreshToken.create({
    data: { tokenHash: hashToken(token), sessionId, expires: nextExpiry(absoluteExpires) },
  });
  return token;
}

/** Ends the session's chain. */
export async function endRefreshing(sessionId: string): Promise<void> {
  await db.refreshToken.deleteMany({ where: { sessionId } });
}

/**
 * A token's child is not random but derived from it with AUTH_SECRET. Clients lose answers and send the same token
 * twice at once; each of those requests, on any instance, must then get the same child, or they would take each other
 * for thieves. Only hashes are stored, so the child cannot be looked up: it is derived again. A thief with the token
 * or with the database cannot derive it: that takes the token and the secret.
 */
function childOf(token: string): string {
  return keyedHash("refresh", token);
}

/**
 * Exchanges a refresh token for its child. Of a chain only the newest token is current; its parent, or any token within
 * ten seconds of its first use, is answered with the same child as before. Older ones are `reused`.
 */
export async function rotateRefreshToken(token: string): Promise<Rotation> {
  const row = await db.refreshToken.findUnique({
    where: { tokenHash: hashToken(token) },
    include: { session: { include: { user: true } } },
  });
  if (!row) return { status: "unknown" };
  const { session } = row;
  const { id: sessionId, userId } = session;
  const now = new Date();
  if (session.user.disabledAt || session.expires <= now || session.absoluteExpires <= now) return { status: "expired" };
  const child = childOf(token);
  const rotated = { status: "rotated", token: child, sessionId, userId } as const;
  if (row.usedAt) return (await isRepeat(row, child)) ? rotated : { status: "reused", sessionId, userId };
  if (row.expires <= now) return { status: "expired" };
  return (await use(row, child, session.absoluteExpires)) ? rotated : { status: "unknown" };
}

async function isRepeat({ usedAt }: RefreshToken, child: string): Promise<boolean> {
  const next = await db.refreshToken.findUnique({ where: { tokenHash: hashToken(child) } });
  if (!next) return false;
  const seconds = next.usedAt === null ? LOST_ANSWER_MINUTES * 60 : REPEAT_SECONDS;
  // `usedAt` may lie in the future: the clock was set back, or another instance's clock runs ahead.
  return Math.abs(Date.now() - (usedAt?.getTime() ?? 0)) <= seconds * 1000;
}

/**
 * Marks the token as used and stores its child. Of several requests at once the transaction of one goes first, and the
 * others find what it did. False when the session, or its tokens, ended in this moment.
 */
async function use({ id: parentId, sessionId }: RefreshToken, child: string, absoluteExpires: Date): Promise<boolean> {
  if (!(await lockRow("Session", sessionId))) return false;
  const data = { usedAt: new Date() };
  const { count } = await db.refreshToken.updateMany({ where: { id: parentId, usedAt: null }, data });
  // While this waited for the lock, the session's tokens may have been ended, as a change of password does.
  if (count === 0 && !(await db.refreshToken.findUnique({ where: { id: parentId } }))) return false;
  const tokenHash = hashToken(child);
  await db.refreshToken.upsert({
    where: { tokenHash },
    create: { tokenHash, sessionId, parentId, expires: nextExpiry(absoluteExpires) },
    update: {},
  });
  return true;
}

function nextExpiry(absoluteExpires: Date): Date {
  return new Date(Math.min(Date.now() + IDLE_DAYS * DAY_MS, absoluteExpires.getTime()));
}
