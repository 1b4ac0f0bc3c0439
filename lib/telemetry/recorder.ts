import type { IncomingMessage } from "node:http";
import {
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { Labels, Recorder } from ".";
import { boundedLabels } from "./bounded";
import { TIMINGS } from "./metrics";
import type { Tallies } from "./tally";

const SECOND_MS = 1_000;

type Ending = { outcome: string; code?: string; errorType?: string };

/**
 * Makes spans and metrics of the calls in `lib/telemetry/index.ts`.
 * @param given.trusted whether `traceparent` is believed
 * @param given.share the share of requests that may be traced. Having OpenTelemetry refuse nine of ten would cost 5 µs each
 */
export function createRecorder(
  tracer: Tracer,
  tallies: Tallies,
  { trusted, share }: { trusted: boolean; share: number },
): Omit<Recorder, "stop"> {
  const { timings, counters, requests } = tallies;
  const count: Recorder["count"] = (name, labels) => counters[name].add(1, labels);

  function startSpan(kind: string, labels: Labels, active: Context): Span {
    const attributes = boundedLabels(labels);
    return tracer.startSpan([kind, ...Object.values(attributes)].join(" ").trim(), { attributes }, active);
  }

  function startTrace(req: IncomingMessage, method: string): Span {
    const attributes = { "http.request.method": method };
    const parent = trusted ? remoteParent(req) : ROOT_CONTEXT;
    return tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
  }

  return {
    observe(name, labels, work) {
      const { span: kind, encloses } = TIMINGS[name] as { span: string; encloses?: true };
      const begun = performance.now();
      const active = context.active();
      const parent = trace.getSpan(active);
      // A trace that is not recorded gets no spans. Statements of the process itself, every few seconds, would be traces of one
      // span.
      const isTold = parent ? parent.isRecording() : encloses;
      const span = isTold ? startSpan(kind, labels, active) : NO_SPAN;
      const end = ({ outcome, code, errorType }: Ending) => {
        span.setAttribute("outcome", outcome);
        if (code) span.setAttribute("code", code);
        if (code && name === "story") count("refusals", { code });
        if (errorType) span.setAttribute("error.type", errorType).setStatus({ code: SpanStatusCode.ERROR });
        span.end();
        timings[name].add((performance.now() - begun) / SECOND_MS, labels, outcome);
      };
      const run = () => (isTold && encloses ? context.with(trace.setSpan(active, span), work) : work());
      return andTell(run, end);
    },

    observeRequest(req, res, work) {
      const begun = performance.now();
      const method = req.method ?? "";
      const span = Math.random() < share ? startTrace(req, method) : NO_SPAN;
      res.once("close", () => {
        const ended = performance.now();
        const status = res.writableFinished ? String(res.statusCode) : "none";
        const labels = { "http.request.method": method, "http.response.status_code": status };
        requests.add((ended - begun) / SECOND_MS, labels);
        if (!span.isRecording()) return;
        span.setAttribute("http.response.status_code", status);
        if (res.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        // Next sets its route once the answer is out.
        setImmediate(() => {
          const route = routeOf(span);
          if (route) span.updateName(`${method} ${route}`);
          span.end(ended);
        });
      });
      context.with(span.isRecording() || trusted ? trace.setSpan(ROOT_CONTEXT, span) : UNTRACED, work);
    },

    count,

    noteEvent(event) {
      trace.getActiveSpan()?.addEvent(event);
    },

    traceIds() {
      const ids = trace.getActiveSpan()?.spanContext();
      return ids && isSpanContextValid(ids) ? { trace_id: ids.traceId, span_id: ids.spanId } : null;
    },
  };
}

const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
/** In this context nothing begins a trace. */
const UNTRACED = trace.setSpan(ROOT_CONTEXT, NO_SPAN);

/** Does work, synchronous or not, and tells how it ended. */
function andTell<T>(work: () => T, end: (ending: Ending) => void): T {
  const failed = (error: unknown): never => {
    end({ outcome: "failed", errorType: error instanceof Error ? error.name : typeof error });
    throw error;
  };
  try {
    const result = work();
    if (!(result instanceof Promise)) {
      end(endingOf(result));
      return result;
    }
    return result.then((value) => {
      end(endingOf(value));
      return value;
    }, failed) as T;
  } catch (error) {
    return failed(error);
  }
}

/** A story's Result, or how an attempt ended. */
function endingOf(result: unknown): Ending {
  if (typeof result !== "object" || result === null) return { outcome: "done" };
  if ("ok" in result && result.ok === false) {
    const { error } = result as { error?: { code?: string } };
    return { outcome: "refused", code: error?.code };
  }
  return { outcome: "status" in result && typeof result.status === "string" ? result.status : "done" };
}

/** The route that Next took. Next notes it in the span around its own. */
function routeOf(span: Span): string | undefined {
  const { attributes } = span as { attributes?: Labels };
  return attributes?.["http.route"];
}

/** W3C Trace Context, 3.2: version, trace, parent, flags. */
const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/;

function remoteParent({ headers }: IncomingMessage): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(String(headers.traceparent)) ?? [];
  if (!traceId || !spanId || !flags) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
