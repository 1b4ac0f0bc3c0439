import { z } from "zod";

/** The variables of the environment for metrics and traces. OpenTelemetry reads its other variables by itself. */
export const TELEMETRY_SETTINGS = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: "must be the address of a collector, like http://localhost:4318" })
    .optional(),
  OTEL_METRIC_EXPORT_INTERVAL: z.coerce.number("must be a number of milliseconds").int().min(1_000).default(60_000),
  OTEL_PROPAGATORS: z.string().default(""),
  OTEL_TRACES_SAMPLER: z.string().optional(),
  METRICS_PORT: z.coerce.number("must be a number from 1 to 65535").int().min(1).max(65535).optional(),
  METRICS_HOST: z.string().default("127.0.0.1"),
};
