import autocannon from "autocannon";
import { start } from "@/lib/cli/processes.mjs";

/** How many requests run at once, in every measurement. */
export const AT_ONCE = 8;

export type Visits = { perSecond: number; p99: number; count: number };

/** Visits a page as often as possible. @param cookies used in turn, so that it is not always the same row */
export async function visit(
  url: string,
  seconds: number,
  cookies: string[] = [],
  headers: Record<string, string> = {},
): Promise<Visits> {
  const requests = cookies.map((cookie) => ({ method: "GET" as const, headers: { ...headers, cookie } }));
  const given = { url, connections: AT_ONCE, duration: seconds, headers };
  const {
    non2xx,
    errors,
    requests: done,
    latency,
    duration,
  } = await autocannon(requests.length > 0 ? { ...given, requests } : given);
  if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx} answers were errors, ${errors} requests got none`);
  return { perSecond: done.total / duration, p99: latency.p99, count: done.total };
}

/** Runs one of this folder's loads in a process of its own. @returns how many times a second it did its work */
export function runLoad(file: string, parameters: (string | number)[]): Promise<number> {
  return loadOf<number>(file, parameters);
}

/** Runs a load in a process of its own. @returns the JSON of the last line that it printed */
export async function loadOf<T>(file: string, parameters: (string | number)[]): Promise<T> {
  const { code, output } = await start(process.execPath, ["--import", "tsx", file, ...parameters.map(String)]).ended;
  if (code !== 0) throw new Error(`${file} failed:\n${output}`);
  return JSON.parse(output.trim().split("\n").at(-1) ?? "");
}

/** Does the work again and again, `AT_ONCE` at a time. @returns how often a second, while all of them were running */
export async function repeat(seconds: number, work: () => Promise<unknown>): Promise<number> {
  const end = performance.now() + seconds * 1000;
  const done: number[] = [];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (performance.now() < end) {
        await work();
        if (performance.now() < end) done.push(performance.now());
      }
    }),
  );
  const [first = 0, last = 0] = [done[0], done.at(-1)];
  return ((done.length - 1) / (last - first)) * 1000;
}
