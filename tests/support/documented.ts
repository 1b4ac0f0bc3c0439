import { afterEach, expect } from "vitest";
import type { Exchange } from "./documents";

const problems: string[] = [];
const judged: Promise<void>[] = [];

/** Has an exchange judged by the documents, so that a test during which one was answered otherwise fails. */
export function judge(exchange: Promise<Exchange>): void {
  judged.push(
    exchange.then(async (settled) => {
      // Not before: a test may have said by then what stands in place of a module that documents are made from.
      const { undocumented } = await import("./documents");
      const problem = await undocumented(settled);
      if (problem) problems.push(problem);
    }),
  );
}

afterEach(async () => {
  await Promise.all(judged.splice(0));
  expect([...new Set(problems.splice(0))], "answers are as OpenAPI's documents say").toEqual([]);
});
