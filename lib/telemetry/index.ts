import type { IncomingMessage, ServerResponse } from "node:http";
import { singleton } from "@/lib/singleton";
import type { COUNTERS, CounterName, GAUGES, GaugeName, LabelsOf, TIMINGS, TimingName } from "./metrics";
import { type SqlLabels, sqlLabels } from "./sql-labels";

// By these functions the rest of the house records metrics and traces. While both are off, each only looks at one variable.

export type Labels = Readonly<Record<string, string>>;
export type Gauge = { name: GaugeName; labels: Labels; read(): number | Promise<number> };

/** Makes metrics and traces of the calls below. */
export type Recorder = {
  observe<T>(name: TimingName, labels: Labels, work: () => T): T;
  observeRequest(req: IncomingMessage, res: ServerResponse, work: () => void): void;
  count(name: CounterName, labels: Labels): void;
  noteEvent(event: string): void;
  /** The ids of the trace under way. */
  traceIds(): { trace_id: string; span_id: string } | null;
  stop(): Promise<void>;
};

const telemetry = singleton("telemetry", (): { recorder?: Recorder; gauges: Gauge[] } => ({ gauges: [] }));

/** Makes a recorder record from now on. @returns the gauges, to which later ones are added */
export function recordWith(recorder: Recorder): readonly Gauge[] {
  telemetry.recorder = recorder;
  return telemetry.gauges;
}

/** Whether metrics or traces are on already. */
export function isWatched(): boolean {
  return telemetry.recorder !== undefined;
}

/** Does work, and records how long it took and how it ended: `{ ok: false }` is refused, a throw is failed. */
export function observe<Name extends TimingName, T>(
  name: Name,
  labels: LabelsOf<(typeof TIMINGS)[Name]>,
  work: () => T,
): T {
  return telemetry.recorder ? telemetry.recorder.observe(name, labels, work) : work();
}

/** `observe` for a statement of SQL, of which only the verb and the table are recorded. */
export function observeStatement<T>(sql: string, work: () => T): T {
  if (!telemetry.recorder) return work();
  const labels: SqlLabels = sqlLabels(sql);
  return telemetry.recorder.observe("statement", labels, work);
}

/** `observe` for a request. */
export function observeRequest(req: IncomingMessage, res: ServerResponse, work: () => void): void {
  if (telemetry.recorder) telemetry.recorder.observeRequest(req, res, work);
  else work();
}

/** Adds one to a counter. */
export function count<Name extends CounterName>(name: Name, labels: LabelsOf<(typeof COUNTERS)[Name]>): void {
  telemetry.recorder?.count(name, labels);
}

/**
 * The outcomes of these events are codes of ours. Those of other events may hold words that people chose, like the name of a
 * passkey.
 */
const REFUSED_SIGN_IN = /^sign_in\.(failed|refused)$/;

/** Counts a security event, and the sign-in that it may end. */
export function noteEvent(event: string, outcome?: string): void {
  const { recorder } = telemetry;
  if (!recorder) return;
  recorder.noteEvent(event);
  recorder.count("events", { event });
  if (!event.startsWith("sign_in.")) return;
  const told = REFUSED_SIGN_IN.test(event) && outcome;
  recorder.count("signIns", { outcome: told || event.slice("sign_in.".length) });
}

/** Registers a value that is read whenever metrics are collected. Call it once a process. */
export function gauge<Name extends GaugeName>(
  name: Name,
  labels: LabelsOf<(typeof GAUGES)[Name]>,
  read: Gauge["read"],
): void {
  telemetry.gauges.push({ name, labels, read });
}

/** The ids of the trace under way, for a line of the log. */
export function traceIds(): { trace_id: string; span_id: string } | null {
  return telemetry.recorder?.traceIds() ?? null;
}

/** Sends what was recorded and not yet sent, before a process ends. */
export async function stopTelemetry(): Promise<void> {
  await telemetry.recorder?.stop();
}
