import { randomUUID } from "node:crypto";
import { seal, unseal } from "@/lib/auth/model/secrets";
import { db } from "@/lib/db";
import { afterCommit } from "@/lib/db/transaction-context";
import { env } from "@/lib/env";
import { hashedAddress, log } from "@/lib/log";
import { wakeSender } from "./wake";

/** What a row holds, sealed. `props` are the template's; a decoy is treated like any other mail and never handed over. */
export type OutboxContent = {
  to: string;
  template: string;
  props: object;
  code?: string;
  url?: string;
  decoy: boolean;
};

/** Notices of security wait for nothing else. */
export const PRIORITY = { notice: 0, code: 1 };

/** A row that a sender has claimed, until `leasedUntil`: from then on another may. */
export type ClaimedMail = { id: string; sealed: string; attempts: number; expires: Date; leasedUntil: Date };

const SEALED_FOR = "outbox";
const ONE_ADDRESS = /^[^\s,;<>"]+@[^\s,;<>"@]+$/;
/** Where look-ups for what is due never come. */
const NEVER = new Date("9999-12-31T00:00:00Z");

/**
 * Writes a mail's row, in the transaction under way if there is one: then the mail goes out if that commits.
 * @param aliveMs after how long the mail is of no use any more.
 */
export async function enqueue(
  content: OutboxContent,
  { priority, aliveMs }: { priority: number; aliveMs: number },
): Promise<void> {
  // A provider of one's own may call people what it likes: not every user has an address to write to.
  if (!content.to.includes("@")) return;
  if (!ONE_ADDRESS.test(content.to)) return logFailure(content, "not_one_address", 0);
  const id = randomUUID();
  const now = Date.now();
  const sealed = seal(SEALED_FOR, id, JSON.stringify(content));
  const times = { createdAt: new Date(now), dueAt: new Date(now), expires: new Date(now + aliveMs) };
  await db.outboxMail.create({ data: { id, priority, sealed, ...times } });
  // Next reloads the code that wrote the mail when a developer edits a template, and not the sender's.
  afterCommit(() => wakeSender(env().production ? undefined : () => import("./templates")));
}

/** What a row holds; null when it was sealed under another AUTH_SECRET. */
export function openMail({ id, sealed }: { id: string; sealed: string }): OutboxContent | null {
  const json = unseal(SEALED_FOR, id, sealed);
  return json === null ? null : JSON.parse(json, reviveDate);
}

/** JSON has no dates; in the props of every template these are. */
const DATES = new Set(["at", "due"]);

function reviveDate(key: string, value: unknown): unknown {
  return DATES.has(key) && typeof value === "string" ? new Date(value) : value;
}

/** The mail that is due first, notices before codes, claimed for `leaseMs` so that no other sender takes it; or null. */
export async function claimDueMail(leaseMs: number): Promise<ClaimedMail | null> {
  for (;;) {
    const now = Date.now();
    const row = (await firstDue(PRIORITY.notice, now)) ?? (await firstDue(PRIORITY.code, now));
    if (!row) return null;
    const leasedUntil = new Date(now + leaseMs);
    const { count } = await db.outboxMail.updateMany({
      where: { id: row.id, dueAt: row.dueAt },
      data: { dueAt: leasedUntil, attempts: { increment: 1 } },
    });
    if (count === 1) return { ...row, attempts: row.attempts + 1, leasedUntil };
  }
}

/** One look-up a priority: each is the first entry of a range of the index, however many rows wait. */
function firstDue(priority: number, now: number) {
  return db.outboxMail.findFirst({
    where: { priority, dueAt: { lte: new Date(now) } },
    orderBy: { dueAt: "asc" },
    select: { id: true, sealed: true, attempts: true, expires: true, dueAt: true },
  });
}

/** The mail has gone out, or needs not. */
export async function removeMail({ id }: ClaimedMail): Promise<void> {
  await db.outboxMail.deleteMany({ where: { id } });
}

/** Another try, after a pause. */
export async function postponeMail({ id, leasedUntil }: ClaimedMail, pauseMs: number): Promise<void> {
  const data = { dueAt: new Date(Date.now() + pauseMs) };
  await db.outboxMail.updateMany({ where: { id, dueAt: leasedUntil }, data });
}

/**
 * No more tries. The row stays for an operator to count, without what it held.
 * @returns false when another sender has claimed the mail since: then that one decides.
 */
export async function giveUpMail({ id, leasedUntil }: ClaimedMail): Promise<boolean> {
  const data = { givenUpAt: new Date(), sealed: "", dueAt: NEVER };
  return (await db.outboxMail.updateMany({ where: { id, dueAt: leasedUntil }, data })).count === 1;
}

/** How many mails wait, and how many were given up of late. */
export async function countMails(): Promise<{ waiting: number; givenUp: number }> {
  const [waiting, givenUp] = await Promise.all([
    db.outboxMail.count({ where: { givenUpAt: null } }),
    db.outboxMail.count({ where: { givenUpAt: { not: null } } }),
  ]);
  return { waiting, givenUp };
}

/** One line a lost mail. A broken log must not take the process with it, so its throw ends here. */
export function logFailure(
  mail: Pick<OutboxContent, "to" | "template"> | null,
  reason: string,
  attempts: number,
): void {
  const email = mail && hashedAddress(mail.to);
  try {
    log.error({ event: "mail.failed", mail: mail?.template, email, reason, attempts }, "mail.failed");
  } catch {}
}
