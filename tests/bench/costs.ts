import { readFileSync } from "node:fs";
import { visit } from "./load";
import { compared, type Figure, median, percent, ratios } from "./rounds";

/**
 * The cost of a visit: milliseconds of the server's CPU time, which hardly depend on the machine's other work; and visits a
 * second, which do.
 */
export type Cost = { cpuMs: number; perSecond: number };

/** Visits a page of a server as often as possible. */
export async function costOf(
  server: { url: string; pid: number },
  path: string,
  { seconds, cookies, headers }: { seconds: number; cookies?: string[]; headers?: Record<string, string> },
): Promise<Cost> {
  const before = cpuMsOf(server.pid);
  const { perSecond, count } = await visit(server.url + path, seconds, cookies, headers);
  return { cpuMs: (cpuMsOf(server.pid) - before) / count, perSecond };
}

type CostFigure = Omit<Parameters<typeof compared>[0], "values" | "beside">;

/** How many times the CPU time of `ours` the `others` need, and how their requests a second compare. */
export function comparedCosts(figure: CostFigure, ours: Cost[], others: Cost[]): Figure {
  const [our, other] = [ours.map(({ cpuMs }) => cpuMs), others.map(({ cpuMs }) => cpuMs)];
  const rates = ratios(
    ours.map(({ perSecond }) => perSecond),
    others.map(({ perSecond }) => perSecond),
  );
  const inMs = `${median(our).toFixed(2)} against ${median(other).toFixed(2)} ms`;
  return compared({
    ...figure,
    values: ratios(other, our),
    beside: `${inMs}; requests a second: ${percent(median(rates))}`,
  });
}

/** The memory that a process has in use, as Linux counts it: VmRSS of proc_pid_status(5). */
export function residentMbOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)?.[1]) / 1_000;
}

const MS_A_TICK = 10;

/** The CPU time that all threads of a process have used, as Linux counts it: utime and stime of proc_pid_stat(5). */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the name in brackets, and may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MS_A_TICK;
}
