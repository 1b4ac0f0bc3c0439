import { randomUUID } from "node:crypto";
import { seal, unseal } from "@/lib/auth/model/secrets";
import { db } from "@/lib/db";
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
export function listConfirmed(userId: string): Promise<Authenticator[]> {
  return db.authenticator.findMany({ where: { userId, confirmedAt: { not: null } }, orderBy: { createdAt: "asc" } });
}

/** Whether the user has one that counts. */
export async function hasAuthenticator(userId: string): Promise<boolean> {
  return (await db.authenticator.count({ where: { userId, confirmedAt: { not: null } } })) > 0;
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

/** Makes it count. False when it does already, or is gone. */
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
