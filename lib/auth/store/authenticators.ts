import { randomUUID } from "node:crypto";
import { seal, unseal } from "@/lib/auth/model/secrets";
import { db, type Read, readRow, readRows } from "@/lib/db";
import { sql } from "@/lib/db/sql";
import type { Authenticator } from "@/prisma/client/client";

const SEALED_FOR = "totp";

/** Stores an authenticator that no code has confirmed yet. `secret` is base32, as RFC 4648 has it. */
export function insertAuthenticator(input: { userId: string; label: string; secret: string }): Promise<Authenticator> {
  const { userId, label, secret } = input;
  const id = randomUUID();
  return db.authenticator.create({ data: { id, userId, label, secret: seal(SEALED_FOR, id, secret) } });
}

/** The shared secret in base32; null when it was sealed under another AUTH_SECRET. */
export function secretOf({ id, secret }: Authenticator): string | null {
  return unseal(SEALED_FOR, id, secret);
}

/** The user's authenticator with this id, confirmed or not. */
export function findAuthenticator(userId: string, id: string): Promise<Authenticator | null> {
  return db.authenticator.findUnique({ where: { id, userId } });
}

/** All of the user's, those that no code has confirmed too, the oldest first. */
export function listAuthenticators(userId: string): Promise<Authenticator[]> {
  return db.authenticator.findMany({ where: { userId }, orderBy: { createdAt: "asc" } });
}

/** Those that count. */
export async function listConfirmed(userId: string): Promise<Authenticator[]> {
  const rows = await readRows<Read<Authenticator>>(sql`
    SELECT "id", "userId", "label", "secret", "confirmedAt", "lastStep", "lastUsedAt", "createdAt" FROM "Authenticator"
    WHERE "userId" = ${userId} AND "confirmedAt" IS NOT NULL ORDER BY "createdAt"`);
  return rows.map((row) => ({
    ...row,
    confirmedAt: row.confirmedAt === null ? null : new Date(row.confirmedAt),
    lastUsedAt: row.lastUsedAt === null ? null : new Date(row.lastUsedAt),
    createdAt: new Date(row.createdAt),
  }));
}

/** Whether the user has one that counts. */
export async function hasAuthenticator(userId: string): Promise<boolean> {
  const query = sql`SELECT "id" FROM "Authenticator" WHERE "userId" = ${userId} AND "confirmedAt" IS NOT NULL LIMIT 1`;
  return (await readRow(query)) !== undefined;
}

/** Which of these users have one that counts. */
export async function usersWithAuthenticator(userIds: string[]): Promise<string[]> {
  const where = { userId: { in: userIds }, confirmedAt: { not: null } };
  const rows = await db.authenticator.findMany({ where, select: { userId: true } });
  return rows.map(({ userId }) => userId);
}

/** Uses up a step. False when a code of it, or of a later one, was accepted before. */
export async function takeStep(id: string, step: number): Promise<boolean> {
  const data = { lastStep: step, lastUsedAt: new Date() };
  return (await db.authenticator.updateMany({ where: { id, lastStep: { lt: step } }, data })).count === 1;
}

/** Makes an authenticator count. False when it counts already, or is gone. */
export async function confirmStored(id: string): Promise<boolean> {
  const data = { confirmedAt: new Date() };
  return (await db.authenticator.updateMany({ where: { id, confirmedAt: null }, data })).count === 1;
}

/** False when the user has no such authenticator. */
export async function deleteAuthenticator(userId: string, id: string): Promise<boolean> {
  return (await db.authenticator.deleteMany({ where: { id, userId } })).count === 1;
}

/** Ends the setups under way, so that a newer one is the only one. */
export async function deleteUnconfirmed(userId: string): Promise<void> {
  await db.authenticator.deleteMany({ where: { userId, confirmedAt: null } });
}

export async function deleteAuthenticators(userId: string): Promise<void> {
  await db.authenticator.deleteMany({ where: { userId } });
}
