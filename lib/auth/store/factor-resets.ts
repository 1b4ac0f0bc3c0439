import { db } from "@/lib/db";
import { FACTOR_RESET_AFTER_HOURS } from "@/lib/validity";

const HOUR_MS = 60 * 60_000;

/** Spends an admin's reset of the user's factors, if one has waited for its day. */
export async function takeDueFactorReset(userId: string): Promise<boolean> {
  const before = new Date(Date.now() - FACTOR_RESET_AFTER_HOURS * HOUR_MS);
  const where = { userId, purpose: "factor-reset", createdAt: { lte: before }, expires: { gt: new Date() } };
  return (await db.verification.deleteMany({ where })).count > 0;
}
