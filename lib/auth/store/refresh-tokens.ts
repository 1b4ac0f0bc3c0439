import { hashToken, keyedHash, randomToken } from "@/lib/auth/model/secrets";
import { db } from "@/lib/db";
import { Prisma, type RefreshToken } from "@/prisma/client/client";

const IDLE_DAYS = 7;
/** Within this time the same token may come again, whatever became of its child: a client that sent twice is no thief. */
const REPEAT_SECONDS = 10;
const DAY_MS = 24 * 60 * 60 * 1000;

export type Rotation =
  | { status: "rotated"; token: string; sessionId: string; userId: string }
  | { status: "unknown" }
  /** Too long unused, or past the session's last day, or of a user who may not sign in. */
  | { status: "expired" }
  /** Somebody holds a token that its owner has replaced long ago. */
  | { status: "reused"; sessionId: string; userId: string };

/** The first refresh token of an API session: 43 characters of base64url, kept as a hash. */
export async function issueRefreshToken(sessionId: string, absoluteExpires: Date): Promise<string> {
  const token = randomToken();
  await db.refreshToken.create({
    data: { tokenHash: hashToken(token), sessionId, expires: nextExpiry(absoluteExpires) },
  });
  return token;
}

/**
 * A token's child is not random but derived from it with AUTH_SECRET. Clients lose answers and send the same token
 * twice at once; each of those requests, on any instance, must then get the same child, or they would take each other
 * for thieves. Only hashes are stored, so the child cannot be looked up: it is worked out again. Who holds a token, or
 * reads the database, cannot work it out; it takes both the token and the secret.
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
  return next.usedAt === null || Date.now() - (usedAt?.getTime() ?? 0) <= REPEAT_SECONDS * 1000;
}

/**
 * Stores the child first and marks its parent after: a crash in between leaves a token that can be used once more.
 * Of several requests at once each finds what the others did. False when the session ended in this moment.
 */
async function use(row: RefreshToken, child: string, absoluteExpires: Date): Promise<boolean> {
  const { id: parentId, sessionId } = row;
  const tokenHash = hashToken(child);
  try {
    await db.refreshToken.upsert({
      where: { tokenHash },
      create: { tokenHash, sessionId, parentId, expires: nextExpiry(absoluteExpires) },
      update: {},
    });
  } catch (error) {
    if (!(error instanceof Prisma.PrismaClientKnownRequestError)) throw error;
    // P2003: its session is gone. P2002: another request was first, which is what we want.
    if (error.code === "P2003") return false;
    if (error.code !== "P2002") throw error;
  }
  await db.refreshToken.updateMany({ where: { id: parentId, usedAt: null }, data: { usedAt: new Date() } });
  return true;
}

function nextExpiry(absoluteExpires: Date): Date {
  return new Date(Math.min(Date.now() + IDLE_DAYS * DAY_MS, absoluteExpires.getTime()));
}
