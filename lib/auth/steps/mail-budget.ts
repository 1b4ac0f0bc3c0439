import { ok, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import { sourceOf } from "@/lib/auth/model/network";
import type { Client } from "@/lib/auth/model/principal";
import { type Counter, consume, waitSeconds } from "@/lib/auth/store/rate-limits";
import { findUserById } from "@/lib/auth/store/users";
import { knownDevice } from "./known-device";

/** What a mail is for. Each has a budget of its own, so that registrations cannot use up a person's resets. */
export type MailBudget = "registration" | "recovery" | "change-email" | "sign-in" | "reauthentication" | "invitation";

export type AskedMail = { budget: MailBudget; email: string; client: Client; userId?: string };

/**
 * Counts one more mail to an address: one a minute and five an hour for each source that asks, five in half an hour for all
 * strangers together. A device that signed in as the user before is no stranger, where the user has proved that mailbox.
 * @returns `too_many_attempts` with the seconds to wait.
 */
export async function consumeMail(asked: AskedMail): Promise<Result<void>> {
  for (const [limit, key] of await mailCounters(asked)) {
    const allowed = await consume(limit, key);
    if (!allowed.ok) return allowed;
  }
  return ok(undefined);
}

/**
 * The same for answers that must not tell who has an account: past the budget the story sends no mail and says nothing, and
 * the former mail still works.
 */
export async function mayMail(asked: AskedMail): Promise<boolean> {
  return (await consumeMail(asked)).ok;
}

/** Seconds until `consumeMail` would say yes again, 0 when it would now. */
export async function mailWaitSeconds(asked: AskedMail): Promise<number> {
  return waitSeconds(await mailCounters(asked));
}

/** The counters of a mail. */
export async function mailCounters({ budget, email, client, userId }: AskedMail): Promise<Counter[]> {
  const device = await ownDevice(email, client, userId);
  const key = `${budget}:${email}`;
  const own = `${key}:${device ?? sourceOf(client)}`;
  const counters: Counter[] = [
    [LIMITS.mailPerMinute, own],
    [LIMITS.mailPerHour, own],
  ];
  return device ? counters : [...counters, [LIMITS.mailPerAddress, key]];
}

/**
 * The device that signed in as the owner of this mailbox. A person who signs in as anybody may use any mailbox for a new address, or
 * for an account that never proved it, and has a new device at each sign-in.
 */
async function ownDevice(email: string, client: Client, userId: string | undefined): Promise<string | null> {
  const device = await knownDevice(client, userId);
  const user = device && userId ? await findUserById(userId) : null;
  return user?.email === email && user.emailVerified && !user.emailVouched ? device : null;
}
