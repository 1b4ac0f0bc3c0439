import type { Refusal } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import { sourceOf } from "@/lib/auth/model/network";
import type { Client } from "@/lib/auth/model/principal";
import { consume } from "@/lib/auth/store/rate-limits";

/**
 * Counts a wrong token of a link. Right ones are not counted or refused: 256 random bits cannot be guessed, and a stranger's
 * tries must not stop the owner.
 * @returns the refusal given, or `too_many_attempts` past the limit.
 */
export async function refuseToken(client: Client, refusal: Refusal): Promise<Refusal> {
  const allowed = await consume(LIMITS.tokenPerSource, sourceOf(client));
  return allowed.ok ? refusal : allowed;
}
