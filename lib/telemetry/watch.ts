import { env } from "@/lib/env";

/**
 * Has the site watched, where the environment asks for that. OpenTelemetry is loaded nowhere else.
 * @param behindFront whether lib/server/front.ts stands before Next
 * @throws where the port for metrics cannot be used
 */
export async function watchIfAsked(behindFront: boolean): Promise<void> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, METRICS_PORT } = env();
  if (!OTEL_EXPORTER_OTLP_ENDPOINT && !METRICS_PORT) return;
  const { startTelemetry } = await import("./start");
  await startTelemetry(behindFront);
}
