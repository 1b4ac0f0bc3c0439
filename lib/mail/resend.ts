import { type ErrorResponse, Resend } from "resend";
import type { Attempt } from "@/lib/queue/worker";
import type { MailService } from "./service";

const ATTEMPT_TIMEOUT_MS = 10_000;
const DEFAULT_WAIT_MS = 1000;
const MAX_WAIT_MS = 60_000;

type ResendOptions = { apiKey: string; from: string; baseUrl?: string; timeoutMs?: number };

/** Resend as our mail service. Another service is this file again: it takes a mail and says whether it was sent. */
export function resendService({ apiKey, from, baseUrl, timeoutMs = ATTEMPT_TIMEOUT_MS }: ResendOptions): MailService {
  const resend = new Resend(apiKey, { baseUrl });
  return async ({ to, subject, html, text }, idempotencyKey) => {
    const { data, error, headers } = await resend.emails.send(
      { from, to: [to], subject, html, text, headers: { "Auto-Submitted": "auto-generated" } },
      { idempotencyKey, signal: AbortSignal.timeout(timeoutMs) },
    );
    return data?.id ? { status: "sent" } : explain(error, headers?.["retry-after"]);
  };
}

/** Errors that are not about the mail: a key or a quota, which an operator fixes, or a passing state. */
const NOT_THE_MAILS_FAULT = new Set([401, 403, 408, 429]);

/** The SDK returns errors instead of throwing them: without a status when nothing, or no JSON, came back. */
function explain(error: ErrorResponse | null, retryAfter: string | undefined): Attempt {
  const { statusCode, name } = error ?? { statusCode: null, name: "no_answer" };
  const usedUp = name === "daily_quota_exceeded" || name === "monthly_quota_exceeded";
  if (statusCode === 429 && !usedUp) return { status: "limited", waitMs: waitMs(retryAfter) };
  // 409 under this name: the mail went out in an earlier attempt, before its template was changed.
  if (name === "invalid_idempotent_request") return { status: "sent" };
  // 409 under this one: the attempt that we stopped waiting for is still being worked on.
  const working = name === "concurrent_idempotent_requests";
  const retry = !statusCode || statusCode >= 500 || working || NOT_THE_MAILS_FAULT.has(statusCode);
  return { status: "failed", retry, reason: `${name} ${statusCode ?? "without answer"}` };
}

/** `Retry-After` in milliseconds; Resend sends seconds. */
function waitMs(retryAfter: string | undefined): number {
  const seconds = Number(retryAfter);
  return seconds > 0 ? Math.min(seconds * 1000, MAX_WAIT_MS) : DEFAULT_WAIT_MS;
}
