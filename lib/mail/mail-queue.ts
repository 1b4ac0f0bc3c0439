import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import PQueue from "p-queue";
import type { ReactElement } from "react";
import { render, toPlainText } from "react-email";
import { hashedAddress, log } from "@/lib/log";

/** A mail before it is rendered. `code` and `url` are what the reader is to use, for the development mailbox. */
export type Draft = { to: string; subject: string; body: ReactElement; code?: string; url?: string };

/** A mail as it goes out, to exactly one address. */
export type Mail = Omit<Draft, "body"> & { html: string; text: string };

/**
 * What became of one attempt. `limited`: the service asks us to slow down for `waitMs`. `failed`: it may work the next
 * time (`retry`) or never will. `reason` is logged, so it holds no address and no content.
 */
export type Attempt =
  | { status: "sent" }
  | { status: "limited"; waitMs: number }
  | { status: "failed"; retry: boolean; reason: string };

/** Hands one mail to a mail service. The same `key` always means the same mail: a service sends it once. */
export type MailService = (mail: Mail, key: string) => Promise<Attempt>;

export type MailQueue = {
  /** Takes the mail and returns at once. Never throws: a mail that cannot be sent is logged. */
  add(draft: Draft): void;
  /** Resolves when every mail has been sent or given up. */
  idle(): Promise<void>;
};

export const MAIL_TIMING = {
  /** Resend takes two requests a second from one account; the tenth more is for what the network squeezes together. */
  perInterval: 2,
  intervalMs: 1100,
  /** Rendering starts when the answer is out: whether an address is known must not show in the time an answer takes. */
  startAfterMs: 250,
  retryAfterMs: 1000,
  /** A mail that waited longer arrives with a dead code. */
  giveUpAfterMs: 10 * 60_000,
};

const RETRIES = 1;
/** About as many as go out before the last one is stale; more would only fill the memory of a server under attack. */
const MAX_WAITING = 1000;
const ONE_ADDRESS = /^[^\s,;<>"]+@[^\s,;<>"@]+$/;

/** The way of all mail: rendered, paced, retried with the same key, and logged when it fails. */
export function createMailQueue(service: MailService, timing = MAIL_TIMING): MailQueue {
  const pace = new PQueue({ intervalCap: timing.perInterval, interval: timing.intervalMs, strict: true });
  const waiting = new Set<Promise<void>>();
  let resume: NodeJS.Timeout | undefined;

  /** The service's wish counts for every mail, not only for the one that met it. */
  function slowDown(waitMs: number): void {
    pace.pause();
    clearTimeout(resume);
    resume = setTimeout(() => pace.start(), waitMs);
  }

  async function deliver(draft: Draft): Promise<void> {
    const giveUpAt = Date.now() + timing.giveUpAfterMs;
    await sleep(timing.startAfterMs);
    const key = randomUUID();
    let mail: Mail | undefined;
    /** Rendered when its turn comes: rendering a crowd of mails at once would hold up the pages. */
    const send = async () => {
      mail ??= await renderMail(draft);
      return service(mail, key);
    };
    for (let attempts = 1, failures = 0; ; attempts++) {
      // Whoever has waited longest goes first, so a retry overtakes the mails behind it.
      const attempt = await pace.add(send, { priority: attempts });
      if (attempt.status === "sent") return;
      if (attempt.status === "limited") {
        if (Date.now() + attempt.waitMs > giveUpAt) return logFailure(draft, "rate_limited", attempts);
        slowDown(attempt.waitMs);
      } else {
        if (!attempt.retry || failures++ >= RETRIES) return logFailure(draft, attempt.reason, attempts);
        await sleep(timing.retryAfterMs);
      }
    }
  }

  return {
    add(draft) {
      if (!ONE_ADDRESS.test(draft.to)) return logFailure(draft, "not_one_address", 0);
      if (waiting.size >= MAX_WAITING) return logFailure(draft, "queue_full", 0);
      const work = deliver(draft)
        .catch((error: unknown) => logFailure(draft, withoutAddress(error, draft.to), 0))
        .finally(() => waiting.delete(work));
      waiting.add(work);
    },
    async idle() {
      while (waiting.size > 0) await Promise.all(waiting);
    },
  };
}

/** Both parts of a mail: HTML, and the text that is read from it. */
export async function renderMail({ body, ...rest }: Draft): Promise<Mail> {
  const html = await render(body);
  const text = toPlainText(html, { selectors: [{ selector: "h1", options: { uppercase: false } }] });
  return { ...rest, html, text };
}

/** One line a lost mail. A broken log must not take the process with it, so its throw ends here. */
function logFailure(draft: Draft, reason: string, attempts: number): void {
  try {
    log.error(
      { event: "mail.failed", mail: draft.subject, email: hashedAddress(draft.to), reason, attempts },
      "mail.failed",
    );
  } catch {}
}

function withoutAddress(error: unknown, to: string): string {
  return String(error).replaceAll(to, "[address]");
}
