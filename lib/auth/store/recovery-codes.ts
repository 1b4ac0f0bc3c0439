import { randomInt } from "node:crypto";
import { keyedHash } from "@/lib/auth/model/secrets";
import { db, readRow } from "@/lib/db";
import { sql } from "@/lib/db/sql";

/** How many a person is given. */
export const RECOVERY_CODES = 10;
const GROUPS = 2;
const GROUP_CHARACTERS = 5;
/** Without characters that look alike: 0 and O, 1 and I and L, U and V. */
const ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ";

/**
 * Gives the user ten new recovery codes and ends the former ones.
 * @returns the codes, like "K7WQX-3MPTA" (48 random bits), which exist nowhere else: the rows keep keyed hashes.
 */
export async function replaceRecoveryCodes(userId: string): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, randomRecoveryCode);
  await deleteRecoveryCodes(userId);
  await db.recoveryCode.createMany({ data: codes.map((code) => ({ userId, codeHash: hashOf(userId, code) })) });
  return codes;
}

/** The user's unused code that was typed, in any case and with or without its dash; or null. Only `guess` may ask. */
export function findRecoveryCode(userId: string, typed: string): Promise<{ id: string } | null> {
  const where = { userId_codeHash: { userId, codeHash: hashOf(userId, typed) }, usedAt: null };
  return db.recoveryCode.findUnique({ where, select: { id: true } });
}

/** Uses a code up. Of any number of callers at once exactly one gets true. */
export async function takeRecoveryCode(id: string): Promise<boolean> {
  return (await db.recoveryCode.updateMany({ where: { id, usedAt: null }, data: { usedAt: new Date() } })).count === 1;
}

/** How many are left. */
export async function countRecoveryCodes(userId: string): Promise<number> {
  const query = sql`SELECT count(*) AS "total" FROM "RecoveryCode" WHERE "userId" = ${userId} AND "usedAt" IS NULL`;
  // PostgreSQL answers counts as text, because they may not fit a number.
  return Number((await readRow<{ total: number | string }>(query))?.total);
}

/** Whether the user was given codes since then. */
export async function hasRecoveryCodesSince(userId: string, since: Date): Promise<boolean> {
  return (await db.recoveryCode.count({ where: { userId, createdAt: { gte: since } } })) > 0;
}

export async function deleteRecoveryCodes(userId: string): Promise<void> {
  await db.recoveryCode.deleteMany({ where: { userId } });
}

function randomRecoveryCode(): string {
  const group = () => Array.from({ length: GROUP_CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return Array.from({ length: GROUPS }, group).join("-");
}

/** Keyed with AUTH_SECRET, because 48 bits are too few for a plain hash in a stolen database. */
function hashOf(userId: string, code: string): string {
  return keyedHash("recovery-code", `${userId}:${code.toUpperCase().replace(/[^A-Z0-9]/g, "")}`);
}
