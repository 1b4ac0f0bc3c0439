import { db } from "@/lib/db";
import { type OutboxContent, openMail } from "@/lib/mail/outbox";

/** The mails that wait in the outbox, oldest first, without decoys and without what was given up. */
export async function outboxRows(): Promise<OutboxContent[]> {
  const rows = await db.outboxMail.findMany({ where: { givenUpAt: null }, orderBy: { createdAt: "asc" } });
  return rows
    .map(openMail)
    .filter((mail) => mail !== null)
    .filter(({ decoy }) => !decoy);
}
