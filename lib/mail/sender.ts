import PQueue from "p-queue";
import { type Attempt, startWorker, type Worker } from "@/lib/queue/worker";
import { gauge } from "@/lib/telemetry";
import { logLost, mailQueue, type OutboxContent, sender } from "./outbox";
import { type MailService, mailService } from "./service";

export const MAIL_TIMING = {
  /** A tenth longer than a second, because the network may deliver requests closer together than we send them. */
  intervalMs: 1100,
  startAfterMs: 250,
  retryAfterMs: 1000,
  longestPauseMs: 10 * 60_000,
  leaseMs: 30_000,
  lookEveryMs: 5_000,
};

type Templates = typeof import("./templates");

/** Starts this process's sender, unless it has one. */
export function startSending(): void {
  sender.startOnce(() => {
    const { service, perInterval } = mailService();
    gauge("overdue", { queue: mailQueue.purpose }, mailQueue.overdueSeconds);
    return createSender(service, perInterval);
  });
}

/** How mail goes out: each row is claimed, rendered in its turn, sent at the service's pace, tried again under the same key, and logged when given up. */
export function createSender(service: MailService, perInterval: number, timing = MAIL_TIMING): Worker<Templates> {
  const pace = new PQueue({ intervalCap: perInterval, interval: timing.intervalMs, strict: true });
  return startWorker({
    what: "the outbox",
    queue: mailQueue,
    timing,
    load: () => import("./templates"),
    turn: () => pace.add(() => {}),
    kindOf: (_, { template }) => template,
    attempt: ({ id }, content, templates) =>
      send(service, id, content, templates).catch((error: unknown) => failure(error, content.to)),
    gaveUp(row, content, reason) {
      if (!content?.decoy) logLost(content, reason, row.attempts);
    },
  });
}

async function send(
  service: MailService,
  key: string,
  { to, template: name, props, decoy }: OutboxContent,
  templates: Templates,
): Promise<Attempt> {
  const template = templates.findTemplate(name);
  if (!template) return { status: "failed", retry: true, reason: "unknown_template" };
  const { code, url } = props;
  const mail = {
    to,
    subject: template.subject(props),
    ...(await templates.renderMail(template.draw(props))),
    code,
    url,
  };
  return decoy ? { status: "sent" } : service(mail, key);
}

function failure(error: unknown, to: string): Attempt {
  return { status: "failed", retry: true, reason: String(error).replaceAll(to, "[address]") };
}
