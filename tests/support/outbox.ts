import { afterEach } from "vitest";
import { backgroundIdle } from "@/lib/background";
import type { Draft, MailQueue } from "@/lib/mail/mail-queue";

// Stands where the mail queue stands, before the first mail: what the code hands over is what a test sees, at once.
const drafts: Draft[] = [];
const queue: MailQueue = {
  add: (draft) => void drafts.push(draft),
  idle: async () => {},
};
(globalThis as typeof globalThis & { latchkeyMail?: MailQueue }).latchkeyMail = queue;

// What one test started must not reach into the next, or into a database that is gone.
afterEach(backgroundIdle);

export type SentDraft = Draft & { token: string };

/** The mails handed over so far, oldest first, after all work in the background; only those to `to` when it is given. */
export async function outbox(to?: string): Promise<SentDraft[]> {
  await backgroundIdle();
  return drafts
    .filter((draft) => to === undefined || draft.to === to)
    .map((draft) => ({ ...draft, token: new URL(draft.url ?? "http://none").searchParams.get("token") ?? "" }));
}

/** The newest mail to an address. @throws when there is none */
export async function newestMail(to: string, subject = /./): Promise<SentDraft> {
  const mail = (await outbox(to)).findLast((candidate) => subject.test(candidate.subject));
  if (!mail) throw new Error(`No mail to ${to} like ${subject}`);
  return mail;
}

export async function emptyOutbox(): Promise<void> {
  await backgroundIdle();
  drafts.length = 0;
}
