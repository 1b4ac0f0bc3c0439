import { randomInt, randomUUID } from "node:crypto";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { db } from "@/lib/db";
import { Prisma, type User } from "@/prisma/client/client";

/** The user with this address, or null. The address must be normalised (`schemas.email`). */
export function findUserByEmail(email: string): Promise<User | null> {
  return db.user.findUnique({ where: { email } });
}

/** The user with this username, or null. */
export function findUserByUsername(username: string): Promise<User | null> {
  return db.user.findUnique({ where: { username } });
}

/** The user, or null. */
export function findUserById(id: string): Promise<User | null> {
  return db.user.findUnique({ where: { id } });
}

/** Whoever has one of these as address or username. */
export function findUsersByLogin(logins: string[]): Promise<User[]> {
  return db.user.findMany({ where: { OR: [{ email: { in: logins } }, { username: { in: logins } }] } });
}

/** The wanted username, or, when somebody has it, with a number behind it. */
export async function freeUsername(wanted: string): Promise<string> {
  let username = wanted;
  while (await db.user.findUnique({ where: { username } })) username = `${wanted}${randomInt(1000, 10_000)}`;
  return username;
}

/** Gives a user who has none the wanted username, or one like it. */
export async function giveUsername(user: User, wanted: string): Promise<User> {
  try {
    return (await updateUser(user.id, { username: await freeUsername(wanted) })) ?? user;
  } catch (error) {
    // Somebody took it in this very moment: the next try sees that.
    if (isUniqueViolation(error)) return giveUsername(user, wanted);
    throw error;
  }
}

/** A number for a user who does not exist yet. It is given to nobody else, because numbers are not used twice. */
export async function reserveSeq(): Promise<number> {
  const email = `reserved:${randomUUID()}`;
  const [{ seq }] = await db.$transaction([db.user.create({ data: { email } }), db.user.delete({ where: { email } })]);
  return seq;
}

/**
 * Creates a user, with a password hash or a third party's account to sign in by.
 * @returns `user_exists` when the address or the account is taken, also by a request that came first by a millisecond.
 */
export async function createUser(input: {
  id?: string;
  seq?: number;
  email: string;
  name?: string | null;
  username?: string;
  image?: string | null;
  emailVerified: Date | null;
  passwordHash?: string;
  userMetadata?: Prisma.InputJsonObject;
  account?: { provider: string; providerAccountId: string; label: string | null };
}): Promise<Result<User>> {
  const { passwordHash, account, ...data } = input;
  const credential = passwordHash ? { create: { passwordHash } } : undefined;
  const accounts = account ? { create: { ...account, type: "oauth" } } : undefined;
  try {
    return ok(await db.user.create({ data: { ...data, credential, accounts } }));
  } catch (error) {
    if (isUniqueViolation(error)) return fail("user_exists");
    throw error;
  }
}

/** Changes what is given. Null when the user is gone. */
export async function updateUser(
  id: string,
  data: {
    name?: string | null;
    username?: string;
    image?: string | null;
    emailVerified?: Date;
    disabledAt?: Date | null;
    userMetadata?: Prisma.InputJsonObject;
  },
): Promise<User | null> {
  const [user] = await db.user.updateManyAndReturn({ where: { id }, data });
  return user ?? null;
}

/**
 * Moves a user to another, proved address.
 * @returns `user_exists` when it is taken meanwhile, `not_found` when the user no longer has the address `from`.
 */
export async function moveEmail(id: string, from: string, to: string): Promise<Result<void>> {
  try {
    const { count } = await db.user.updateMany({
      where: { id, email: from },
      data: { email: to, emailVerified: new Date() },
    });
    return count === 1 ? ok(undefined) : fail("not_found");
  } catch (error) {
    if (isUniqueViolation(error)) return fail("user_exists");
    throw error;
  }
}

/** Deletes the user with everything that belongs to them. False when they were gone already. */
export async function deleteUser(id: string): Promise<boolean> {
  return (await db.user.deleteMany({ where: { id } })).count === 1;
}

/** One page of users, newest first, with the number of their live sessions, and how many there are in all. */
export async function listUsersPage({ query, skip, take }: { query: string; skip: number; take: number }) {
  const found = query ? Prisma.sql`${holds("email", query)} OR ${holds("name", query)}` : Prisma.sql`1 = 1`;
  const [counted, page] = await Promise.all([
    db.$queryRaw<{ total: bigint }[]>`SELECT count(*) AS "total" FROM "User" WHERE ${found}`,
    db.$queryRaw<{ id: string }[]>`
      SELECT "id" FROM "User" WHERE ${found} ORDER BY "seq" DESC LIMIT ${take} OFFSET ${skip}`,
  ]);
  const users = await db.user.findMany({
    where: { id: { in: page.map(({ id }) => id) } },
    orderBy: { seq: "desc" },
    include: { _count: { select: { sessions: { where: { expires: { gt: new Date() } } } } } },
  });
  return { total: Number(counted[0]?.total ?? 0), users };
}

/** Whether a column holds the text, in any case. LIKE would read % and _ in it as wildcards, and Prisma lets it. */
function holds(column: "email" | "name", text: string): Prisma.Sql {
  const lower = Prisma.raw(`lower("${column}")`);
  return Prisma.sql`replace(${lower}, lower(${text}), '') <> ${lower}`;
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";
}
