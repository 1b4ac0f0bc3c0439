import type { Labels } from ".";
import { boundedLabels } from "./bounded";
import { COUNTERS, SERVER, TIMINGS } from "./metrics";

/** `numbers` holds the total; of a histogram the sum of its values, and how many fell into each bucket and beyond the last. */
export type Series = { labels: Labels; numbers: number[] };

/** A metric, and how its series are read. `grows`: their numbers never fall. */
export type Told = {
  metric: { name: string; is: string; unit?: string; buckets?: readonly number[] };
  grows: boolean;
  read(): Series[] | Promise<Series[]>;
};

/**
 * The numbers of a metric, by its labels. OpenTelemetry's own instruments sort the labels of each value and write them as JSON,
 * which took longer than all other work for a value.
 */
export function createTally(metric: Told["metric"] & { labels: readonly string[] }) {
  const { labels: names, buckets } = metric;
  const series = new Map<string, Series>();

  function find(labels: Labels, outcome: string): Series {
    const found = series.get(keyOf(names, labels, outcome));
    if (found) return found;
    const bounded = boundedLabels(labels);
    const key = keyOf(names, bounded, outcome);
    const one = series.get(key) ?? {
      labels: outcome ? { ...bounded, outcome } : bounded,
      numbers: new Array(buckets ? buckets.length + 2 : 1).fill(0),
    };
    series.set(key, one);
    return one;
  }

  return {
    metric: buckets ? { ...metric, unit: "s" } : metric,
    grows: true,
    read: () => [...series.values()],
    /** Records a value. @param labels exactly the metric's labels */
    add(value: number, labels: Labels, outcome = ""): void {
      const { numbers } = find(labels, outcome);
      numbers[0] = (numbers[0] ?? 0) + value;
      if (!buckets) return;
      let bucket = 0;
      while (bucket < buckets.length && value > (buckets[bucket] ?? 0)) bucket++;
      numbers[bucket + 1] = (numbers[bucket + 1] ?? 0) + 1;
    },
  };
}

export type Tallies = ReturnType<typeof createTallies>;

/** A tally for each metric that is recorded when its event happens. */
export function createTallies() {
  return {
    timings: mapValues(TIMINGS, createTally),
    counters: mapValues(COUNTERS, createTally),
    requests: createTally(SERVER.requests),
  };
}

function mapValues<K extends string, V, W>(values: Record<K, V>, map: (value: V) => W): Record<K, W> {
  const entries = Object.entries<V>(values).map(([key, value]) => [key, map(value)]);
  return Object.fromEntries(entries) as Record<K, W>;
}

function keyOf(names: readonly string[], labels: Labels, outcome: string): string {
  let key = outcome;
  for (const name of names) key += `\n${labels[name]}`;
  return key;
}
