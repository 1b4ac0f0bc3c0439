import { log } from "@/lib/log";
import { resendService } from "@/lib/mail/resend";
import { createSender, MAIL_TIMING } from "@/lib/mail/sender";

// Sends mails of the outbox until it is stopped, this many in a fifth of a second.
log.level = "silent";
const [baseUrl = "", perInterval = "", leaseMs = ""] = process.argv.slice(2);
const service = resendService({ apiKey: "re_test", from: "Example <a@example.com>", baseUrl });
const sender = createSender(service, Number(perInterval), {
  ...MAIL_TIMING,
  intervalMs: 200,
  leaseMs: Number(leaseMs),
  lookEveryMs: 50,
});
process.once("SIGTERM", async () => {
  await sender.stop();
  process.exit(0);
});
setInterval(() => {}, 60_000);
console.log("sending");
