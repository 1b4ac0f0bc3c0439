import type { IncomingMessage, ServerResponse } from "node:http";
import { singleton } from "@/lib/singleton";
import type { COUNTERS, CounterName, GAUGES, GaugeName, LabelsOf, TIMINGS, TimingName } from "./metrics";
import { type SqlLabels, sqlLabels } from "./sql-labels";

// What the rest of the house tells of itself. While the site is not watched, each function is one look and no more.

export type Labels = Readonly<Record<string, string>>;
export type Gauge = { name: GaugeName; labels: Labels; read(): number | Promise<number> };

/** What takes all this down. */
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

/** Has a recorder take down what happens from now on. @returns the gauges there are and will be */
export function recordWith(recorder: Recorder): readonly Gauge[] {
  telemetry.recorder = recorder;
  return telemetry.gauges;
}

/** Whether the site is watched already. */
export function isWatched(): boolean {
  return telemetry.recorder !== undefined;
}

/** Does work, and tells how long it took and how it ended: `{ ok: false }` is refused, a throw is failed. */
export function observe<Name extends TimingName, T>(
  name: Name,
  labels: LabelsOf<(typeof TIMINGS)[Name]>,
  work: () => T,
): T {
  return telemetry.recorder ? telemetry.recorder.observe(name, labels, work) : work();
}

/** The same for a statement of SQL, of which only the verb and the table are told. */
export function observeStatement<T>(sql: string, work: () => T): T {
  if (!telemetry.recorder) return work();
  const labels: SqlLabels = sqlLabels(sql);
  return telemetry.recorder.observe("statement", labels, work);
}

/** The same for a request. */
export function observeRequest(req: IncomingMessage, res: ServerResponse, work: () => void): void {
  if (telemetry.recorder) telemetry.recorder.observeRequest(req, res, work);
  else work();
}

/** Counts one. */
export function count<Name extends CounterName>(name: Name, labels: LabelsOf<(typeof COUNTERS)[Name]>): void {
  telemetry.recorder?.count(name, labels);
}

/** The outcomes of these are codes of ours. Those of others may hold what people chose, like the name of a passkey. */
const REFUSED_SIGN_IN = /^sign_in\.(failed|refused)$/;

/** Counts a security event, and the sign-in that it may be the end of. */
export function noteEvent(event: string, outcome?: string): void {
  const { recorder } = telemetry;
  if (!recorder) return;
  recorder.noteEvent(event);
  recorder.count("events", { event });
  if (!event.startsWith("sign_in.")) return;
  const told = REFUSED_SIGN_IN.test(event) && outcome;
  recorder.count("signIns", { outcome: told || event.slice("sign_in.".length) });
}

/** Has a value read whenever metrics are asked for. To be called once a process. */
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

/** Sends what has been recorded and not yet sent, for a process that ends. */
export async function stopTelemetry(): Promise<void> {
  await telemetry.recorder?.stop();
}
