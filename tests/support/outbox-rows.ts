import { db } from "@/lib/db";
import { mailQueue, type OutboxContent } from "@/lib/mail/outbox";

export type WaitingRow = OutboxContent & { code?: string; url?: string };

/** The mails that wait in the outbox, oldest first, without decoys and without those that were given up. */
export async function outboxRows(): Promise<WaitingRow[]> {
  const rows = await db.outboxMail.findMany({ where: { givenUpAt: null }, orderBy: { createdAt: "asc" } });
  return rows
    .map(mailQueue.open)
    .filter((mail) => mail !== null)
    .filter(({ decoy }) => !decoy)
    .map((mail) => ({ ...mail, code: mail.props.code, url: mail.props.url }));
}
