import type { Role } from "@/lib/auth/model/permissions";
import { db } from "@/lib/db";
import { databaseKind } from "@/lib/db/kind";
import { type Sql, sql } from "@/lib/db/sql";
import { env } from "@/lib/env";
import type { Prisma, User } from "@/prisma/client/client";

/** The indexes hold every three letters of address and name. */
const INDEXED_LETTERS = 3;
/** Fewer letters are looked for among so many of the newest users: no index helps, and to read a million takes seconds. */
const NEWEST = 10_000;
/** Users are counted so far, and a search finds so many: to count a million takes longer than all else of a page. */
const COUNTED = 1_000;
const LAST_SEQ = 2 ** 31 - 1;

/** Who is looked for: by a text in address or name ("" finds all), by role, among the disabled; and in which order. */
export type Sought = { text: string; role?: Role; isDisabled: boolean; order: "newest" | "oldest" };

/** Where a page lies in the list: its users are older, or newer, than the one with this `seq`. `{}` is the first page. */
export type UserPlace = { older?: number; newer?: number };

export type UsersPage = {
  /** The `seq` of each, in the order asked for. */
  seqs: number[];
  /** How many are found, up to `COUNTED`. */
  total: number;
  /** Whether there are more than were looked at. */
  more: boolean;
  /** Whether the text was too short to look at more than the `NEWEST`. */
  newestOnly: boolean;
  previous: UserPlace | null;
  next: UserPlace | null;
};

/**
 * One page of the users who are looked for. A search ends after 1,000: those who come first in the order. No page costs
 * more than another, because an index leads to its place.
 */
export async function findUsers(sought: Sought, place: UserPlace, take: number): Promise<UsersPage> {
  const { list, ...counted } = await find(sought);
  const isNewest = sought.order === "newest";
  const [on, back] = isNewest ? [list.older, list.newer] : [list.newer, list.older];
  const [from, before] = isNewest ? [place.older, place.newer] : [place.newer, place.older];
  const placeOf = (isOlder: boolean, seq: number): UserPlace => (isOlder ? { older: seq } : { newer: seq });

  const seqs =
    before === undefined ? await on(from ?? (isNewest ? LAST_SEQ : 0), take) : (await back(before, take)).toReversed();
  // Nothing is left there, or too little for a page before the first.
  const isFirstPage = from === undefined && before === undefined;
  if (!isFirstPage && (seqs.length === 0 || (before !== undefined && seqs.length < take)))
    return findUsers(sought, {}, take);
  const [first, last] = [seqs.at(0), seqs.at(-1)];
  return {
    ...counted,
    seqs,
    previous: first !== undefined && (await back(first, 1)).length > 0 ? placeOf(!isNewest, first) : null,
    next: last !== undefined && (await on(last, 1)).length > 0 ? placeOf(isNewest, last) : null,
  };
}

/** What a page is cut from: the `limit` numbers beyond one, the nearest first. */
type Seqs = {
  older(than: number, limit: number): number[] | Promise<number[]>;
  newer(than: number, limit: number): number[] | Promise<number[]>;
};

type Found = Pick<UsersPage, "total" | "more" | "newestOnly"> & { list: Seqs };

async function find(sought: Sought): Promise<Found> {
  const { text, role, isDisabled, order } = sought;
  const filter: Filter = { role, ...(isDisabled && { disabledAt: { not: null } }) };
  if (!text) return count(listedBy(filter), order);
  if (!role && !isDisabled) return search(sought);
  const chosen = await firstOf(filter, order);
  const more = chosen.length > COUNTED;
  // The text is looked for among those of the filter if they are few, else the filter is laid over those with the text.
  if (text && more) return search(sought);
  const held = text.toLowerCase();
  const holds = ({ email, name }: Row) => [email, name ?? ""].some((value) => value.toLowerCase().includes(held));
  return found(chosen.slice(0, COUNTED).filter(holds), { more });
}

type Filter = { role?: Role; disabledAt?: { not: null } };

