import type { Client } from "@/lib/auth/model/principal";
import { type MailBudget, mailWaitSeconds } from "@/lib/auth/steps/mail-budget";
import { supabaseError } from "./errors";

/**
 * The answer where no mail would go out now, so that none is waited for; or null. Mails are counted alike for every
 * address, so this tells what was asked for lately and not who has an account.
 */
export async function refuseMail(
  request: Request,
  asked: { budget: MailBudget; email: string; client: Client; userId?: string },
): Promise<Response | null> {
  const seconds = await mailWaitSeconds(asked);
  return seconds > 0 ? tooManyMails(request, seconds) : null;
}

export function tooManyMails(request: Request, seconds: number): Response {
  const words = `For security purposes, you can only request this after ${seconds} seconds.`;
  const answer = supabaseError(request, "over_email_send_rate_limit", words);
  answer.headers.set("retry-after", String(seconds));
  return answer;
}
