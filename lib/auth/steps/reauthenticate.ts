import { fail, failAt, ok, type Result } from "@/lib/auth/model/errors";
import type { Level } from "@/lib/auth/model/factors";
import { verifyPassword } from "@/lib/auth/model/password-hash";
import type { Client, Holder, Principal } from "@/lib/auth/model/principal";
import { ENTER_PASSWORD } from "@/lib/auth/model/schemas";
import { findPasswordHash } from "@/lib/auth/store/credentials";
import { logEvent } from "@/lib/log";
import { type Guess, guess, guessWaitSeconds } from "./guess";
import { levelOf } from "./owed-factor";
import { revokeSuspectSession } from "./revoke-suspect-session";

const FRESH_MINUTES = 10;
const WRONG = failAt("currentPassword", "wrong_password");

/**
 * The step before every sensitive change: the signed-in person types the password again. Users without one must have
 * proved within the last ten minutes who they are; so must API clients, whose contract asks for no password
 * (`undefined`). Where the account asks for two factors, the second must have been proved in that time too. Ten wrong
 * passwords end the session: they are a thief's guesses.
 * @returns the stored hash that matched (null for a user without a password), or `wrong_password`,
 * `reauthentication_required`, `second_factor_required`, `too_many_attempts`.
 */
export async function reauthenticate(
  principal: Principal,
  password: string | undefined,
  client: Client,
): Promise<Result<string | null>> {
  if ((await levelOfPrincipal(principal)) === "two" && !isFresh(principal, "two"))
    return fail("second_factor_required");
  const { userId, sessionId, email } = principal;
  const hash = await findPasswordHash(userId);
  if (hash === null || password === undefined) return isFresh(principal) ? ok(hash) : fail("reauthentication_required");
  if (password === "")
    return fail("wrong_password", { message: ENTER_PASSWORD, fields: { currentPassword: ENTER_PASSWORD } });
  const attempt: Guess = { factor: "password", account: email, client, userId, sessionId };
  const proved = await guess(
    attempt,
    () => verifyPassword(password, hash, client),
    async () => ok(hash),
    WRONG,
  );
  if (proved.ok || proved.error.code !== "wrong_password") return proved;
  logEvent("password_confirmation.failed", { userId, sessionId, ip: client.ip });
  const retryAfter = await guessWaitSeconds(attempt);
  if (!retryAfter) return proved;
  await revokeSuspectSession(principal, "passwords", client);
  return fail("too_many_attempts", { retryAfter });
}

/**
 * The step before changes of factors, which no password in the form confirms: the person must have proved within the last
 * ten minutes who they are, at the level that their sign-in asks for.
 * @returns `reauthentication_required`, `second_factor_required`.
 */
export async function requireFresh(principal: Principal): Promise<Result<void>> {
  const level = await levelOfPrincipal(principal);
  if (isFresh(principal, level)) return ok(undefined);
  return fail(level === "two" ? "second_factor_required" : "reauthentication_required");
}

/**
 * The step before a person adds a factor: they must have shown freshly who they are, or sign in to set the first one up. A
 * session that owes a factor which the person has may add none.
 * @returns `reauthentication_required`, `second_factor_required`.
 */
export async function mayEnrol(holder: Holder): Promise<Result<void>> {
  if (!("owed" in holder)) return requireFresh(holder);
  return holder.owed === "setup" ? ok(undefined) : fail("second_factor_required");
}

/** Whether the person proved within the last ten minutes who they are, by two factors if so asked. */
export function isFresh(principal: Principal, level: Level = "one"): boolean {
  const at = level === "two" ? principal.twoFactorAt : principal.authenticatedAt;
  // `at` may lie in the future: the clock was set back, or another instance's clock runs ahead.
  return at !== null && Math.abs(Date.now() - at.getTime()) < FRESH_MINUTES * 60_000;
}

/** How much proof the account of the signed-in person asks for. */
export function levelOfPrincipal({ userId, roles }: Principal): Promise<Level> {
  return levelOf({ id: userId, role: roles[0] ?? "user" });
}
