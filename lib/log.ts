import { createHash } from "node:crypto";
import pino from "pino";

/** Structured log, one JSON line an entry, UTC times. Secrets never reach it: events name ids and hashes only. */
export const log = pino({
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
});

/** What is told of a security event: never a password, token, code, link or plain address. */
export type EventFields = {
  userId?: string;
  /** Pass through `hashedAddress`. */
  email?: string;
  sessionId?: string;
  ip?: string | null;
  userAgent?: string | null;
  outcome?: string;
  provider?: string;
  count?: number;
};

/** Logs one security event, like `sign_in.failed`. It must never break what it reports on, so nothing is thrown. */
export function logEvent(event: string, fields: EventFields = {}): void {
  log.info({ event, ...fields }, event);
}

/** A short stand-in for an address: lines about one mailbox can be put together, the mailbox cannot be read. */
export function hashedAddress(email: string): string {
  return createHash("sha256").update(email).digest("base64url").slice(0, 16);
}
