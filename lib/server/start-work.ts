import { after } from "next/server";
import { keepAliveWith } from "@/lib/background";
import { unknownSettings } from "@/lib/cli/unknown-settings";
import { env } from "@/lib/env";
import { startDelivering } from "@/lib/events/deliver";
import { log } from "@/lib/log";
import { startSending } from "@/lib/mail/sender";
import { watchIfAsked } from "@/lib/telemetry/watch";
import { frontStands } from "@/lib/wire/client-address";
import { cleanUpRegularly } from "./clean-up-regularly";

/** Starts a process's work besides answering: metrics and traces where they are on, mails, deliveries, cleaning up. */
export async function startWork(): Promise<void> {
  keepAliveWith(keepAliveAfterAnswer);
  await watchIfAsked(frontStands.yes);
  startSending();
  startDelivering();
  if (!env().production) return;
  cleanUpRegularly();
  // `npm run dev` says it itself.
  for (const line of unknownSettings()) log.warn({ event: "setting.unknown" }, line);
}

/** Platforms that freeze a process after its answer first wait for the work that `after` was given. */
function keepAliveAfterAnswer(work: Promise<void>): void {
  try {
    after(work);
  } catch {
    // Outside of a request there is no answer after which the process could be frozen.
  }
}
