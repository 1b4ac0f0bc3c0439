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
  const recorder = createRecorder(tracer, tallies, false);
  const answer = Object.assign(new EventEmitter(), { statusCode: 200, writableFinished: true });
  let ids: unknown;
  recorder.observeRequest({ method: "GET" } as IncomingMessage, answer as unknown as ServerResponse, () => {
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
