import { fail, type Refusal } from "@/lib/auth/model/errors";
import type { Client } from "@/lib/auth/model/principal";
import { type MailBudget, mailWaitSeconds } from "@/lib/auth/steps/mail-budget";
import { supabaseError } from "./errors";

/**
 * The refusal past the limit of mails, so that people do not wait for a mail; or null. Every address is counted alike, so the
 * answer tells that mails were asked for, and not who has an account.
 */
export async function refuseMail(
  request: Request,
  asked: { budget: MailBudget; email: string; client: Client; userId?: string },
): Promise<Refusal | null> {
  const seconds = await mailWaitSeconds(asked);
  return seconds > 0 ? tooManyMails(request, seconds) : null;
}

export function tooManyMails(request: Request, seconds: number): Refusal {
  const words = `For security purposes, you can only request this after ${seconds} seconds.`;
  const answer = supabaseError(request, "over_email_send_rate_limit", words);
  return { ...answer, ...fail("too_many_attempts", { retryAfter: seconds }) };
}
