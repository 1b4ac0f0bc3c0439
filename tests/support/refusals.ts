import type { Result } from "@/lib/auth/model/errors";
import { singleton } from "@/lib/singleton";
import { type Recorder, recordWith } from "@/lib/telemetry";

/** Does work, and tells the codes of the refusals that metrics count meanwhile. */
export async function refusalsIn(work: () => Promise<unknown>): Promise<string[]> {
  const stories: unknown[] = [];
  recordWith({
    observe(name, _, tell) {
      const result = tell();
      if (name === "story") stories.push(result);
      return result;
    },
    observeRequest: (_req, _res, handle) => handle(),
    count: () => {},
    noteEvent: () => {},
    traceIds: () => null,
    stop: async () => {},
  });
  await work();
  singleton("telemetry", (): { recorder?: Recorder } => ({})).recorder = undefined;
  const results = (await Promise.all(stories)) as Result<unknown>[];
  return results.flatMap((result) => (result.ok ? [] : [result.error.code]));
}
