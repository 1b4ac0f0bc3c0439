import { z } from "zod";
import type { Principal } from "@/lib/auth/model/principal";
import { type DescribedEvent, describeEvent, SECURITY_EVENT_TYPES } from "@/lib/auth/model/security-events";
import { listAccounts } from "@/lib/auth/store/accounts";
import { listConfirmed } from "@/lib/auth/store/authenticators";
import { findPasskeys } from "@/lib/auth/store/passkeys";
import { hasRecoveryCodesSince } from "@/lib/auth/store/recovery-codes";
import { type EventPlace, findEvent, listEvents } from "@/lib/auth/store/security-events";
import type { SecurityEvent } from "@/prisma/client/client";

/** What happened to a person's account, as they read it. `ip` is the address it came from, as far as that is known. */
export type ActivityEntry = DescribedEvent & {
  id: string;
  at: Date;
  ip: string | null;
  /** Whether it happened in the present session. */
  current: boolean;
};

/** What people call a provider, by its id. */
type NameOfProvider = (id: string) => string;

/** Milliseconds and the event's id: where a page ended. It comes from an address and is untrusted. */
const Place = z
  .string()
  .regex(/^\d{1,15}_[\w-]{1,64}$/)
  .transform((text): EventPlace => {
    const [at, id = ""] = text.split("_");
    return { createdAt: new Date(Number(at)), id };
  });

/**
 * The last 90 days of the person's account, the newest first.
 * @param page.after where the page before ended; anything else gives the first page.
 * @returns `older`: where this page ended, null when nothing is older.
 */
export async function listActivity(
  principal: Principal,
  page: { take: number; after?: string },
  nameOfProvider: NameOfProvider,
): Promise<{ entries: ActivityEntry[]; older: string | null }> {
  const after = Place.safeParse(page.after).data;
  const found = await listEvents(principal.userId, { take: page.take + 1, after, types: SECURITY_EVENT_TYPES });
  const events = found.slice(0, page.take);
  const last = events.at(-1);
  return {
    entries: events.map((event) => entryOf(event, principal, nameOfProvider)),
    older: last && found.length > events.length ? `${last.createdAt.getTime()}_${last.id}` : null,
  };
}

/**
 * What a person is about to disown: the entry, null when it is not theirs, and which ways in were added from then on. A
 * stranger who added one comes back by it.
 */
export async function describeDisowned(
  principal: Principal,
  eventId: string,
  nameOfProvider: NameOfProvider,
): Promise<{ entry: ActivityEntry | null; added: string[] }> {
  const { userId } = principal;
  const event = await findEvent(userId, eventId);
  if (!event) return { entry: null, added: [] };
  // A way in is stored a little before its event.
  const since = event.createdAt.getTime() - 60_000;
  const isSince = ({ createdAt }: { createdAt: Date }) => createdAt.getTime() >= since;
  const [passkeys, apps, accounts, hasNewCodes] = [
    await findPasskeys(userId),
    await listConfirmed(userId),
    await listAccounts(userId),
    await hasRecoveryCodesSince(userId, new Date(since)),
  ];
  const added = [
    ...passkeys.filter(isSince).map(({ label }) => `passkey “${label}”`),
    ...apps.filter(isSince).map(({ label }) => `authenticator app “${label}”`),
    ...accounts.filter(isSince).map(({ provider }) => nameOfProvider(provider)),
    ...(hasNewCodes ? ["recovery codes"] : []),
  ];
  return { entry: entryOf(event, principal, nameOfProvider), added };
}

function entryOf(event: SecurityEvent, principal: Principal, nameOfProvider: NameOfProvider): ActivityEntry {
  const { id, createdAt: at, ip, sessionId } = event;
  const current = sessionId === principal.sessionId;
  const described = describeEvent(event, nameOfProvider);
  // The person at this device made the session's own sign-in, so there is nothing to disown.
  const remedy = current && event.type === "sign_in.succeeded" ? null : described.remedy;
  return { ...described, remedy, id, at, ip, current };
}
