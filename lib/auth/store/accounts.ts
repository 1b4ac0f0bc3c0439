import { db, type Read, readRows } from "@/lib/db";
import { sql } from "@/lib/db/sql";
import type { Account, User } from "@/prisma/client/client";

/** A person at a provider: the provider's id, and the subject that it gives to one person only. */
export type AccountKey = { provider: string; providerAccountId: string };

/** Whose sign-in this is, or null. */
export async function findAccountOwner({ provider, providerAccountId }: AccountKey): Promise<User | null> {
  const account = await db.account.findUnique({
    where: { provider_providerAccountId: { provider, providerAccountId } },
    include: { user: true },
  });
  return account?.user ?? null;
}

/** The third-party sign-ins of a user, the oldest first. */
export async function listAccounts(userId: string): Promise<Account[]> {
  const rows = await readRows<Read<Account>>(sql`
    SELECT "id", "userId", "type", "provider", "providerAccountId", "label", "createdAt" FROM "Account"
    WHERE "userId" = ${userId} ORDER BY "createdAt"`);
  return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) }));
}

/**
 * Gives a user another way to sign in. The provider's tokens are not kept: nothing here needs them. Call it in a
 * transaction that has looked whether the account is free.
 */
export async function linkAccount(userId: string, account: AccountKey & { label: string | null }): Promise<void> {
  await db.account.create({ data: { ...account, userId, type: "oauth" } });
}

/** Takes one of a user's accounts away. */
export async function unlinkAccount(userId: string, id: string): Promise<void> {
  await db.account.deleteMany({ where: { id, userId } });
}

/** Takes all of a user's accounts away. */
export async function unlinkAccounts(userId: string): Promise<void> {
  await db.account.deleteMany({ where: { userId } });
}
