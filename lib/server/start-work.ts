import { after } from "next/server";
import { keepAliveWith } from "@/lib/background";
import { BRAND } from "@/lib/brand";
import { env } from "@/lib/env";
import { startDelivering } from "@/lib/events/deliver";
import { startSending } from "@/lib/mail/sender";
import { frontStands } from "@/lib/wire/client-address";
import { cleanUpRegularly } from "./clean-up-regularly";

/** Starts what a process does besides answering: it is watched where that is asked for, sends mails, delivers events, cleans up. */
export async function startWork(): Promise<void> {
  keepAliveWith(keepAliveAfterAnswer);
  await startTelemetry();
  startSending();
  startDelivering();
  if (env().production) cleanUpRegularly();
}

async function startTelemetry(): Promise<void> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_PROPAGATORS, OTEL_TRACES_SAMPLER, METRICS_PORT, METRICS_HOST } = env();
  if (!OTEL_EXPORTER_OTLP_ENDPOINT && METRICS_PORT === undefined) return;
  const { startTelemetry } = await import("@/lib/telemetry/start");
  await startTelemetry({
    serviceName: BRAND.name,
    exports: OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
    metrics: METRICS_PORT === undefined ? undefined : { port: METRICS_PORT, host: METRICS_HOST },
    samples: OTEL_TRACES_SAMPLER !== undefined,
    behindFront: frontStands.yes,
    trusted: OTEL_PROPAGATORS.includes("tracecontext"),
  });
}

/** Platforms that freeze a process once it has answered wait for what `after` is given. */
function keepAliveAfterAnswer(work: Promise<void>): void {
  try {
    after(work);
  } catch {
    // Outside of a request there is no answer after which the process could be frozen.
  }
}
