import { type HrTime, ValueType } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  DataPointType,
  InstrumentType,
  type MetricData,
  type MetricProducer,
  type MetricReader,
} from "@opentelemetry/sdk-metrics";
import { OURS } from "./spans";
import type { Series, Told } from "./tally";

const MS = 1_000;
const NS_A_MS = 1e6;

/** Answers a reader of metrics: totals since the start, or since its last call where its exporter wants that (`delta`). */
export function producerFor(reader: MetricReader, resource: Resource, told: readonly Told[]): MetricProducer {
  const before = new Map<Series, number[]>();
  const begun = hrTime();
  let asked = begun;

  async function dataOf({ metric, grows, read }: Told, endTime: HrTime): Promise<MetricData[]> {
    const { name, is, unit = "", buckets } = metric;
    const instrument = buckets ? InstrumentType.HISTOGRAM : InstrumentType.COUNTER;
    const aggregationTemporality = reader.selectAggregationTemporality(instrument);
    const isDelta = grows && aggregationTemporality === AggregationTemporality.DELTA;
    const points = (await read()).map((series) => {
      const last = before.get(series) ?? [];
      if (isDelta) before.set(series, [...series.numbers]);
      const numbers = series.numbers.map((number, index) => number - (last[index] ?? 0));
      return { attributes: series.labels, startTime: isDelta ? asked : begun, endTime, numbers };
    });
    if (points.length === 0) return [];
    const descriptor = { name, description: is, unit, valueType: ValueType.DOUBLE };
    const common = { descriptor, aggregationTemporality };
    const dataPoints = points.map(({ numbers: [value = 0], ...point }) => ({ ...point, value }));
    if (!grows) return [{ ...common, dataPointType: DataPointType.GAUGE, dataPoints }];
    if (!buckets) return [{ ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }];
    const histograms = points.map(({ numbers: [sum, ...counts], ...point }) => {
      const count = counts.reduce((total, inBucket) => total + inBucket, 0);
      return { ...point, value: { sum, count, buckets: { boundaries: [...buckets], counts } } };
    });
    return [{ ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints: histograms }];
  }

  return {
    async collect() {
      const now = hrTime();
      const read = await Promise.allSettled(told.map((one) => dataOf(one, now)));
      asked = now;
      const metrics = read.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
      const errors = read.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
      return { resourceMetrics: { resource, scopeMetrics: [{ scope: { name: OURS }, metrics }] }, errors };
    },
  };
}

function hrTime(): HrTime {
  const now = Date.now();
  return [Math.trunc(now / MS), (now % MS) * NS_A_MS];
}
