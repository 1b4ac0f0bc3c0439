import { expect } from "vitest";

/**
 * Known offences, by the name of their rule. A rule fails for an offence that is not listed, and for a listed one that it no
 * longer finds, so that this list can only shrink.
 */
export const PENDING: Record<string, string[]> = {};

/** Expects that a rule finds exactly its listed offences. */
export function expectNone(rule: string, found: string[]): void {
  expect([...new Set(found)].sort(), rule).toEqual([...(PENDING[rule] ?? [])].sort());
}
