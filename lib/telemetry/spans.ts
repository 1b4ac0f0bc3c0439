import {
  type Attributes,
  context,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { TIMINGS } from "./metrics";

const NEXT = "next.js";
export const OURS = "site";

/** Those of Next's spans that tell more than ours do. It has a dozen for each page, for those who write Next. */
const KEPT_OF_NEXT = new Set([
  "AppRender.getBodyResult",
  "AppRender.fetch",
  "AppRouteRouteHandlers.runHandler",
  "Middleware.execute",
]);
/** What the front's span is, where there is the front. */
const REQUESTS_OF_NEXT = new Set(["BaseServer.handleRequest", "Next.request"]);

/** All that may be told of a span of Next's or ours. Addresses are missing: their queries hold tokens and codes. */
const TOLD = new Set([
  ...Object.values(TIMINGS).flatMap(({ labels }): readonly string[] => labels),
  ...["outcome", "code", "error.type", "http.request.method", "http.response.status_code", "http.route"],
  ...["http.method", "http.status_code", "next.route", "next.span_type", "net.peer.name"],
]);

/**
 * A provider that gives Next a tracer which drops what is not worth its cost.
 * @param behindFront whether a span of ours lies around all that Next does. Next then need not prepare spans for the many
 * requests that are not traced: it does for a provider by any name but this one, and wherever the span around it is recorded.
 */
export function forNext(provider: TracerProvider, behindFront: boolean): TracerProvider {
  let next: Tracer | undefined;
  return {
    ...(behindFront && { constructor: { name: "NoopTracerProvider" } }),
    getTracer(name, version, options) {
      if (name !== NEXT) return provider.getTracer(name, version, options);
      // Next asks again for each span.
      next ??= tracerForNext(provider.getTracer(name, version, options));
      return next;
    },
  };
}

function tracerForNext(tracer: Tracer): Tracer {
  const isDropped = ({ attributes }: SpanOptions = {}) => {
    const type = String(attributes?.["next.span_type"]);
    const parent = trace.getActiveSpan();
    return parent ? !parent.isRecording() || !KEPT_OF_NEXT.has(type) : !REQUESTS_OF_NEXT.has(type);
  };
  return {
    startSpan: (name, options, parent) =>
      isDropped(options) ? none() : tracer.startSpan(plainName(name, options), options, parent),
    startActiveSpan<F extends (span: Span) => unknown>(name: string, ...rest: (SpanOptions | F)[]) {
      const work = rest.at(-1) as F;
      const options = rest.length > 1 ? (rest[0] as SpanOptions) : undefined;
      if (isDropped(options)) return work(none()) as ReturnType<F>;
      const span = tracer.startSpan(plainName(name, options), options);
      return context.with(trace.setSpan(context.active(), span), () => work(span)) as ReturnType<F>;
    },
  };
}

const none = () => trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/** Next names a request to another server by its whole address. */
function plainName(name: string, { attributes }: SpanOptions = {}): string {
  return attributes?.["http.url"] === undefined ? name : `fetch ${attributes["net.peer.name"] ?? ""}`;
}

/** Takes out of the spans of Next's and ours what is not to be told, before they are queued. Those of others are theirs. */
export const scrub: SpanProcessor = {
  onStart() {},
  onEnd(span: ReadableSpan) {
    if (![NEXT, OURS].includes(span.instrumentationScope.name)) return;
    keepOnly(span.attributes, TOLD);
    // Errors say in words what they were about.
    delete span.status.message;
    for (const { attributes } of span.events) if (attributes) keepOnly(attributes, EXCEPTION);
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};

const EXCEPTION = new Set(["exception.type"]);

function keepOnly(attributes: Attributes, names: ReadonlySet<string>): void {
  for (const name of Object.keys(attributes)) if (!names.has(name)) delete attributes[name];
}
