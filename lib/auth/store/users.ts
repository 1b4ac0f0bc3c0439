import { randomInt, randomUUID } from "node:crypto";
import type { Role } from "@/lib/auth/model/permissions";
import type { ProfileValues } from "@/lib/auth/model/profile";
import { db, readRow, readRows } from "@/lib/db";
import { sql } from "@/lib/db/sql";
import { env } from "@/lib/env";
import { singleton } from "@/lib/singleton";
import type { Prisma, User } from "@/prisma/client/client";

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

/** The users that have one of these as address or as username. Two look-ups: one over both columns would scan the table. */
export async function findUsersByLogin(logins: string[]): Promise<User[]> {
  const byEmail = await db.user.findMany({ where: { email: { in: logins } } });
  const byUsername = await db.user.findMany({ where: { username: { in: logins } } });
  return [...byEmail, ...byUsername];
}

/** The wanted username; when it is taken, with a number behind it. A name that looks like an address is given to that address's owner only. */
export async function freeUsername(wanted: string): Promise<string> {
  const base = wanted.split("@")[0] || "user";
  let username = base;
  // Each try chooses from ten times as many, so that it ends soon, whatever names strangers have taken.
  for (let most = 10_000; await findUserByUsername(username); most *= 10) username = `${base}${randomInt(1000, most)}`;
  return username;
}

/** Whether a user left this address by a change that can still be undone. */
export async function isReserved(email: string): Promise<boolean> {
  const where = { email, purpose: "undo-email-change", expires: { gt: new Date() } };
  return (await db.verification.count({ where })) > 0;
}

/** A number for a user who does not exist yet. No other user gets it, because numbers are not used twice. */
export async function reserveSeq(): Promise<number> {
  const email = `reserved:${randomUUID()}`;
  const { seq } = await db.user.create({ data: { email } });
  await db.user.delete({ where: { email } });
  return seq;
}

/** What is known of a person besides the address. */
export type UserDetails = Partial<ProfileValues> & {
  username?: string;
  image?: string | null;
  userMetadata?: Prisma.InputJsonObject;
  /** What the operator keeps with the user. No client sets it. */
  appMetadata?: Prisma.InputJsonObject;
};

/**
 * Creates a user, with a password hash or a provider's account to sign in by. Call it in a transaction that has looked
 * whether address, username and account are free: when they are taken in the same moment, the transaction runs again.
 */
export function createUser(
  input: UserDetails & {
    id?: string;
    seq?: number;
    email: string;
    emailVerified: Date | null;
    emailVouched?: boolean;
    passwordHash?: string;
    account?: { provider: string; providerAccountId: string; label: string | null };
  },
): Promise<User> {
  const { passwordHash, account, ...data } = input;
  const credential = passwordHash ? { create: { passwordHash } } : undefined;
  const accounts = account ? { create: { ...account, type: "oauth" } } : undefined;
  return db.user.create({ data: { ...data, credential, accounts } });
}

/** The era in which a device must have been marked to be a known one; null for no user. */
export async function deviceEraOf(id: string): Promise<number | null> {
  const row = await readRow<Pick<User, "deviceEra">>(sql`SELECT "deviceEra" FROM "User" WHERE "id" = ${id}`);
  return row?.deviceEra ?? null;
}

/** Makes strangers of the user's known devices. */
export async function beginDeviceEra(id: string): Promise<void> {
  await db.user.updateMany({ where: { id }, data: { deviceEra: { increment: 1 } } });
}

/** Changes what is given. Null when the user is gone. */
export async function updateUser(
  id: string,
  data: UserDetails & Partial<Pick<User, "email" | "emailVerified" | "emailVouched" | "disabledAt"> & { role: Role }>,
): Promise<User | null> {
  const [user] = await db.user.updateManyAndReturn({ where: { id }, data });
  return user ?? null;
}

/** The ids of the admins who are not disabled. */
export async function listAdmins(): Promise<string[]> {
  const admins = await db.user.findMany({ where: { role: "admin", disabledAt: null }, select: { id: true } });
  return admins.map(({ id }) => id);
}

/** The admins, oldest first. There are few of them. */
export function findAdmins(): Promise<User[]> {
  return db.user.findMany({ where: { role: "admin" }, orderBy: { seq: "asc" } });
}

/** Deletes the user with everything that belongs to them. False when they were gone already. */
export async function deleteUser(id: string): Promise<boolean> {
  return (await db.user.deleteMany({ where: { id } })).count === 1;
}

/** How many rows SQLite skips in a tenth of a millisecond, by an index of the numbers alone. */
const STRIDE = 10_000;

/**
 * The newest users first, from the one after `skip`, and how many there are in all. A large number is up to a minute old. For
 * contracts that number their pages.
 */
export async function listUsersFrom({ skip, take }: { skip: number; take: number }) {
  const total = await countUsers();
  let [from, left] = [sql.empty, skip];
  // Other requests have their turn between the strides.
  const numbersFrom = (offset: number, count: number) =>
    readRows<{ seq: number }>(sql`
    SELECT "seq" FROM "User" ${from} ORDER BY "seq" DESC LIMIT ${count} OFFSET ${offset}`);
  for (; left > STRIDE; left -= STRIDE) {
    const [next] = await numbersFrom(STRIDE, 1);
    if (!next) return { total, users: [] };
    from = sql`WHERE "seq" <= ${next.seq}`;
  }
  const page = await numbersFrom(left, take);
  return { total, users: await readUsers(page.map(({ seq }) => seq)) };
}

/** From this number on counting takes long, and one more user matters little. */
const MANY = 10_000;
const COUNT_KEPT_MS = 60_000;
const counts = singleton("users counted", () => new Map<string, { at: number; total: number }>());

async function countUsers(): Promise<number> {
  const [now, url] = [Date.now(), env().DATABASE_URL];
  const kept = counts.get(url);
  if (kept && Math.abs(now - kept.at) < COUNT_KEPT_MS) return kept.total;
  // Prisma's own count reads the rows.
  const [counted] = await db.$queryRaw<{ total: bigint }[]>(sql`SELECT count(*) AS "total" FROM "User"`);
  const total = Number(counted?.total ?? 0);
  if (total >= MANY) counts.set(url, { at: now, total });
  return total;
}

/** The users with these numbers, newest first or oldest first. */
export function readUsers(seqs: number[], order: "newest" | "oldest" = "newest"): Promise<User[]> {
  return db.user.findMany({ where: { seq: { in: seqs } }, orderBy: { seq: order === "newest" ? "desc" : "asc" } });
}
