import { settingNames } from "@/lib/env";
import { PROVIDERS } from "@/lib/oauth/providers";
import { registry } from "@/lib/oauth/registry";

const MOST_SLIPS = 2;
/** A short name is near to many others. */
const LETTERS_A_SLIP = 4;

/**
 * A line for each variable that is meant for this site, and that nothing reads: every other AUTH_…, and a name a slip or two
 * away from one of ours. It tells no value.
 */
export function unknownSettings(): string[] {
  const { read, set } = settingNames();
  const providers = [...PROVIDERS.map(({ id }) => id), ...addedProviders()];
  const known = [...read, ...providers.flatMap(variablesOf)];
  return set
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, near: nearest(name, known) }))
    .filter(({ name, near }) => near || name.startsWith("AUTH_"))
    .map(({ name, near }) => `${name} has no effect: there is no such setting.${near ? ` Did you mean ${near}?` : ""}`);
}

/** A mistake in own-providers.ts is for the pages that ask for them to tell. */
function addedProviders(): string[] {
  try {
    return Object.keys(registry.getAll());
  } catch {
    return [];
  }
}

function variablesOf(provider: string): string[] {
  const id = provider.toUpperCase().replaceAll("-", "_");
  return ["ID", "SECRET", "ISSUER", "NAME"].map((part) => `AUTH_${id}_${part}`);
}

/** The first word must be right: other programs have an API_URL, which is a slip away from APP_URL. */
function nearest(name: string, known: string[]): string | undefined {
  const [word] = name.split("_", 1);
  const most = Math.min(MOST_SLIPS, Math.floor(name.length / LETTERS_A_SLIP));
  const near = known.filter((one) => one.startsWith(`${word}_`) && isNear(name, one, most));
  return near.find((one) => isNear(name, one, 1)) ?? near[0];
}

/** Whether so many letters added, left out or changed make one of the other. */
function isNear(one: string, other: string, slips: number): boolean {
  if (!one || !other) return one.length + other.length <= slips;
  const [rest, otherRest] = [one.slice(1), other.slice(1)];
  if (one[0] === other[0]) return isNear(rest, otherRest, slips);
  return (
    slips > 0 &&
    (isNear(rest, otherRest, slips - 1) || isNear(rest, other, slips - 1) || isNear(one, otherRest, slips - 1))
  );
}
