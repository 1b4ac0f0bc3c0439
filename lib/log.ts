import { createHmac } from "node:crypto";
import pino from "pino";
import { env } from "./env";
import { requestValue } from "./request";
import { noteEvent, traceIds } from "./telemetry";

/** `server` is the backend that calls by its key, `request` the id of the request. */
type RequestFields = { server?: string; request?: string };

const requestFields = requestValue<RequestFields>("log-fields");

/** Structured log, one JSON line an entry, UTC times. Secrets never reach it: events name ids and hashes only. */
export const log = pino({
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
  serializers: { err: describeError },
  mixin: () => ({ ...requestFields.get(), ...traceIds() }),
});

/** Does work whose lines in the log all carry these fields too. */
export function withLogFields<T>(fields: RequestFields, work: () => T): T {
  return requestFields.run({ ...requestFields.get(), ...fields }, work);
}

/** The beginning of the present request's id: people name it, and it finds the log's lines about their request. */
export function requestNumber(): string | undefined {
  return requestFields.get()?.request?.slice(0, 8);
}

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

/** Logs one security event, like `sign_in.failed`. */
export function logEvent(event: string, fields: EventFields = {}): void {
  write("info", event, fields);
  noteEvent(event, fields.outcome);
}

/** Logs what the operator should look at, like `mail.failed`. */
export function logFailure(event: string, fields: Record<string, unknown>): void {
  write("error", event, fields);
}

/** A broken log must never break what it reports on, so nothing is thrown. */
function write(level: "info" | "error", event: string, fields: object): void {
  try {
    log[level]({ event, ...fields }, event);
  } catch {}
}

/**
 * A short stand-in for an address: it connects lines about one mailbox without naming it. Keyed with AUTH_SECRET,
 * since addresses can be guessed: a plain hash would tell whose a line is.
 */
export function hashedAddress(email: string): string {
  return createHmac("sha256", env().AUTH_SECRET).update(`log\0${email}`).digest("base64url").slice(0, 16);
}

/** All that the log tells of an error which may hold secrets. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

const MAX_CAUSES = 5;

/** What the log tells of an error. Libraries hang whole requests on theirs, tokens and all: only these fields leave it. */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, digest, cause } = error as { code?: unknown; digest?: unknown; cause?: unknown };
  const message = messageOf(error);
  return {
    type: error.name,
    message,
    stack: error.stack?.replace(error.message, () => message),
    ...(isPlain(code) && { code }),
    ...(isPlain(digest) && { digest }),
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: describeError(cause, depth + 1) }),
  };
}

/** Prisma quotes the whole call, hashes and addresses in it, and gives its reason in the last line. */
function messageOf({ name, message }: Error): string {
  return name.startsWith("PrismaClient") ? (message.trim().split("\n").at(-1) ?? "") : message;
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}
