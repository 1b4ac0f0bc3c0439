import { setTimeout as sleep } from "node:timers/promises";
import PQueue from "p-queue";
import { log } from "@/lib/log";
import {
  type ClaimedMail,
  claimDueMail,
  giveUpMail,
  logFailure,
  type OutboxContent,
  openMail,
  postponeMail,
  removeMail,
} from "./outbox";
import { type Attempt, type MailService, mailService } from "./service";
import * as builtIn from "./templates";
import { type Sender, startOnce } from "./wake";

export const MAIL_TIMING = {
  /** The tenth more than a second is for what the network squeezes together. */
  intervalMs: 1100,
  /** Rendering starts when the answer is out: it would hold up the page that a visitor waits for. */
  startAfterMs: 250,
  /** The first pause; each further one is four times as long. */
  retryAfterMs: 1000,
  longestPauseMs: 10 * 60_000,
  /** Longer than an attempt may take. What a dead process had claimed is sent after that. */
  leaseMs: 30_000,
  /** How often an idle sender looks for what other processes left. */
  lookEveryMs: 5_000,
};

const PAUSE_GROWS = 4;

/** Starts this process's sender, unless it has one. It goes through the outbox for as long as the process runs. */
export function startSending(): void {
  startOnce(() => {
    const { service, perInterval } = mailService();
    return createSender(service, perInterval);
  });
}

/** The way of all mail: claimed, rendered when its turn comes, paced, retried under the same key, logged when given up. */
export function createSender(service: MailService, perInterval: number, timing = MAIL_TIMING): Sender {
  const pace = new PQueue({ intervalCap: perInterval, interval: timing.intervalMs, strict: true });
  const handing = new Set<Promise<void>>();
  const waiting: (() => void)[] = [];
  const stopping = new AbortController();
  let bell = new AbortController();
  let resumeAt = 0;
  let templates = builtIn;
  /** One line an outage, and not one every few seconds. */
  let failing = false;

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      bell = new AbortController();
      const woken = waiting.splice(0);
      failing = await sendDue().then(
        () => false,
        (error: unknown) => {
          if (!failing) noteFailure(error);
          return true;
        },
      );
      void Promise.all(handing).then(() => {
        for (const tell of woken) tell();
      });
      await pause(timing.lookEveryMs, AbortSignal.any([bell.signal, stopping.signal]));
    }
    await Promise.all(handing);
    for (const tell of waiting) tell();
  }

  async function sendDue(): Promise<void> {
    while (!stopping.signal.aborted) {
      await pause(resumeAt - Date.now(), stopping.signal);
      const row = await claimDueMail(timing.leaseMs);
      if (!row) return;
      const content = openMail(row);
      if (!content || row.expires.getTime() <= Date.now())
        await giveUp(row, content, content ? "stale" : "sealed_otherwise");
      else await pace.add(() => hand(row, content));
    }
  }

  /** Begins to hand a mail over, unless its turn came so late that another sender may have claimed it. */
  function hand(row: ClaimedMail, content: OutboxContent): void {
    if (row.leasedUntil.getTime() <= Date.now()) return;
    const work = deliver(row, content)
      .catch(noteFailure)
      .finally(() => handing.delete(work));
    handing.add(work);
  }

  async function deliver(row: ClaimedMail, content: OutboxContent): Promise<void> {
    const attempt = await tryOnce(row, content).catch(
      (error: unknown): Attempt => ({ status: "failed", retry: true, reason: withoutAddress(error, content.to) }),
    );
    if (attempt.status === "sent") return removeMail(row);
    if (attempt.status === "limited") {
      // The service's wish counts for every mail, not only for the one that met it.
      resumeAt = Math.max(resumeAt, Date.now() + attempt.waitMs);
      return tryAgain(row, content, attempt.waitMs, "rate_limited");
    }
    if (!attempt.retry) return giveUp(row, content, attempt.reason);
    const left = row.expires.getTime() - Date.now();
    const pauseMs = Math.min(timing.retryAfterMs * PAUSE_GROWS ** (row.attempts - 1), timing.longestPauseMs, left / 2);
    return tryAgain(row, content, Math.max(pauseMs, timing.retryAfterMs), attempt.reason);
  }

  async function tryOnce(
    row: ClaimedMail,
    { to, template: name, props, code, url, decoy }: OutboxContent,
  ): Promise<Attempt> {
    const template = templates.findTemplate(name);
    if (!template) return { status: "failed", retry: true, reason: "unknown_template" };
    const mail = { to, subject: template.subject, ...(await templates.renderMail(template.draw(props))), code, url };
    return decoy ? { status: "sent" } : service(mail, row.id);
  }

  async function tryAgain(row: ClaimedMail, content: OutboxContent, pauseMs: number, reason: string): Promise<void> {
    if (Date.now() + pauseMs >= row.expires.getTime()) return giveUp(row, content, reason);
    await postponeMail(row, pauseMs);
    setTimeout(() => bell.abort(), pauseMs).unref();
  }

  async function giveUp(row: ClaimedMail, content: OutboxContent | null, reason: string): Promise<void> {
    if ((await giveUpMail(row)) && !content?.decoy) logFailure(content, reason, row.attempts);
  }

  const running = run();
  return {
    async wake(load) {
      if (load) templates = await load();
      await pause(timing.startAfterMs, stopping.signal);
      if (stopping.signal.aborted) return;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        bell.abort();
      });
    },
    stop() {
      stopping.abort();
      return running;
    },
  };
}

/** Resolves after so long, or as soon as it is broken off. Keeps no process from ending. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal, ref: false }).catch(() => {});
}

/** The row is still there, and claimed for a while: it will be tried again. */
function noteFailure(err: unknown): void {
  log.error({ err }, "the outbox could not be worked on");
}

function withoutAddress(error: unknown, to: string): string {
  return String(error).replaceAll(to, "[address]");
}
