import { env } from "@/lib/env";
import type { Attempt } from "@/lib/queue/worker";
import { keepMail } from "./mailbox";

/** A mail as it goes out, to exactly one address. `code` and `url` are shown in the development mailbox. */
export type Mail = { to: string; subject: string; html: string; text: string; code?: string; url?: string };

/** Hands one mail to a mail service. The same `key` always means the same mail: a service sends it once. */
export type MailService = (mail: Mail, key: string) => Promise<Attempt>;

/** Resend where there is a key; without one (development only, `env()` sees to that) mail stays on this machine. */
export function mailService(): { service: MailService; perInterval: number } {
  const { RESEND_API_KEY: apiKey, MAIL_FROM: from, RESEND_BASE_URL: baseUrl, MAIL_PER_SECOND } = env();
  if (!apiKey) return { service: toMailbox, perInterval: MAILBOX_PER_INTERVAL };
  let resend: Promise<MailService> | undefined;
  const service: MailService = async (mail, key) => {
    resend ??= import("./resend").then(({ resendService }) => resendService({ apiKey, from, baseUrl }));
    return (await resend)(mail, key);
  };
  return { service, perInterval: MAIL_PER_SECOND };
}

const MAILBOX_PER_INTERVAL = 1000;

const toMailbox: MailService = async (mail) => {
  await keepMail(mail);
  return { status: "sent" };
};
