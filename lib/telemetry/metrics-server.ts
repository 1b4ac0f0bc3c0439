import { once } from "node:events";
import { createServer } from "node:http";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import type { MetricData } from "@opentelemetry/sdk-metrics";
import { log } from "@/lib/log";

/** The text format's media type, which Prometheus 3 insists on. */
const TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

/** Prometheus's words for units, which it wants at the end of a name. */
const UNITS: Record<string, string> = { s: "seconds", By: "bytes" };

/** Names metrics as a collector does that passes them on to Prometheus. The package leaves the unit out. */
export class Prometheus extends PrometheusExporter {
  constructor() {
    super({ preventServerStart: true, withoutScopeInfo: true });
  }

  override async collect(...options: Parameters<PrometheusExporter["collect"]>) {
    const { resourceMetrics, errors } = await super.collect(...options);
    const scopeMetrics = resourceMetrics.scopeMetrics.map((scope) => ({
      ...scope,
      metrics: scope.metrics.map(withUnit),
    }));
    return { resourceMetrics: { ...resourceMetrics, scopeMetrics }, errors };
  }
}

function withUnit(metric: MetricData): MetricData {
  const { descriptor } = metric;
  const unit = UNITS[descriptor.unit];
  return unit ? { ...metric, descriptor: { ...descriptor, name: `${descriptor.name}.${unit}`, unit } } : metric;
}

/**
 * Answers /metrics on a port of its own, because metrics are for operators and everyone reaches the site's port.
 * @returns a function that closes the port
 * @throws when the port cannot be used
 */
export async function serveMetrics(
  exporter: Prometheus,
  { port, host }: { port: number; host: string },
): Promise<() => void> {
  const server = createServer((req, res) => {
    if (req.method !== "GET" || req.url?.split("?")[0] !== "/metrics") {
      res.writeHead(404, { "content-type": "text/plain" }).end("There is nothing here but GET /metrics.\n");
      return;
    }
    exporter.getMetricsRequestHandler(req, res);
    res.setHeader("content-type", TEXT_FORMAT);
  });
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (err) {
    log.fatal({ err }, `Metrics cannot be shown on port ${port}: set METRICS_PORT to a free one.`);
    throw err;
  }
  // An open port does not keep the process from ending.
  server.unref();
  return () => {
    server.close();
    server.closeAllConnections();
  };
}
