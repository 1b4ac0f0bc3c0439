import { expect } from "vitest";

/** Expects that a rule finds no offence. */
export function expectNone(rule: string, found: string[]): void {
  expect([...new Set(found)].sort(), rule).toEqual([]);
}
