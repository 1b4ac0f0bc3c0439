import { expect } from "vitest";

/**
 * What a rule still finds, by the rule's name. A rule fails for what is not listed, and for what is listed and no longer
 * found, so that this list can only be emptied.
 */
export const PENDING: Record<string, string[]> = {};

/** Expects of what a rule finds that it is all listed as pending, and all that is listed found. */
export function expectNone(rule: string, found: string[]): void {
  expect([...new Set(found)].sort(), rule).toEqual([...(PENDING[rule] ?? [])].sort());
}
