import { log } from "@/lib/log";
import { resendService } from "@/lib/mail/resend";
import { createSender, MAIL_TIMING } from "@/lib/mail/sender";

// A process that sends what is in the outbox until it is stopped, some twenty times as fast as in production.
log.level = "silent";
const [baseUrl = ""] = process.argv.slice(2);
const service = resendService({ apiKey: "re_test", from: "Latchkey <a@example.com>", baseUrl });
const sender = createSender(service, 10, { ...MAIL_TIMING, intervalMs: 200, leaseMs: 3000, lookEveryMs: 50 });
process.once("SIGTERM", async () => {
  await sender.stop();
  process.exit(0);
});
setInterval(() => {}, 60_000);
console.log("sending");
