import { ok, type Result } from "@/lib/auth/model/errors";
import { type Limit, limitOfNetwork } from "@/lib/auth/model/limits";
import { sourcesOf } from "@/lib/auth/model/network";
import type { Client } from "@/lib/auth/model/principal";
import { type Counter, consume, refund } from "@/lib/auth/store/rate-limits";

/**
 * Counts one attempt of a client against a limit by source, and for IPv6 also against the /56 and the /48 around it. Where
 * neighbours have used those up, a refused attempt takes nothing from the source's own.
 * @param about counts each of several things by itself.
 * @returns `too_many_attempts` with `retryAfter` in seconds.
 */
export async function countSource(limit: Limit, client: Client, about?: string): Promise<Result<void>> {
  const counted: Counter[] = [];
  for (const counter of sourceCounters(limit, client, about)) {
    const allowed = await consume(...counter);
    if (!allowed.ok) {
      if (counted.length > 0) await refund(counted);
      return allowed;
    }
    counted.push(counter);
  }
  return ok(undefined);
}

/** The counters of such an attempt, from narrow to wide. */
export function sourceCounters(limit: Limit, client: Client, about?: string): Counter[] {
  return sourcesOf(client).map((one, n) => [
    n === 0 ? limit : limitOfNetwork(limit, one),
    about ? `${about}:${one}` : one,
  ]);
}
