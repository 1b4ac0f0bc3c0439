// Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats), read as strictly as it is written.

export type Family = { type: string; help: string; samples: Sample[] };
type Sample = { name: string; labels: Record<string, string>; value: number };

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;
const TYPES = ["counter", "gauge", "histogram", "summary", "untyped"];

/** @throws for text that Prometheus would refuse, and for a histogram that counts wrongly */
export function readPrometheus(text: string): Map<string, Family> {
  if (!text.endsWith("\n")) throw new Error("The last line has no end");
  const families = new Map<string, Family>();
  const series = new Set<string>();
  let current = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const [, comment, name = "", rest = ""] = /^# (HELP|TYPE|UNIT) (\S+) ?(.*)$/.exec(line) ?? [];
    if (comment) {
      if (!NAME.test(name)) throw new Error(`No name: ${line}`);
      const family = families.get(name) ?? { type: "", help: "", samples: [] };
      if (family.samples.length > 0) throw new Error(`${name} is described after its samples`);
      if (comment === "HELP") family.help = rest;
      if (comment === "TYPE") {
        if (family.type || !TYPES.includes(rest)) throw new Error(`No type: ${line}`);
        family.type = rest;
      }
      families.set(name, family);
      current = name;
      continue;
    }
    const sample = sampleOf(line);
    const base =
      families.get(current)?.type === "histogram" ? sample.name.replace(/_(bucket|sum|count)$/, "") : sample.name;
    if (base !== current) throw new Error(`${sample.name} stands below ${current}`);
    const key = sample.name + JSON.stringify(Object.entries(sample.labels).sort());
    if (series.has(key)) throw new Error(`Twice: ${line}`);
    series.add(key);
    families.get(current)?.samples.push(sample);
  }
  for (const [name, family] of families) if (family.type === "histogram") checkHistogram(name, family);
  return families;
}

function sampleOf(line: string): Sample {
  const [, name = "", given = "", number = ""] = SAMPLE.exec(line) ?? [];
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < given.length) {
    const [, label, value] = LABEL.exec(given) ?? [];
    if (!label || value === undefined || label in labels) throw new Error(`No labels: ${line}`);
    labels[label] = value.replace(/\\(.)/g, (_, escaped) => (escaped === "n" ? "\n" : escaped));
  }
  const value = number === "+Inf" ? Number.POSITIVE_INFINITY : Number(number);
  if (!name || Number.isNaN(value)) throw new Error(`No sample: ${line}`);
  return { name, labels, value };
}

function checkHistogram(name: string, { samples }: Family): void {
  const last = new Map<string, { le: number; count: number }>();
  for (const { name: sample, labels, value } of samples) {
    if (sample !== `${name}_bucket`) continue;
    const { le = "", ...others } = labels;
    const [key, bound] = [JSON.stringify(others), le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le)];
    const before = last.get(key);
    if (before && !(before.le < bound && before.count <= value)) throw new Error(`${name} counts down at ${le}`);
    last.set(key, { le: bound, count: value });
  }
  for (const { name: sample, labels, value } of samples) {
    const total = last.get(JSON.stringify(labels));
    if (sample === `${name}_count` && (total?.le !== Number.POSITIVE_INFINITY || total.count !== value))
      throw new Error(`${name} has no bucket for all`);
  }
}
