import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { db } from "@/lib/db";
import { type Account, Prisma, type User } from "@/prisma/client/client";

/** What a third party calls somebody: the provider's id and the subject it never gives to anybody else. */
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
export function listAccounts(userId: string): Promise<Account[]> {
  return db.account.findMany({ where: { userId }, orderBy: { createdAt: "asc" } });
}

/**
 * Gives a user another way to sign in. The provider's tokens are not kept: nothing here needs them.
 * @returns `account_linked_elsewhere` when it is taken, also by a request that came first by a millisecond.
 */
export async function linkAccount(
  userId: string,
  account: AccountKey & { label: string | null },
): Promise<Result<void>> {
  try {
    await db.account.create({ data: { ...account, userId, type: "oauth" } });
    return ok(undefined);
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002")
      return fail("account_linked_elsewhere");
    throw error;
  }
}

/**
 * Takes one of the user's sign-ins away, unless it is the last: then another at one of `usableProviders` or a password
 * must remain. One statement, so that of two sign-ins taken away at once one stays.
 * @returns `last_sign_in_method`; `not_found` also for somebody else's.
 */
export async function unlinkAccount(userId: string, id: string, usableProviders: string[]): Promise<Result<Account>> {
  const account = await db.account.findFirst({ where: { id, userId } });
  if (!account) return fail("not_found");
  const another = { accounts: { some: { id: { not: id }, provider: { in: usableProviders } } } };
  const { count } = await db.account.deleteMany({
    where: { id, userId, user: { OR: [{ credential: { isNot: null } }, another] } },
  });
  return count === 1 ? ok(account) : fail("last_sign_in_method");
}

/** Takes all of a user's sign-ins away: whoever added them never proved that the address was theirs. */
export async function unlinkAccounts(userId: string): Promise<void> {
  await db.account.deleteMany({ where: { userId } });
}
