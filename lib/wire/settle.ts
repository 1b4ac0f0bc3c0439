import { fail, type Result } from "@/lib/auth/model/errors";
import { WorkQueueFull } from "@/lib/auth/model/work-queue";
import { isUnavailable } from "@/lib/db/outage";
import { log } from "@/lib/log";
import { observe } from "@/lib/telemetry";

const BUSY_SECONDS = 5;

/**
 * Turns a throw into a refusal that every surface can answer: a full work queue into `busy`, a database outage into
 * `unavailable`, and anything else, our own mistake, into `unexpected`, with a line in the log.
 * @param rethrow gets the error first, and may throw it again.
 * @param story the name of the story in metrics and traces, one of few; without it none is counted.
 */
export async function settle<T>(
  work: () => Promise<Result<T>>,
  rethrow: (error: unknown) => void = () => {},
  story?: string,
): Promise<Result<T>> {
  try {
    return await (story ? observe("story", { story }, work) : work());
  } catch (error) {
    rethrow(error);
    if (error instanceof WorkQueueFull) return fail("busy", { retryAfter: BUSY_SECONDS });
    // The code that notices an outage logs it, once.
    if (isUnavailable(error)) return fail("unavailable");
    log.error({ err: error }, "request failed");
    return fail("unexpected");
  }
}
