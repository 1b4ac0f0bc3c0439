import { afterEach } from "vitest";
import { backgroundIdle } from "@/lib/background";
import { db } from "@/lib/db";
import { findTemplate } from "@/lib/mail/templates";
import { outboxRows, type WaitingRow } from "./outbox-rows";

// No sender runs in these tests, so mails stay in the outbox, where tests read them.

// Work that one test started must not reach into the next, or into a database that is gone.
afterEach(backgroundIdle);

export type WaitingMail = WaitingRow & { subject: string; token: string };

/** The mails written so far, oldest first, after all work in the background, or only those to `to`. */
export async function outbox(to?: string): Promise<WaitingMail[]> {
  await backgroundIdle();
  const mails = await outboxRows();
  return mails
    .filter((mail) => to === undefined || mail.to === to)
    .map((mail) => ({
      ...mail,
      subject: findTemplate(mail.template)?.subject(mail.props) ?? "",
      token: new URL(mail.url ?? "http://none").searchParams.get("token") ?? "",
    }));
}

/** The newest mail to an address. @throws when there is none */
export async function newestMail(to: string, subject = /./): Promise<WaitingMail> {
  const mail = (await outbox(to)).findLast((candidate) => subject.test(candidate.subject));
  if (!mail) throw new Error(`No mail to ${to} like ${subject}`);
  return mail;
}

export async function emptyOutbox(): Promise<void> {
  await backgroundIdle();
  await db.outboxMail.deleteMany();
}
