import type { RawProfile } from "./provider";
import { ProviderFault } from "./transport";

/** The claim as OpenID Connect has it. "true" as text, or no claim at all, proves nothing: many let people write any address. */
export function isVerified(raw: RawProfile): boolean {
  return raw.email_verified === true;
}

/** The subject of an account. @throws without one: all people would share one account */
export function subjectOf(id: unknown): string {
  if (typeof id !== "string" && typeof id !== "number") throw new ProviderFault("no_subject");
  return String(id);
}

/** Text, or null for anything else. */
export function asText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
