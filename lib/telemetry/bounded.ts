import type { Labels } from ".";

/** More values than any label of ours has. */
const MOST_VALUES = 300;
const PLAIN = /^[\w .:/[\]-]{1,80}$/;
const OTHER = "other";

const seen = new Map<string, Set<string>>();

/**
 * Labels with few values each, whatever the caller gives: a series that visitors could multiply would cost memory in this
 * process and in the collector.
 */
export function boundedLabels(labels: Labels): Labels {
  const bounded: Record<string, string> = {};
  for (const label in labels) bounded[label] = boundedValue(label, labels[label] ?? OTHER);
  return bounded;
}

function boundedValue(label: string, value: string): string {
  const values = seen.get(label) ?? new Set<string>();
  if (values.has(value)) return value;
  if (values.size >= MOST_VALUES || !PLAIN.test(value)) return OTHER;
  seen.set(label, values.add(value));
  return value;
}
