import type { Role } from "@/lib/auth/model/permissions";
import { readRows } from "@/lib/db";
import { databaseKind } from "@/lib/db/kind";
import { type Sql, sql } from "@/lib/db/sql";
import { INDEXED_LETTERS, quoted, rarestLetters } from "@/lib/db/sqlite-letters";
import { env } from "@/lib/env";
import type { User } from "@/prisma/client/client";

/** A shorter text is searched among this many newest users only: no index helps, and reading a million rows takes seconds. */
const NEWEST = 10_000;
/** Users are counted up to this number, and a search finds at most so many: counting a million takes longer than the rest of a page. */
const COUNTED = 1_000;
/** How many times `COUNTED` people with a text's letters are read to find as many with the text. */
const MOST_READS = 3;
const LAST_SEQ = 2 ** 31 - 1;

/** A search: a text in address or name ("" finds all), a role, whether only the disabled; and the order. */
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
 * One page of the users that were found. A search finds the first 1,000 in the order. Every page costs the same, because an
 * index leads to its place.
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
  if (text && !role && !isDisabled) return search(sought);
  const filter = filtered(sought);
  const count = await countUpTo(COUNTED + 1, filter, order);
  const [total, more] = [Math.min(count, COUNTED), count > COUNTED];
  if (!text) return { list: listedBy(filter), total, more, newestOnly: false };
  // The text is looked for among those of the filter if they are few, else the filter is laid over those with the text.
  if (more) return search(sought);
  return found((await readFirst(COUNTED, filter, order)).filter(holding(text)));
}

/** Whether a row's address or name holds the text, in any case as Unicode knows it. SQLite's index compares in the same way. */
function holding(text: string): (row: Row) => boolean {
  const held = new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "iu");
  return ({ email, name }) => held.test(email) || held.test(name ?? "");
}

/** What stands behind a condition on the numbers: all users, or some, of whose numbers there is an index too. */
function filtered({ role, isDisabled }: Sought): Sql {
  const ofRole = role ? sql`AND "role" = ${role}` : sql.empty;
  return isDisabled ? sql`${ofRole} AND "disabledAt" IS NOT NULL` : ofRole;
}

function listedBy(filter: Sql): Seqs {
  const seqsOf = async (query: Sql) => (await readRows<{ seq: number }>(query)).map(({ seq }) => seq);
  return {
    older: (than, limit) =>
      seqsOf(sql`SELECT "seq" FROM "User" WHERE "seq" < ${than} ${filter} ORDER BY "seq" DESC LIMIT ${limit}`),
    newer: (than, limit) =>
      seqsOf(sql`SELECT "seq" FROM "User" WHERE "seq" > ${than} ${filter} ORDER BY "seq" ASC LIMIT ${limit}`),
  };
}

/** Every number is above 0. Said so, SQLite plans a search of the index and not a scan. */
function firstOf(limit: number, filter: Sql, order: Sought["order"]): Sql {
  return sql`FROM "User" WHERE "seq" > 0 ${filter} ORDER BY "seq" ${directionOf(order)} LIMIT ${limit}`;
}

function directionOf(order: Sought["order"]): Sql {
  return order === "newest" ? sql`DESC` : sql`ASC`;
}

async function countUpTo(limit: number, filter: Sql, order: Sought["order"]): Promise<number> {
  const some = sql`SELECT "seq" ${firstOf(limit, filter, order)}`;
  const [counted] = await readRows<{ total: number | string }>(
    sql`SELECT count(*) AS "total" FROM (${some}) AS "some"`,
  );
  return Number(counted?.total);
}

type Row = Pick<User, "seq" | "email" | "name">;

function readFirst(limit: number, filter: Sql, order: Sought["order"]): Promise<Row[]> {
  return readRows<Row>(sql`SELECT "seq", "email", "name" ${firstOf(limit, filter, order)}`);
}