/** All users, or those whom the filter leaves: each has an index of their numbers. */
function listedBy(filter: Filter): Seqs {
  const page = async (seq: Prisma.IntFilter, order: "asc" | "desc", take: number) =>
    (await db.user.findMany({ select: { seq: true }, where: { ...filter, seq }, orderBy: { seq: order }, take })).map(
      (user) => user.seq,
    );
  return {
    older: (than, limit) => page({ lt: than }, "desc", limit),
    newer: (than, limit) => page({ gt: than }, "asc", limit),
  };
}

async function count(list: Seqs, order: Sought["order"]): Promise<Found> {
  const { length } = await (order === "newest" ? list.older(LAST_SEQ, COUNTED + 1) : list.newer(0, COUNTED + 1));
  return { list, total: Math.min(length, COUNTED), more: length > COUNTED, newestOnly: false };
}

type Row = Pick<User, "seq" | "email" | "name">;
const ROW = { seq: true, email: true, name: true };

function firstOf(filter: Filter, order: Sought["order"]): Promise<Row[]> {
  const orderBy = { seq: order === "newest" ? ("desc" as const) : ("asc" as const) };
  // Every number is above 0. Said so, SQLite plans a search of the index and not a scan.
  return db.user.findMany({ select: ROW, where: { ...filter, seq: { gt: 0 } }, orderBy, take: COUNTED + 1 });
}

/** A list of few, cut by hand. */
function found(users: { seq: number | bigint }[], { more = false, newestOnly = false }): Found {
  const up = users.map(({ seq }) => Number(seq)).sort((a, b) => a - b);
  const down = up.toReversed();
  const list = {
    older: (than: number, limit: number) => down.filter((seq) => seq < than).slice(0, limit),
    newer: (than: number, limit: number) => up.filter((seq) => seq > than).slice(0, limit),
  };
  return { list, total: up.length, more, newestOnly };
}

async function search({ text, role, isDisabled, order }: Sought): Promise<Found> {
  const oldest = isIndexed(text) ? 0 : await oldestOfNewest();
  const direction = order === "newest" ? sql`DESC` : sql`ASC`;
  const rows = await db.$queryRaw<{ seq: number | bigint; role: string; isDisabled: boolean | number | bigint }[]>(sql`
    SELECT "one"."seq", "one"."role", "one"."disabledAt" IS NOT NULL AS "isDisabled"
    FROM (SELECT "seq" ${matching(text, oldest)} ORDER BY "seq" ${direction} LIMIT ${COUNTED + 1}) AS "match"
    JOIN "User" AS "one" ON "one"."seq" = "match"."seq" ORDER BY "one"."seq" ${direction}`);
  const isWanted = (row: (typeof rows)[number]) => (!role || row.role === role) && (!isDisabled || row.isDisabled);
  return found(rows.slice(0, COUNTED).filter(isWanted), { more: rows.length > COUNTED, newestOnly: oldest > 0 });
}

function isIndexed(text: string): boolean {
  return [...text].length >= INDEXED_LETTERS;
}

async function oldestOfNewest(): Promise<number> {
  const beyond = await db.user.findMany({ select: { seq: true }, orderBy: { seq: "desc" }, skip: NEWEST, take: 1 });
  return beyond[0]?.seq ?? 0;
}

/** `FROM … WHERE …` of the users whose address or name holds the text, in any case. */
function matching(text: string, oldest: number): Sql {
  const isSqlite = databaseKind(env().DATABASE_URL) === "sqlite";
  if (isSqlite && isIndexed(text)) {
    const phrase = `"${text.replaceAll('"', '""')}"`;
    return sql`FROM (SELECT "rowid" AS "seq" FROM "UserSearch" WHERE "UserSearch" MATCH ${phrase}) AS "found"`;
  }
  // In a pattern the two wildcards and the backslash mean themselves behind a backslash.
  const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  const like = isSqlite ? sql`LIKE` : sql`ILIKE`;
  return sql`FROM "User" WHERE "seq" > ${oldest}
    AND ("email" ${like} ${pattern} ESCAPE '\\' OR "name" ${like} ${pattern} ESCAPE '\\')`;
}
