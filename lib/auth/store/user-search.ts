import { db } from "@/lib/db";
import { databaseKind } from "@/lib/db/kind";
import { env } from "@/lib/env";
import { Prisma } from "@/prisma/client/client";

/** The indexes hold every three letters of address and name. */
const INDEXED_LETTERS = 3;
/** Fewer letters are looked for among so many of the newest users: no index helps, and to read a million takes seconds. */
const NEWEST = 10_000;
/** Users are counted so far: to count a million takes longer than all else of a page. */
export const COUNTED = 1_000;
const LAST_SEQ = 2 ** 31 - 1;

/** Where a page lies in the list: its users are older, or newer, than the one with this `seq`. `{}` is the first page. */
export type UserPlace = { older?: number; newer?: number };

export type UsersPage = {
  /** The `seq` of each, the newest first. */
  seqs: number[];
  /** How many are found, up to `COUNTED` and one. */
  total: number;
  /** Whether users beyond the `NEWEST` were not looked at. */
  newestOnly: boolean;
  previous: UserPlace | null;
  next: UserPlace | null;
};

/**
 * One page of the users whose address or name holds the text, in any case; "" finds all. Every page costs the same,
 * because an index leads to its place.
 */
export async function findUsers(text: string, place: UserPlace, take: number): Promise<UsersPage> {
  const oldest = isIndexed(text) ? 0 : await oldestOfNewest();
  const found = matching(text, oldest);
  const older = (than: number, limit: number) =>
    listSeqs(Prisma.sql`${found} WHERE "seq" < ${than} ORDER BY "seq" DESC LIMIT ${limit}`);
  const newer = (than: number, limit: number) =>
    listSeqs(Prisma.sql`${found} WHERE "seq" > ${than} ORDER BY "seq" LIMIT ${limit}`);

  const seqs =
    place.newer === undefined
      ? await older(place.older ?? LAST_SEQ, take)
      : (await newer(place.newer, take)).toReversed();
  const [first, last] = [seqs.at(0), seqs.at(-1)];
  const isFirstPage = place.newer === undefined && place.older === undefined;
  // Nothing is left there, or too little for a page before the first.
  if (!isFirstPage && (seqs.length === 0 || (place.newer !== undefined && seqs.length < take)))
    return findUsers(text, {}, take);
  return {
    seqs,
    total: (await older(LAST_SEQ, COUNTED + 1)).length,
    newestOnly: oldest > 0,
    previous: first !== undefined && (await newer(first, 1)).length > 0 ? { newer: first } : null,
    next: last !== undefined && (await older(last, 1)).length > 0 ? { older: last } : null,
  };
}

function isIndexed(text: string): boolean {
  return text === "" || [...text].length >= INDEXED_LETTERS;
}

async function oldestOfNewest(): Promise<number> {
  const beyond = await db.user.findMany({ select: { seq: true }, orderBy: { seq: "desc" }, skip: NEWEST, take: 1 });
  return beyond[0]?.seq ?? 0;
}

/** `FROM` what has a `seq` for each user who is found. */
function matching(text: string, oldest: number): Prisma.Sql {
  if (text === "") return Prisma.sql`FROM "User"`;
  const isSqlite = databaseKind(env().DATABASE_URL) === "sqlite";
  if (isSqlite && isIndexed(text)) {
    const phrase = `"${text.replaceAll('"', '""')}"`;
    return Prisma.sql`FROM (SELECT "rowid" AS "seq" FROM "UserSearch" WHERE "UserSearch" MATCH ${phrase}) AS "found"`;
  }
  // In a pattern the two wildcards and the backslash mean themselves behind a backslash.
  const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  const like = isSqlite ? Prisma.sql`LIKE` : Prisma.sql`ILIKE`;
  return Prisma.sql`FROM (
    SELECT "seq" FROM "User" WHERE "seq" > ${oldest}
      AND ("email" ${like} ${pattern} ESCAPE '\\' OR "name" ${like} ${pattern} ESCAPE '\\')) AS "found"`;
}

async function listSeqs(from: Prisma.Sql): Promise<number[]> {
  const rows = await db.$queryRaw<{ seq: number | bigint }[]>`SELECT "seq" ${from}`;
  return rows.map(({ seq }) => Number(seq));
}
