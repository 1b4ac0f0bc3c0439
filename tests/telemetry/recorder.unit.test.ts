import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { context, SpanKind } from "@opentelemetry/api";
import { BasicTracerProvider, SamplingDecision } from "@opentelemetry/sdk-trace-base";
import { afterEach, expect, test } from "vitest";
import { createRecorder } from "@/lib/telemetry/recorder";
import { requestContexts } from "@/lib/telemetry/request-contexts";
import { createTallies } from "@/lib/telemetry/tally";

const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision;

afterEach(() => context.disable());

const REQUEST = { method: "GET" } as IncomingMessage;
const newAnswer = () =>
  Object.assign(new EventEmitter(), { statusCode: 200, writableFinished: true }) as unknown as ServerResponse;

test("of all requests a share is begun a trace for", () => {
  let begun = 0;
  const tracer = new BasicTracerProvider().getTracer("site");
  const counted = { ...tracer, startSpan: (name: string) => tracer.startSpan(`${name} ${begun++}`) };
  for (const [share, least, most] of [
    [0, 0, 0],
    [0.5, 400, 600],
    [1, 1_000, 1_000],
  ] as const) {
    begun = 0;
    const recorder = createRecorder(counted, createTallies(), { trusted: false, share });
    for (let count = 0; count < 1_000; count++) recorder.observeRequest(REQUEST, newAnswer(), () => {});
    expect(begun).toBeGreaterThanOrEqual(least);
    expect(begun).toBeLessThanOrEqual(most);
  }
});

test("in a request that is not traced nothing begins a trace, and all is counted", () => {
  context.setGlobalContextManager(requestContexts);
  const begun: string[] = [];
  const tracer = new BasicTracerProvider({
    sampler: {
      shouldSample: (_context, _trace, name, kind) => {
        begun.push(name);
        return { decision: kind === SpanKind.SERVER ? NOT_RECORD : RECORD_AND_SAMPLED };
      },
      toString: () => "all but requests",
    },
  }).getTracer("site");
  const tallies = createTallies();
  const recorder = createRecorder(tracer, tallies, { trusted: false, share: 1 });
  const answer = newAnswer();
  let ids: unknown;
  recorder.observeRequest(REQUEST, answer, () => {
    recorder.observe("story", { story: "Login" }, () => {
      ids = recorder.traceIds();
    });
  });
  answer.emit("close");
  expect(begun).toEqual(["GET"]);
  expect(ids).toBeNull();
  const labelsOf = ({ read }: { read(): { labels: object }[] }) => read().map(({ labels }) => labels);
  expect(labelsOf(tallies.timings.story)).toEqual([{ story: "Login", outcome: "done" }]);
  expect(labelsOf(tallies.requests)).toEqual([{ "http.request.method": "GET", "http.response.status_code": "200" }]);

  recorder.observe("story", { story: "Login" }, () => {
    ids = recorder.traceIds();
  });
  expect([begun.length, ids]).toEqual([2, expect.objectContaining({ trace_id: expect.any(String) })]);
});
