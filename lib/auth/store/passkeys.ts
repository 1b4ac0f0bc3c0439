import { db, type Read, readRows } from "@/lib/db";
import { sql } from "@/lib/db/sql";
import type { Passkey } from "@/prisma/client/client";

/** What a registration ceremony proved of a passkey. `credentialId` is base64url. */
export type NewPasskey = Pick<
  Passkey,
  "userId" | "credentialId" | "counter" | "transports" | "aaguid" | "label" | "backedUp"
> & { publicKey: Uint8Array<ArrayBuffer> };

/** Stores a passkey; null when its credential is registered already, here or for another user. */
export async function insertPasskey(input: NewPasskey): Promise<Passkey | null> {
  const { credentialId } = input;
  if (await db.passkey.findUnique({ where: { credentialId }, select: { id: true } })) return null;
  return db.passkey.create({ data: input });
}

/** The user's passkeys, the oldest first. */
export function findPasskeys(userId: string): Promise<Passkey[]> {
  return db.passkey.findMany({ where: { userId }, orderBy: { createdAt: "asc" } });
}

/** A passkey as its owner sees it. `backedUp`: it is on more than one device, as the authenticator says. */
export type PasskeyView = Pick<Passkey, "id" | "credentialId" | "label" | "backedUp" | "createdAt" | "lastUsedAt">;

/** The same as their owner sees them. */
export async function listPasskeys(userId: string): Promise<PasskeyView[]> {
  const rows = await readRows<Read<PasskeyView>>(sql`
    SELECT "id", "credentialId", "label", "backedUp", "createdAt", "lastUsedAt" FROM "Passkey"
    WHERE "userId" = ${userId} ORDER BY "createdAt"`);
  return rows.map((row) => ({
    ...row,
    // SQLite answers booleans as numbers.
    backedUp: Boolean(row.backedUp),
    createdAt: new Date(row.createdAt),
    lastUsedAt: row.lastUsedAt === null ? null : new Date(row.lastUsedAt),
  }));
}

/** The passkey with this credential id, of any user. */
export function findPasskey(credentialId: string): Promise<Passkey | null> {
  return db.passkey.findUnique({ where: { credentialId } });
}

export async function hasPasskey(userId: string): Promise<boolean> {
  return (await db.passkey.count({ where: { userId } })) > 0;
}

/** Which of these users have one. */
export async function usersWithPasskey(userIds: string[]): Promise<string[]> {
  const rows = await db.passkey.findMany({ where: { userId: { in: userIds } }, select: { userId: true } });
  return rows.map(({ userId }) => userId);
}

/**
 * Notes a use, with the authenticator's counter. False when another use came in between, which only a copy of the
 * authenticator or a replay can do.
 */
export async function notePasskeyUse(passkey: Passkey, counter: bigint, backedUp: boolean): Promise<boolean> {
  const { id, counter: former } = passkey;
  const data = { counter, backedUp, lastUsedAt: new Date() };
  return (await db.passkey.updateMany({ where: { id, counter: former }, data })).count === 1;
}

/** False when the user has no such passkey. */
export async function relabelPasskey(userId: string, id: string, label: string): Promise<boolean> {
  return (await db.passkey.updateMany({ where: { id, userId }, data: { label } })).count === 1;
}

/** False when the user has no such passkey. */
export async function deletePasskey(userId: string, id: string): Promise<boolean> {
  return (await db.passkey.deleteMany({ where: { id, userId } })).count === 1;
}

/** Ends the offer of a passkey to this person. */
export async function endPasskeyOffer(userId: string): Promise<void> {
  await db.user.updateMany({ where: { id: userId, passkeyOfferEnded: null }, data: { passkeyOfferEnded: new Date() } });
}

export async function deletePasskeys(userId: string): Promise<void> {
  await db.passkey.deleteMany({ where: { userId } });
}
