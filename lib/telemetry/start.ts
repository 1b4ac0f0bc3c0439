import { performance } from "node:perf_hooks";
import { memoryUsage } from "node:process";
import { context, DiagLogLevel, diag, SpanKind, trace } from "@opentelemetry/api";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from "@opentelemetry/resources";
import { PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-base";
import { BRAND } from "@/lib/brand";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { type Gauge, isWatched, recordWith } from ".";
import { boundedLabels } from "./bounded";
import { GAUGES, SERVER } from "./metrics";
import { Prometheus, serveMetrics } from "./metrics-server";
import { producerFor } from "./producer";
import { createRecorder } from "./recorder";
import { requestContexts } from "./request-contexts";
import { forNext, OURS, scrub } from "./spans";
import { createTallies, type Series, type Told } from "./tally";

/** The share of requests that is traced: each span costs 15 µs, which is much for the smallest requests. */
const TRACED = 0.1;
/** A collector that is away must not hold up a stop for long. */
const STOP_WITHIN_MS = 1_000;
/** All failures within this time are one line of the log. */
const QUIET_MS = 60_000;
const MICROSECONDS = 1e6;

/**
 * Starts metrics and traces as the environment says, once a process.
 * @param behindFront whether lib/server/front.ts stands before Next
 * @throws when the port for metrics cannot be used
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
  const trusted = settings.OTEL_PROPAGATORS.includes("tracecontext");
  const share = behindFront && !trusted && !settings.OTEL_TRACES_SAMPLER ? TRACED : 1;
  const tracers = exports ? startTraces(resource, share, behindFront) : [];
  const tallies = createTallies();
  let closeServer = () => {};
  const gauges = recordWith({
    ...createRecorder(trace.getTracer(OURS), tallies, { trusted, share: tracers.length > 0 ? share : 0 }),
    async stop() {
      closeServer();
      const sent = Promise.allSettled([...tracers, ...readers].map((one) => one.shutdown()));
      await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, STOP_WITHIN_MS).unref())]);
    },
  });
  const { timings, counters, requests } = tallies;
  const happened = [...Object.values(timings), ...Object.values(counters), requests];
  const told = [...happened, ...ofGauges(gauges), ...ofProcess()];
  for (const reader of readers) reader.setMetricProducer(producerFor(reader, resource, told));
  if (prometheus && metrics) closeServer = await serveMetrics(prometheus, metrics);
}

/**
 * Starts traces, but not for "always_off": OpenTelemetry would make a trace for each request, to drop it.
 * @param share the share of requests for which the recorder begins traces. If that is all, OpenTelemetry chooses among them
 */
function startTraces(resource: Resource, share: number, behindFront: boolean): BasicTracerProvider[] {
  const { OTEL_TRACES_SAMPLER: named } = env();
  if (named === "always_off") return [];
  const spanProcessors = [scrub, new BatchSpanProcessor(new OTLPTraceExporter())];
  const tenth = new TraceIdRatioBasedSampler(TRACED);
  const chosen: Sampler = {
    shouldSample: (parent, trace, _, kind) =>
      share < 1 && kind === SpanKind.SERVER
        ? { decision: SamplingDecision.RECORD_AND_SAMPLED }
        : tenth.shouldSample(parent, trace),
  };
  const sampler = named ? undefined : new ParentBasedSampler({ root: chosen });
  const tracers = new BasicTracerProvider({ resource, spanProcessors, ...(sampler && { sampler }) });
  context.setGlobalContextManager(requestContexts);
  trace.setGlobalTracerProvider(forNext(tracers, behindFront));
  return [tracers];
}

function ofGauges(gauges: readonly Gauge[]): Told[] {
  return Object.entries(GAUGES).map(([key, metric]) => ({
    metric,
    grows: false,
    read() {
      const ours = gauges.filter(({ name }) => name === key);
      return Promise.all(
        ours.map(async ({ labels, read }) => ({ labels: boundedLabels(labels), numbers: [await read()] })),
      );
    },
  }));
}

function ofProcess(): Told[] {
  const value = (metric: Told["metric"], read: () => number): Told => ({
    metric,
    grows: false,
    read: () => [{ labels: {}, numbers: [read()] }],
  });
  const used: Series = { labels: {}, numbers: [0] };
  const cpu = () => {
    const { user, system } = process.cpuUsage();
    used.numbers = [(user + system) / MICROSECONDS];
    return [used];
  };
  let before = performance.eventLoopUtilization();
  const busy = () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
  return [
    { metric: SERVER.cpu, grows: true, read: cpu },
    value(SERVER.memory, memoryUsage.rss),
    value(SERVER.busy, busy),
  ];
}

/** Logs the failures that OpenTelemetry hides: without this a collector that is away would never show. */
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

/** OpenTelemetry writes errors as JSON, with their stacks. */
function reasonOf(text: string): string {
  try {
    return String(JSON.parse(text).message);
  } catch {
    return text;
  }
}
