import { ok, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import { passwordProblem } from "@/lib/auth/model/password-policy";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { countSource } from "./count-source";
import { findReset } from "./find-reset";

/** Who the password is for: the signed-in person, a reset link's owner, or a visitor, of whom `said` has what they typed. */
export type PasswordOwner = { principal: Principal | null; token?: string; said: (string | undefined)[] };

/**
 * Judges a password while it is typed, as the story that sets it will judge it, and keeps nothing. Passwords that are to be
 * set go first.
 * @returns why it cannot be set, in words for the person, or null; `too_many_attempts`.
 * @throws {WorkQueueFull} while other passwords wait.
 */
export async function judgePassword(
  password: string,
  { principal, token, said }: PasswordOwner,
  client: Client,
): Promise<Result<{ problem: string | null }>> {
  const allowed = await countSource(LIMITS.passwordHintPerSource, client);
  if (!allowed.ok) return allowed;
  const owner = token ? (await findReset(token))?.user : principal;
  const about = owner ? [owner.email, owner.name] : said;
  return ok({ problem: await passwordProblem(password, about, { isHint: true }) });
}
