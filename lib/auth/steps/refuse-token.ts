import type { Refusal } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import type { Client } from "@/lib/auth/model/principal";
import { countSource } from "./count-source";

/**
 * Counts a wrong token of a link. Right ones are not counted or refused: 256 random bits cannot be guessed, and a stranger's
 * tries must not stop the owner.
 * @returns the refusal given, or `too_many_attempts` past the limit.
 */
export async function refuseToken(client: Client, refusal: Refusal): Promise<Refusal> {
  const allowed = await countSource(LIMITS.tokenPerSource, client);
  return allowed.ok ? refusal : allowed;
}
