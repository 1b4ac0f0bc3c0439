import { ProviderFault } from "./transport";

/** The subject of an account. @throws without one: all people would share one account */
export function subjectOf(id: unknown): string {
  if (typeof id !== "string" && typeof id !== "number") throw new ProviderFault("no_subject");
  return String(id);
}

/** Text, or null for anything else. */
export function asText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
