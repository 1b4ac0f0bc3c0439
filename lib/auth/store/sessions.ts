import { type OwedFactor, type Proof, proofsOf } from "@/lib/auth/model/factors";
import { inTurns } from "@/lib/auth/model/network";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { PROFILE_COLUMNS, type ProfileValues, profileOf } from "@/lib/auth/model/profile";
import { hashToken, randomToken } from "@/lib/auth/model/secrets";
import { inBackground } from "@/lib/background";
import { db, type Read, readRow, readRows } from "@/lib/db";
import { deleteInTurns } from "@/lib/db/give-way";
import { type Sql, sql } from "@/lib/db/sql";
import { IDLE_DAYS, IDLE_HOURS_NOT_REMEMBERED, SESSION_ABSOLUTE_DAYS } from "@/lib/validity";
import type { Session, User } from "@/prisma/client/client";

const MINUTE_MS = 60_000;
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
/** Time enough to find one's phone, or to set an authenticator up. */
const OWING_MINUTES = 15;
/** `lastSeenAt` moves at most this often, so that reading a page is rarely a write. */
const TOUCH_EVERY_MINUTES = 5;
/** More than a person uses; keeps a script with a right password from filling the table. */
const MAX_SESSIONS_PER_USER = 100;

export type NewSession = {
  /** Exists nowhere else: the row keeps its SHA-256. */
  token: string;
  sessionId: string;
  remember: boolean;
  absoluteExpires: Date;
  /** When its person last showed who they are. */
  authenticatedAt: Date;
};

/** Makes the row of a session and returns its token. Only `beginSession` calls it. */
export async function insertSession(input: {
  userId: string;
  client: Client;
  kind: "browser" | "api";
  remember: boolean;
  actorType?: string;
  proof: Proof;
  twoFactorAt: Date | null;
  owedFactor: OwedFactor | null;
}): Promise<NewSession> {
  const { client, remember, proof, ...data } = input;
  const token = randomToken();
  const now = Date.now();
  const idleSeconds = remember ? IDLE_DAYS * DAY_SECONDS : IDLE_HOURS_NOT_REMEMBERED * HOUR_SECONDS;
  const absoluteExpires = new Date(now + SESSION_ABSOLUTE_DAYS * DAY_SECONDS * 1000);
  const { id, authenticatedAt } = await db.session.create({
    data: {
      ...data,
      proofs: proof,
      tokenHash: hashToken(token),
      idleSeconds,
      expires: new Date(now + (data.owedFactor ? OWING_MINUTES * MINUTE_MS : idleSeconds * 1000)),
      absoluteExpires,
      ip: client.ip,
      userAgent: client.userAgent,
    },
  });
  await endSurplus(input.userId, input.owedFactor !== null);
  return { token, sessionId: id, remember, absoluteExpires, authenticatedAt };
}

/**
 * Ends sessions beyond the limit: the oldest of the network that has most of them, so that a thief in another pushes no session of
 * the owner's out. Those that owe a factor have a limit of their own.
 */
async function endSurplus(userId: string, owing: boolean): Promise<void> {
  const sessions = await db.session.findMany({
    where: { userId, owedFactor: owing ? { not: null } : null },
    orderBy: { createdAt: "desc" },
    select: { id: true, ip: true },
  });
  const surplus = inTurns(sessions).slice(MAX_SESSIONS_PER_USER);
  if (surplus.length > 0) await db.session.deleteMany({ where: { id: { in: surplus.map(({ id }) => id) } } });
}

/** A session joined with its user, as the database gives it: times are text or Date. */
type SessionRow = Pick<Session, "userId" | "actorType" | "idleSeconds" | "owedFactor" | "proofs"> &
  Pick<User, "email" | "image" | "role"> &
  ProfileValues & {
    sessionId: string;
    disabledAt: unknown;
    twoFactorAt: string | Date | null;
  } & Record<"expires" | "absoluteExpires" | "lastSeenAt" | "authenticatedAt", string | Date>;

/**
 * Who the token stands for, or null: unknown, expired, revoked, owing a factor, or its user disabled or gone. Read from the database
 * each time, so that ending a session is seen by the very next request on every instance.
 */
export function findPrincipal(token: string): Promise<(Principal & { expires: Date }) | null> {
  return findLiving(sql`s."tokenHash" = ${hashToken(token)}`);
}

/** The same for a session that a signed token names. */
export function findPrincipalById(sessionId: string): Promise<(Principal & { expires: Date }) | null> {
  return findLiving(sql`s."id" = ${sessionId}`);
}

const PROFILE = sql.raw(PROFILE_COLUMNS.map((column) => `, u."${column}"`).join(""));

