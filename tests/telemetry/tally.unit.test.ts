import { emptyResource } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  type MetricReader,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { afterEach, describe, expect, test } from "vitest";
import { producerFor } from "@/lib/telemetry/producer";
import { createTally, type Told } from "@/lib/telemetry/tally";

const COUNTED = { name: "answers", is: "Answers", labels: ["code"] };
const TIMED = { name: "takes", is: "Takes", labels: ["verb", "table"], buckets: [0.1, 1] };

let reader: MetricReader;
afterEach(() => reader.shutdown());

function readerOf(told: Told[], temporality = AggregationTemporality.CUMULATIVE): MetricReader {
  reader = new PeriodicExportingMetricReader({ exporter: new InMemoryMetricExporter(temporality) });
  reader.setMetricProducer(producerFor(reader, emptyResource(), told));
  return reader;
}

async function pointsOf(from: MetricReader) {
  const { resourceMetrics, errors } = await from.collect();
  expect(errors).toEqual([]);
  const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  return metrics.flatMap(({ dataPoints }) => dataPoints.map(({ attributes, value }) => ({ attributes, value })));
}

describe("a tally", () => {
  test("puts a time into the first bucket that holds it, by labels and outcome", async () => {
    const tally = createTally(TIMED);
    for (const seconds of [0.0625, 0.1, 0.125, 1, 2]) tally.add(seconds, { verb: "SELECT", table: "User" }, "done");
    tally.add(0.5, { verb: "SELECT", table: "User" }, "failed");
    tally.add(0.5, { table: "Session", verb: "SELECT" }, "done");
    const boundaries = [0.1, 1];
    expect(await pointsOf(readerOf([tally]))).toEqual([
      {
        attributes: { verb: "SELECT", table: "User", outcome: "done" },
        value: { sum: 3.2875, count: 5, buckets: { boundaries, counts: [2, 2, 1] } },
      },
      {
        attributes: { verb: "SELECT", table: "User", outcome: "failed" },
        value: { sum: 0.5, count: 1, buckets: { boundaries, counts: [0, 1, 0] } },
      },
      {
        attributes: { verb: "SELECT", table: "Session", outcome: "done" },
        value: { sum: 0.5, count: 1, buckets: { boundaries, counts: [0, 1, 0] } },
      },
    ]);
  });

  test("keeps few series, and the sum of all, whatever labels it is given", async () => {
    const tally = createTally({ ...COUNTED, labels: ["series"] });
    for (let n = 0; n < 5_000; n++) tally.add(1, { series: `person-${n}@example.com` });
    for (let n = 0; n < 5_000; n++) tally.add(1, { series: `person-${n}` });
    const values = (await pointsOf(readerOf([tally]))).map(({ value }) => value as number);
    expect(values.length).toBeLessThanOrEqual(301);
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(10_000);
  });
});

test("each reader is told what its exporter wants: all, or what came since it last asked", async () => {
  const [counted, timed] = [createTally(COUNTED), createTally(TIMED)];
  const waiting: Told = { metric: COUNTED, grows: false, read: () => [{ labels: {}, numbers: [7] }] };
  const add = () => {
    counted.add(1, { code: "taken" });
    timed.add(2, { verb: "SELECT", table: "User" }, "done");
  };
  const readNumbers = async (from: MetricReader) =>
    (await pointsOf(from)).map(({ value }) => (typeof value === "number" ? value : value.count));
  const since = readerOf([counted, timed, waiting], AggregationTemporality.DELTA);
  const all = readerOf([counted, timed, waiting]);
  add();
  expect([await readNumbers(since), await readNumbers(all)]).toEqual([
    [1, 1, 7],
    [1, 1, 7],
  ]);
  add();
  add();
  expect([await readNumbers(since), await readNumbers(all)]).toEqual([
    [2, 2, 7],
    [3, 3, 7],
  ]);
  await since.shutdown();
});
