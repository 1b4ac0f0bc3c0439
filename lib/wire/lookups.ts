import { requestValue } from "@/lib/request";

const lookups = requestValue<Map<string, Promise<unknown>>>("lookups");

/**
 * Handles a request whose parts share what they look up. For requests that only read: what changes something must see
 * what is true at that moment.
 */
export function shareLookups(handle: () => void): void {
  lookups.run(new Map(), handle);
}

/** Looks something up, or takes what this request has looked up under the same key. Each time anew without our front. */
export function lookUpOnce<T>(key: string, lookUp: () => Promise<T>): Promise<T> {
  const found = lookups.get();
  if (!found) return lookUp();
  const answer = (found.get(key) as Promise<T> | undefined) ?? lookUp();
  found.set(key, answer);
  return answer;
}
