import { db, type Read, readRow } from "@/lib/db";
import { sql } from "@/lib/db/sql";
import type { Credential } from "@/prisma/client/client";

/** The stored password hash and when it was set, or null for a user without a password. */
export function findCredential(userId: string): Promise<Credential | null> {
  return db.credential.findUnique({ where: { userId } });
}

/** When the user's password was set, or null for a user without one. */
export async function passwordSetAt(userId: string): Promise<Date | null> {
  const query = sql`SELECT "changedAt" FROM "Credential" WHERE "userId" = ${userId}`;
  const row = await readRow<Read<Pick<Credential, "changedAt">>>(query);
  return row ? new Date(row.changedAt) : null;
}

/** The stored password hash, or null for a user without a password. */
export async function findPasswordHash(userId: string): Promise<string | null> {
  return (await findCredential(userId))?.passwordHash ?? null;
}

/** Sets the password hash, in place of a former one. Only `setPassword` calls it. */
export async function setPasswordHash(userId: string, passwordHash: string): Promise<void> {
  const data = { passwordHash, changedAt: new Date() };
  await db.credential.upsert({ where: { userId }, create: { userId, ...data }, update: data });
}

/** The same password under a newer hash: `changedAt` stays. */
export async function upgradePasswordHash(userId: string, from: string, to: string): Promise<void> {
  await db.credential.updateMany({ where: { userId, passwordHash: from }, data: { passwordHash: to } });
}

/** Leaves the user without a password. Only `setPassword` calls it. */
export async function removePasswordHash(userId: string): Promise<void> {
  await db.credential.deleteMany({ where: { userId } });
}
