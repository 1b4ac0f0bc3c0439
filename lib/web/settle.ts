import { unstable_rethrow } from "next/navigation";
import type { Result } from "@/lib/auth/model/errors";
import { noteActionStart } from "@/lib/wire/action-start";
import { settle as settleErrors } from "@/lib/wire/settle";

/**
 * `settle` for code that Next runs, and the first thing every action calls. Next steers by throwing (redirects, "this page
 * is dynamic"), and those throws go on.
 */
export function settle<T>(work: () => Promise<Result<T>>, story?: string): Promise<Result<T>> {
  noteActionStart();
  return settleErrors(work, unstable_rethrow, story);
}
