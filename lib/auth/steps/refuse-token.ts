import type { Refusal } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import { sourceOf } from "@/lib/auth/model/network";
import type { Client } from "@/lib/auth/model/principal";
import { consume } from "@/lib/auth/store/rate-limits";

/**
 * Counts a link's token that is not right. Only those count: a stranger's tries hold up no right one, and 256 random bits
 * cannot be guessed at any speed.
 * @returns the refusal given, or `too_many_attempts` past the limit.
 */
export async function refuseToken(client: Client, refusal: Refusal): Promise<Refusal> {
  const allowed = await consume(LIMITS.tokenPerSource, sourceOf(client));
  return allowed.ok ? refusal : allowed;
}
