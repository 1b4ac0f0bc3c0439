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

/** Those of Next's spans that tell more than ours do. Next has a dozen for each page, for its own developers. */
const KEPT_OF_NEXT = new Set([
  "AppRender.getBodyResult",
  "AppRender.fetch",
  "AppRouteRouteHandlers.runHandler",
  "Middleware.execute",
]);
/** Next's spans of a request. Where our front stands, its span takes their place. */
const REQUESTS_OF_NEXT = new Set(["BaseServer.handleRequest", "Next.request"]);

/** All attributes that spans of Next's and ours may have. Addresses are missing, because their queries hold tokens and codes. */
const TOLD = new Set([
  ...Object.values(TIMINGS).flatMap(({ labels }): readonly string[] => labels),
  ...["outcome", "code", "error.type", "http.request.method", "http.response.status_code", "http.route"],
  ...["http.method", "http.status_code", "next.route", "next.span_type", "net.peer.name"],
]);

/**
 * A provider that gives Next a tracer which drops spans that are not worth their cost.
 * @param behindFront whether a span of ours lies around all of Next's work. Next prepares spans unless the provider's class has
 * this name, or if the span around is recorded. So with the name it prepares none for the many requests that are not traced.
 */
export function forNext(provider: TracerProvider, behindFront: boolean): TracerProvider {
  let next: Tracer | undefined;
  return {
    ...(behindFront && { constructor: { name: "NoopTracerProvider" } }),
    getTracer(name, version, options) {
      if (name !== NEXT) return provider.getTracer(name, version, options);
      // Next asks for its tracer again for each span.
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

/** Leaves addresses out of names: Next names a request to another server by its whole address. */
function plainName(name: string, { attributes }: SpanOptions = {}): string {
  return attributes?.["http.url"] === undefined ? name : `fetch ${attributes["net.peer.name"] ?? ""}`;
}

/**
 * Removes all but these attributes from spans of Next's and ours, before they are queued. Other libraries' spans stay as they
 * are.
 */
export const scrub: SpanProcessor = {
  onStart() {},
  onEnd(span: ReadableSpan) {
    if (![NEXT, OURS].includes(span.instrumentationScope.name)) return;
    keepOnly(span.attributes, TOLD);
    // The message of an error may quote a value.
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
