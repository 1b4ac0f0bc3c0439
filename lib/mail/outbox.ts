import { db, readRow } from "@/lib/db";
import { sql } from "@/lib/db/sql";
import { afterCommit } from "@/lib/db/transaction-context";
import { env } from "@/lib/env";
import { hashedAddress, logFailure } from "@/lib/log";
import { processWorker } from "@/lib/queue/process-worker";
import { sealedQueue } from "@/lib/queue/sealed-queue";
import type { OutboxMail } from "@/prisma/client/client";

/**
 * The sealed content of a row. `props` are the template's: `code` and `url` are what the mail's reader is to use. A decoy is
 * treated like any other mail and never sent.
 */
export type OutboxContent = {
  to: string;
  template: string;
  props: { code?: string; url?: string; [name: string]: unknown };
  decoy: boolean;
};

/** Notices of security go first, then codes. `other` is for mails that no person waits for, and for a flood to one address. */
export const PRIORITY = { notice: 0, code: 1, other: 2 };

const ONE_ADDRESS = /^[^\s,;<>"]+@[^\s,;<>"@]+$/;

/** The mails that wait. The next one is the one that is due first, by priority. */
export const mailQueue = sealedQueue<OutboxContent, MailRow>({
  purpose: "outbox",
  table: () => db.outboxMail,
  async findDue(now) {
    for (const priority of Object.values(PRIORITY)) {
      const row = await firstDue(priority, now);
      if (row) return row;
    }
    return null;
  },
  revive: (key, value) => (DATES.has(key) && typeof value === "string" ? new Date(value) : value),
});

type MailRow = Pick<OutboxMail, "id" | "sealed" | "attempts" | "dueAt" | "expires">;

/** Props of templates that are dates, which JSON does not have. */
const DATES = new Set(["at", "due"]);

/** One look-up a priority: each is the first entry of a range of the index, however many rows wait. */
async function firstDue(priority: number, now: Date): Promise<MailRow | undefined> {
  const row = await readRow<MailRow>(sql`SELECT "id", "sealed", "attempts", "dueAt", "expires" FROM "OutboxMail"
    WHERE "priority" = ${priority} AND "dueAt" <= ${now} ORDER BY "dueAt" LIMIT 1`);
  return row && { ...row, dueAt: new Date(row.dueAt), expires: new Date(row.expires) };
}

/** This process's sender of mail. */
export const sender = processWorker<typeof import("./templates")>("mail");

/**
 * Writes a mail's row, in the transaction under way if there is one: then the mail goes out if that commits.
 * @param aliveMs for how long the mail is of use.
 */
export async function enqueue(
  content: OutboxContent,
  { priority, aliveMs }: { priority: number; aliveMs: number },
): Promise<void> {
  // A custom provider may name any text as an address, so not every user can get mail.
  if (!content.to.includes("@")) return;
  if (!ONE_ADDRESS.test(content.to)) return logLost(content, "not_one_address", 0);
  const row = mailQueue.newRow(content);
  await db.outboxMail.create({ data: { ...row, priority, expires: new Date(row.dueAt.getTime() + aliveMs) } });
  // Next reloads the code that wrote the mail when a developer edits a template, and not the sender's.
  afterCommit(() => sender.wake(env().production ? undefined : () => import("./templates")));
}

/** Logs a lost mail. */
export function logLost(mail: OutboxContent | null, reason: string, attempts: number): void {
  logFailure("mail.failed", { mail: mail?.template, email: mail && hashedAddress(mail.to), reason, attempts });
}
