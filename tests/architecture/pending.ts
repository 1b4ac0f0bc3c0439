import { expect } from "vitest";

/**
 * What a rule still finds, by the rule's name. A rule fails for what is not listed, and for what is listed and no longer
 * found, so that this list can only be emptied.
 */
export const PENDING: Record<string, string[]> = {
  "no dialect unlike the others": [
    "lib/dialects/medusa/README.md",
    "lib/dialects/openauth/README.md",
    "lib/dialects/openauth/errors.ts",
    "lib/dialects/openauth/session.ts",
    "lib/dialects/strapi/README.md",
    "lib/dialects/strapi/session.ts",
    "lib/dialects/supabase/README.md",
  ],
};

/** Expects of what a rule finds that it is all listed as pending, and all that is listed found. */
export function expectNone(rule: string, found: string[]): void {
  expect([...new Set(found)].sort(), rule).toEqual([...(PENDING[rule] ?? [])].sort());
}
