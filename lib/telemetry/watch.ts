import { env } from "@/lib/env";

/**
 * Starts metrics and traces if the environment asks for them. No other code loads OpenTelemetry.
 * @param behindFront whether lib/server/front.ts stands before Next
 * @throws when the port for metrics cannot be used
 */
export async function watchIfAsked(behindFront: boolean): Promise<void> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, METRICS_PORT } = env();
  if (!OTEL_EXPORTER_OTLP_ENDPOINT && !METRICS_PORT) return;
  const { startTelemetry } = await import("./start");
  await startTelemetry(behindFront);
}
