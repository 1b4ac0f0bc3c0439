import { fail, type Result } from "@/lib/auth/model/errors";
import { WorkQueueFull } from "@/lib/auth/model/work-queue";
import { isUnavailable } from "@/lib/db/outage";
import { log } from "@/lib/log";
import { observe } from "@/lib/telemetry";

const BUSY_SECONDS = 5;

/**
 * Turns a throw into a refusal, because every surface answers: a full queue of costly work into `busy`, a database that is
 * away into `unavailable`, and anything else, which is our own mistake, into `unexpected`, logged.
 * @param rethrow is given the error first, and may throw it on.
 * @param story names what was asked for, among few, for those who watch the site. Without, it is not worth telling.
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
    // An outage is logged where it is noticed, once.
    if (isUnavailable(error)) return fail("unavailable");
    log.error({ err: error }, "request failed");
    return fail("unexpected");
  }
}
