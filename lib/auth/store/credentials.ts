import { db } from "@/lib/db";
import type { Credential } from "@/prisma/client/client";

/** The stored password hash and when it was set, or null for a user without a password. */
export function findCredential(userId: string): Promise<Credential | null> {
  return db.credential.findUnique({ where: { userId } });
}

/** The stored password hash, or null for a user without a password. */
export async function findPasswordHash(userId: string): Promise<string | null> {
  return (await findCredential(userId))?.passwordHash ?? null;
}

/** Sets the password hash, whatever it was. */
export async function setPasswordHash(userId: string, passwordHash: string): Promise<void> {
  const data = { passwordHash, changedAt: new Date() };
  await db.credential.upsert({ where: { userId }, create: { userId, ...data }, update: data });
}

/** Replaces the hash that was verified a moment ago. False when another change came first: then nothing is replaced. */
export async function replacePasswordHash(userId: string, from: string, to: string): Promise<boolean> {
  const { count } = await db.credential.updateMany({
    where: { userId, passwordHash: from },
    data: { passwordHash: to, changedAt: new Date() },
  });
  return count === 1;
}

/** The same password under a newer hash: `changedAt` stays. */
export async function upgradePasswordHash(userId: string, from: string, to: string): Promise<void> {
  await db.credential.updateMany({ where: { userId, passwordHash: from }, data: { passwordHash: to } });
}

/** Leaves the user without a password. */
export async function removePassword(userId: string): Promise<void> {
  await db.credential.deleteMany({ where: { userId } });
}
