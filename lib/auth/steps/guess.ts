import { fail, type Refusal, type Result } from "@/lib/auth/model/errors";
import { LIMITS, type Limit } from "@/lib/auth/model/limits";
import { sourceOf } from "@/lib/auth/model/network";
import type { Client } from "@/lib/auth/model/principal";
import { type Counter, consume, forgive, refund, waitSeconds } from "@/lib/auth/store/rate-limits";
import { takeTry } from "@/lib/auth/store/verifications";
import { transact } from "@/lib/db/transact";
import { currentTransaction } from "@/lib/db/transaction-context";
import { logEvent } from "@/lib/log";
import { sourceCounters } from "./count-source";
import { knownDevice } from "./known-device";

/** Something that a person types and a thief could guess. */
export type Guess = {
  factor: "password" | "code" | "totp" | "recovery-code";
  /** The address that names the account. Guesses count against it over all rows, flows and surfaces. */
  account: string;
  client: Client;
  /** The user, if there is one: guesses from a device that knows them count by themselves. */
  userId?: string;
  /** For a guess typed inside a session: it counts against the session instead of the device. */
  sessionId?: string;
  /** For a code: the verification that it was made for. It takes few tries in all. */
  verificationId?: string;
};

/**
 * Compares what was typed, and runs the story after a right guess. The guess is counted **before** it is compared,
 * so that parallel guesses cannot slip through, and a right one past a limit is refused like a wrong one. A right one
 * within the limit is given back, in the transaction of the story that follows.
 * @param compare may hash. It answers what was found, or null or false for a wrong guess.
 * @param story runs in a transaction, after a right guess. What it refuses is the answer.
 * @param wrong is the refusal of a wrong guess.
 * @param isOwners whether what was found is the account's own secret. One that a stranger can choose for the address, like the
 * password of a registration, must not forgive their wrong guesses at the account.
 * @returns the story's result, `wrong`, `too_many_attempts`, or `code_expired` when the verification has no try left.
 * @example
 * guess({ factor: "code", account: email, client, verificationId }, async () => isCodeRight(row, code), confirm, WRONG_CODE)
 */
export async function guess<Found, T>(
  input: Guess,
  compare: () => Promise<Found | null | false>,
  story: (found: Found) => Promise<Result<T>>,
  wrong: Refusal,
  isOwners: (found: Found) => boolean = () => true,
): Promise<Result<T>> {
  // Inside a transaction the count would be rolled back with a refusal.
  if (currentTransaction()) throw new Error("A guess must be counted before a transaction begins");
  const { own, shared } = await countersOf(input);
  const counters = [...shared, ...own];
  const counted = await transact(() => count(counters, input));
  if (!counted.ok) return counted;

  const found = await compare().catch(async (error: unknown) => {
    // A busy server compared nothing, so this was no guess.
    await transact(() => refund(counters));
    throw error;
  });
  if (found === null || found === false) return wrong;
  const giveBack = async () => {
    await refund(shared);
    await (isOwners(found) ? forgive(own) : refund(own));
  };
  const result = await transact(async () => {
    const told = await story(found);
    // Last, because sign-ins from the same network wait for these rows.
    if (told.ok) await giveBack();
    return told;
  });
  // The refusal rolled this back with the story, but the guess was right.
  if (!result.ok) await transact(giveBack);
  return result;
}

/** Seconds until the next guess would be compared; 0 for now. */
export async function guessWaitSeconds(input: Guess): Promise<number> {
  const { own, shared } = await countersOf(input);
  return waitSeconds([...shared, ...own]);
}

async function count(
  counters: readonly Counter[],
  { verificationId, client: { ip } }: Guess,
): Promise<Result<unknown>> {
  for (const [limit, key] of counters) {
    const allowed = await consume(limit, key);
    if (!allowed.ok) {
      logEvent("guess.limited", { ip, outcome: limit.name });
      return allowed;
    }
  }
  return verificationId === undefined || (await takeTry(verificationId))
    ? { ok: true, value: undefined }
    : fail("code_expired");
}

type Limits = Record<"source" | "account" | "device", Limit>;

const MAILED: Limits = {
  source: LIMITS.codePerSource,
  account: LIMITS.codePerAccount,
  device: LIMITS.codePerDevice,
};
const SECOND: Limits = {
  source: LIMITS.secondPerSource,
  account: LIMITS.secondPerAccount,
  device: LIMITS.secondPerDevice,
};
/** Authenticator and recovery codes count together: both open the same door. */
const LIMITS_OF: Record<Guess["factor"], Limits> = {
  password: {
    source: LIMITS.passwordPerSource,
    account: LIMITS.passwordPerAccount,
    device: LIMITS.passwordPerDevice,
  },
  code: MAILED,
  totp: SECOND,
  "recovery-code": SECOND,
};

/**
 * The counters of a guess. The account's own secret clears those in `own`; any right guess takes itself back from those in
 * `shared`. The networks around an IPv6 address do not count for a session or a known device, which have limits of their own:
 * neighbours must not lock them out.
 */
async function countersOf({
  factor,
  account,
  client,
  userId,
  sessionId,
}: Guess): Promise<{ own: Counter[]; shared: Counter[] }> {
  const limits = LIMITS_OF[factor];
  const source: Counter = [limits.source, sourceOf(client)];
  if (sessionId) {
    const shared: Counter[] = [source, [LIMITS.passwordInSessions, account]];
    return { own: [[LIMITS.passwordPerSession, sessionId]], shared };
  }
  const device = await knownDevice(client, userId);
  const shared = device ? [source] : sourceCounters(limits.source, client);
  const key = device ? `${account}:${device}` : account;
  const own: Counter[] = [[device ? limits.device : limits.account, key]];
  return { own: limits === SECOND ? [...own, [LIMITS.secondPerDay, key]] : own, shared };
}