/** A list of few, cut by hand. */
function found(users: { seq: number }[], { more = false, newestOnly = false } = {}): Found {
  const up = users.map(({ seq }) => seq).sort((a, b) => a - b);
  const down = up.toReversed();
  const list = {
    older: (than: number, limit: number) => down.filter((seq) => seq < than).slice(0, limit),
    newer: (than: number, limit: number) => up.filter((seq) => seq > than).slice(0, limit),
  };
  return { list, total: up.length, more, newestOnly };
}

type Matched = { seq: number; role: string; disabled: boolean | number };

async function search({ text, role, isDisabled, order }: Sought): Promise<Found> {
  const oldest = isIndexed(text) ? 0 : await oldestOfNewest();
  const rows = (await searchByLetters(text, order)) ?? (await readMatches(matching(text, oldest), order, sql.empty));
  const isWanted = (row: Matched) => (!role || row.role === role) && (!isDisabled || row.disabled);
  return found(rows.slice(0, COUNTED).filter(isWanted), { more: rows.length > COUNTED, newestOnly: oldest > 0 });
}

/** One more than are counted, if there are so many. @param from `FROM … WHERE …` of a table with `seq` @param columns more of them */
function readMatches<Match extends Matched>(from: Sql, order: Sought["order"], columns: Sql): Promise<Match[]> {
  const direction = directionOf(order);
  return readRows<Match>(sql`
    SELECT "one"."seq", "one"."role", "one"."disabledAt" IS NOT NULL AS "disabled" ${columns}
    FROM (SELECT "seq" ${from} ORDER BY "seq" ${direction} LIMIT ${COUNTED + 1}) AS "match"
    JOIN "User" AS "one" ON "one"."seq" = "match"."seq" ORDER BY "one"."seq" ${direction}`);
}

/**
 * Reads those who have a text's rarest letters, and keeps those who have the text.
 * @returns null when the letters are not rare, or when most who have them do not have the text
 */
async function searchByLetters(text: string, order: Sought["order"]): Promise<Matched[] | null> {
  const letters = isSqlite() ? await rarestLetters(sql`"UserSearch"`, text) : null;
  if (!letters) return null;
  const [beyond, holds] = [order === "newest" ? sql`<` : sql`>`, holding(text)];
  const held: Matched[] = [];
  for (let reads = 0, last = order === "newest" ? LAST_SEQ : 0; reads < MOST_READS; reads++) {
    const from = sql`FROM (SELECT "rowid" AS "seq" FROM "UserSearch"
      WHERE "UserSearch" MATCH ${letters} AND "rowid" ${beyond} ${last})`;
    const rows = await readMatches<Matched & Row>(from, order, sql`, "one"."email", "one"."name"`);
    held.push(...rows.filter(holds));
    if (rows.length <= COUNTED || held.length > COUNTED) return held;
    last = rows.at(-1)?.seq ?? last;
  }
  return null;
}

function isSqlite(): boolean {
  return databaseKind(env().DATABASE_URL) === "sqlite";
}

function isIndexed(text: string): boolean {
  return [...text].length >= INDEXED_LETTERS;
}

async function oldestOfNewest(): Promise<number> {
  const [beyond] = await readRows<{ seq: number }>(sql`
    SELECT "seq" FROM "User" ORDER BY "seq" DESC LIMIT 1 OFFSET ${NEWEST}`);
  return beyond?.seq ?? 0;
}

/** `FROM … WHERE …` of the users whose address or name holds the text, in any case. */
function matching(text: string, oldest: number): Sql {
  if (isSqlite() && isIndexed(text))
    return sql`FROM (SELECT "rowid" AS "seq" FROM "UserSearch" WHERE "UserSearch" MATCH ${quoted(text)}) AS "found"`;
  // In a pattern the two wildcards and the backslash mean themselves behind a backslash.
  const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  const like = isSqlite() ? sql`LIKE` : sql`ILIKE`;
  return sql`FROM "User" WHERE "seq" > ${oldest}
    AND ("email" ${like} ${pattern} ESCAPE '\\' OR "name" ${like} ${pattern} ESCAPE '\\')`;
}