/** One join in plain SQL, because proxy and page run it for every request. */
async function findLiving(which: Sql): Promise<(Principal & { expires: Date }) | null> {
  const row = await readRow<SessionRow>(sql`
    SELECT s."id" AS "sessionId", s."userId", s."actorType", s."idleSeconds", s."owedFactor", s."proofs", s."expires",
      s."absoluteExpires", s."lastSeenAt", s."authenticatedAt", s."twoFactorAt", u."email", u."image", u."role", u."disabledAt"${PROFILE}
    FROM "Session" s JOIN "User" u ON u."id" = s."userId" WHERE ${which}`);
  if (!row || row.disabledAt !== null || row.owedFactor !== null) return null;
  const [now, absoluteExpires] = [Date.now(), new Date(row.absoluteExpires).getTime()];
  if (new Date(row.expires).getTime() <= now || absoluteExpires <= now) return null;
  const { userId, sessionId, email, image, role, actorType, authenticatedAt, twoFactorAt } = row;
  return {
    ...profileOf(row),
    userId,
    sessionId,
    email,
    image,
    actorType,
    roles: [role],
    proofs: proofsOf(row.proofs),
    authenticatedAt: new Date(authenticatedAt),
    twoFactorAt: twoFactorAt === null ? null : new Date(twoFactorAt),
    expires: touch(row, now, absoluteExpires),
  };
}

/** Notes the use of a session, at most now and then. A page neither waits for this write nor fails with it. */
function touch({ sessionId, lastSeenAt, idleSeconds, ...row }: SessionRow, now: number, absoluteExpires: number): Date {
  if (now - new Date(lastSeenAt).getTime() < TOUCH_EVERY_MINUTES * MINUTE_MS) return new Date(row.expires);
  const expires = new Date(Math.min(now + idleSeconds * 1000, absoluteExpires));
  inBackground("session touch", async () => {
    await db.session.updateMany({ where: { id: sessionId }, data: { lastSeenAt: new Date(now), expires } });
  });
  return expires;
}

/**
 * Gives a living session a new token; the old one is refused from now on. `proved`: the person has just shown again who
 * they are. Null when the session has ended meanwhile.
 */
export async function rotateSession(sessionId: string, proved = true): Promise<NewSession | null> {
  const token = randomToken();
  const [row] = await db.session.updateManyAndReturn({
    where: { id: sessionId, expires: { gt: new Date() } },
    data: { tokenHash: hashToken(token), ...(proved && { authenticatedAt: new Date() }) },
  });
  if (!row) return null;
  const { idleSeconds, absoluteExpires, authenticatedAt } = row;
  return { token, sessionId, remember: isRemembering(idleSeconds), absoluteExpires, authenticatedAt };
}

/** Whether a session that lives this long unused was begun with "remember me". */
export function isRemembering(idleSeconds: number): boolean {
  return idleSeconds > IDLE_HOURS_NOT_REMEMBERED * HOUR_SECONDS;
}

/** What a person is shown of a session. */
export type SeenSession = Pick<Session, "id" | "userAgent" | "ip" | "lastSeenAt" | "createdAt">;

/** The user's living sessions that owe nothing, the one used last first. @param id only this one of them */
export async function listSessions(userId: string, id?: string): Promise<SeenSession[]> {
  const only = id === undefined ? sql.empty : sql`AND "id" = ${id}`;
  const rows = await readRows<Read<SeenSession>>(sql`
    SELECT "id", "userAgent", "ip", "lastSeenAt", "createdAt" FROM "Session"
    WHERE "userId" = ${userId} ${only} AND "owedFactor" IS NULL AND "expires" > ${new Date()} ORDER BY "lastSeenAt" DESC`);
  return rows.map((row) => ({ ...row, lastSeenAt: new Date(row.lastSeenAt), createdAt: new Date(row.createdAt) }));
}

/** How many live sessions each of these users has; no entry for one who has none. */
export async function countSessions(userIds: string[]): Promise<Map<string, number>> {
  const where = { userId: { in: userIds }, expires: { gt: new Date() } };
  const counts = await db.session.groupBy({ by: "userId", where, _count: true });
  return new Map(counts.map(({ userId, _count }) => [userId, _count]));
}

/** Ends the session that a token stands for, if there is one. Returns whose it was. */
export async function revokeByToken(token: string): Promise<{ userId: string; sessionId: string } | null> {
  const session = await db.session.findUnique({ where: { tokenHash: hashToken(token) } });
  if (!session) return null;
  await db.session.deleteMany({ where: { id: session.id } });
  return { userId: session.userId, sessionId: session.id };
}

/** Ends one session of the user. False when the user has no such session. */
export async function revokeSession(userId: string, sessionId: string): Promise<boolean> {
  return (await db.session.deleteMany({ where: { id: sessionId, userId } })).count === 1;
}

/** Ends all sessions of the user, but for `except`. Returns how many. */
export async function revokeSessions(userId: string, except?: string): Promise<number> {
  const others = except ? sql`AND s."id" <> ${except}` : sql.empty;
  await deleteInTurns((limit) =>
    db.$executeRaw(sql`DELETE FROM "RefreshToken" WHERE "id" IN (SELECT t."id" FROM "Session" s
      JOIN "RefreshToken" t ON t."sessionId" = s."id" WHERE s."userId" = ${userId} ${others} LIMIT ${limit})`),
  );
  return (await db.session.deleteMany({ where: { userId, ...(except && { id: { not: except } }) } })).count;
}
