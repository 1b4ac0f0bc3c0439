import { db } from ".";
import { isUnavailable, noteWritten, writesAreRefused } from "./outage";

/**
 * Whether the database keeps what is written, for /api/health. Tries it only after writes were refused for want of a
 * disk: on a full one reading goes on, and asking for a row tells nothing.
 */
export async function canWrite(): Promise<boolean> {
  if (!writesAreRefused()) return true;
  const row = { points: 0, blockedUntil: 0, expires: Date.now() };
  try {
    await db.rateLimit.upsert({ where: { key: "health" }, create: { key: "health", ...row }, update: row });
  } catch (error) {
    if (isUnavailable(error)) return false;
    throw error;
  }
  noteWritten();
  return true;
}
