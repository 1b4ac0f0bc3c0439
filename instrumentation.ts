import { after } from "next/server";

/** Next calls this once a process, before the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { keepAliveWith } = await import("@/lib/background");
  const { startSending } = await import("@/lib/mail/sender");
  const { startDelivering } = await import("@/lib/events/deliver");
  keepAliveWith(keepAliveAfterAnswer);
  if (process.env.NODE_ENV === "production") {
    const { standBeforeNext } = await import("@/lib/server/stand-before-next");
    standBeforeNext();
  }
  const { env } = await import("@/lib/env");
  const { BRAND } = await import("@/lib/brand");
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_PROPAGATORS, OTEL_TRACES_SAMPLER, METRICS_PORT, METRICS_HOST } = env();
  if (OTEL_EXPORTER_OTLP_ENDPOINT || METRICS_PORT) {
    const { frontStands } = await import("@/lib/wire/client-address");
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
  startSending();
  startDelivering();
}

/** Platforms that freeze a process once it has answered wait for what `after` is given. */
function keepAliveAfterAnswer(work: Promise<void>): void {
  try {
    after(work);
  } catch {
    // Outside of a request there is no answer after which the process could be frozen.
  }
}
