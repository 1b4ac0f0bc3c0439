import { afterEach, expect } from "vitest";
import type { Exchange } from "./documents";

const problems: string[] = [];
const judged: Promise<void>[] = [];

/** Checks an exchange against the documents, and makes the test fail in which it was undocumented. */
export function judge(exchange: Promise<Exchange>): void {
  judged.push(
    exchange.then(async (settled) => {
      // Imported late: a test may have mocked modules by then that documents are made from.
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
