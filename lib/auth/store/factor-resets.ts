import { db } from "@/lib/db";
import { FACTOR_RESET_AFTER_HOURS } from "@/lib/validity";
import type { Verification } from "@/prisma/client/client";

const HOUR_MS = 60 * 60_000;
const RESET = { purpose: "factor-reset" };

/** When an admin's reset takes effect. */
export function dueAt({ createdAt }: Pick<Verification, "createdAt">): Date {
  return new Date(createdAt.getTime() + FACTOR_RESET_AFTER_HOURS * HOUR_MS);
}

/** The resets that wait for these users, with the user that each is for. */
export async function listFactorResets(userIds: string[]): Promise<{ userId: string; dueAt: Date }[]> {
  const where = { ...RESET, userId: { in: userIds }, expires: { gt: new Date() } };
  const rows = await db.verification.findMany({ where, select: { userId: true, createdAt: true } });
  return rows.flatMap(({ userId, createdAt }) => (userId ? [{ userId, dueAt: dueAt({ createdAt }) }] : []));
}

/** Spends a reset whose day has come, if one waits for the user. */
export async function takeDueFactorReset(userId: string): Promise<boolean> {
  const before = new Date(Date.now() - FACTOR_RESET_AFTER_HOURS * HOUR_MS);
  const where = { ...RESET, userId, createdAt: { lte: before }, expires: { gt: new Date() } };
  return (await db.verification.deleteMany({ where })).count > 0;
}

/** Ends the resets that wait for the user. False when none does. */
export async function endFactorResets(userId: string): Promise<boolean> {
  return (await db.verification.deleteMany({ where: { ...RESET, userId } })).count > 0;
}
