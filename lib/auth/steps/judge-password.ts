import { ok, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import { sourceOf } from "@/lib/auth/model/network";
import { passwordProblem } from "@/lib/auth/model/password-policy";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { consume } from "@/lib/auth/store/rate-limits";
import { findReset } from "./find-reset";

/** Whose password it is to be: the signed-in person's, that of a reset link's owner, or of a visitor who says this of themselves. */
export type PasswordOwner = { principal: Principal | null; token?: string; said: (string | undefined)[] };

/**
 * Judges a password that is being typed as the story that sets it will, and keeps nothing of it. It gives way to passwords
 * that are to be set.
 * @returns why it cannot be set, in words for the person, or null; `too_many_attempts`.
 * @throws {WorkQueueFull} while other passwords wait.
 */
export async function judgePassword(
  password: string,
  { principal, token, said }: PasswordOwner,
  client: Client,
): Promise<Result<{ problem: string | null }>> {
  const allowed = await consume(LIMITS.passwordHintPerSource, sourceOf(client));
  if (!allowed.ok) return allowed;
  const owner = token ? (await findReset(token))?.user : principal;
  const about = owner ? [owner.email, owner.name] : said;
  return ok({ problem: await passwordProblem(password, about, { isHint: true }) });
}
