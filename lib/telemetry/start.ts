import { performance } from "node:perf_hooks";
import { memoryUsage } from "node:process";
import { context, DiagLogLevel, diag, type Meter, trace } from "@opentelemetry/api";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-base";
import { BRAND } from "@/lib/brand";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { type Gauge, isWatched, recordWith } from ".";
import { boundedLabels } from "./bounded";
import { GAUGES, SERVER } from "./metrics";
import { Prometheus, serveMetrics } from "./metrics-server";
import { createRecorder } from "./recorder";
import { requestContexts } from "./request-contexts";
import { forNext, OURS, scrub } from "./spans";

/** Which share of requests is traced: each span costs 15 µs, which is much for the smallest requests. */
const TRACED = 0.1;
/** A collector that is away must not hold up a stop for long. */
const STOP_WITHIN_MS = 2_000;
/** One line of the log for all that fails in this time. */
const QUIET_MS = 60_000;
const MICROSECONDS = 1e6;

/**
 * Has the site watched as the environment says, once a process.
 * @param behindFront whether lib/server/front.ts stands before Next
 * @throws where the port for metrics cannot be used
 */
export async function startTelemetry(behindFront: boolean): Promise<void> {
  if (isWatched()) return;
  logFailures();
  const settings = env();
  const exports = settings.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined;
  const named = resourceFromAttributes({ "service.name": BRAND.name });
  const resource = defaultResource()
    .merge(named)
    // Without an id of its own, each instance that sends its counts would overwrite the others'.
    .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }));
  const { METRICS_PORT: port, METRICS_HOST: host } = settings;
  const metrics = port === undefined ? undefined : { port, host };
  const prometheus = metrics && new Prometheus();
  const { OTEL_METRIC_EXPORT_INTERVAL: exportIntervalMillis } = settings;
  const readers = [
    ...(prometheus ? [prometheus] : []),
    ...(exports
      ? [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(), exportIntervalMillis })]
      : []),
  ];
  const meters = new MeterProvider({ resource, readers });
  const spanProcessors = exports ? [scrub, new BatchSpanProcessor(new OTLPTraceExporter())] : [];
  const sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(TRACED) });
  const samples = settings.OTEL_TRACES_SAMPLER !== undefined;
  const tracers = new BasicTracerProvider({ resource, spanProcessors, ...(!samples && { sampler }) });
  if (exports) {
    context.setGlobalContextManager(requestContexts);
    trace.setGlobalTracerProvider(forNext(tracers, behindFront));
  }
  const closeServer = prometheus && metrics && (await serveMetrics(prometheus, metrics));
  const meter = meters.getMeter(OURS);
  const trusted = settings.OTEL_PROPAGATORS.includes("tracecontext");
  const gauges = recordWith({
    ...createRecorder(trace.getTracer(OURS), meter, trusted),
    async stop() {
      closeServer?.();
      const sent = Promise.allSettled([tracers.shutdown(), meters.shutdown()]);
      await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, STOP_WITHIN_MS).unref())]);
    },
  });
  readGauges(meter, gauges);
  readProcess(meter);
}

function readGauges(meter: Meter, gauges: readonly Gauge[]): void {
  for (const [key, { name, is, ...rest }] of Object.entries(GAUGES)) {
    const unit = "unit" in rest ? rest.unit : undefined;
    meter.createObservableGauge(name, { description: is, unit }).addCallback(async (result) => {
      const ours = gauges.filter((one) => one.name === key);
      await Promise.all(ours.map(async ({ labels, read }) => result.observe(await read(), boundedLabels(labels))));
    });
  }
}

function readProcess(meter: Meter): void {
  const { memory, cpu, busy } = SERVER;
  const described = ({ is, unit }: { is: string; unit?: string }) => ({ description: is, unit });
  meter
    .createObservableGauge(memory.name, described(memory))
    .addCallback((result) => result.observe(memoryUsage.rss()));
  meter.createObservableCounter(cpu.name, described(cpu)).addCallback((result) => {
    const { user, system } = process.cpuUsage();
    result.observe((user + system) / MICROSECONDS);
  });
  let before = performance.eventLoopUtilization();
  meter.createObservableGauge(busy.name, described(busy)).addCallback((result) => {
    const now = performance.eventLoopUtilization();
    result.observe(performance.eventLoopUtilization(now, before).utilization);
    before = now;
  });
}

/** OpenTelemetry keeps what goes wrong with it to itself: a collector that is away would never show. */
function logFailures(): void {
  let quietUntil = 0;
  const note = (text: string) => {
    if (Date.now() < quietUntil) return;
    quietUntil = Date.now() + QUIET_MS;
    log.warn({ event: "telemetry.failed", reason: reasonOf(text) }, "what is watched could not be told");
  };
  const nothing = () => {};
  diag.setLogger({ error: note, warn: nothing, info: nothing, debug: nothing, verbose: nothing }, DiagLogLevel.ERROR);
}

/** It writes errors as JSON, stack and all. */
function reasonOf(text: string): string {
  try {
    return String(JSON.parse(text).message);
  } catch {
    return text;
  }
}
