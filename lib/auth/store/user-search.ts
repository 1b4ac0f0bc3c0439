import { db } from "@/lib/db";
import { databaseKind } from "@/lib/db/kind";
import { env } from "@/lib/env";
import { Prisma } from "@/prisma/client/client";

/** The indexes hold every three letters of address and name. */
const INDEXED_LETTERS = 3;
/** Fewer letters are looked for among so many of the newest users: no index helps, and to read a million takes seconds. */
const NEWEST = 10_000;
/** Users are counted so far, and a search finds so many, the newest: to count a million takes longer than all else of a page. */
export const COUNTED = 1_000;
const LAST_SEQ = 2 ** 31 - 1;

/** Where a page lies in the list: its users are older, or newer, than the one with this `seq`. `{}` is the first page. */
export type UserPlace = { older?: number; newer?: number };

export type UsersPage = {
  /** The `seq` of each, the newest first. */
  seqs: number[];
  /** How many there are, up to `COUNTED` and one. */
  total: number;
  /** Whether the text was too short to look at more than the `NEWEST`. */
  newestOnly: boolean;
  previous: UserPlace | null;
  next: UserPlace | null;
};

/**
 * One page of the users whose address or name holds the text, in any case: the newest 1,000 of them. "" finds all there are.
 * No page costs more than another, because an index leads to its place.
 */
export async function findUsers(text: string, place: UserPlace, take: number): Promise<UsersPage> {
  const oldest = text === "" || isIndexed(text) ? 0 : await oldestOfNewest();
  const newest = await listSeqs(Prisma.sql`${matching(text, oldest)} ORDER BY "seq" DESC LIMIT ${COUNTED + 1}`);
  const list = text === "" ? allUsers : listOf(newest.slice(0, COUNTED));
  const isFirstPage = place.newer === undefined && place.older === undefined;

  const seqs =
    place.newer === undefined ? await list.older(place.older ?? LAST_SEQ, take) : await list.newer(place.newer, take);
  // Nothing is left there, or too little for a page before the first.
  if (!isFirstPage && (seqs.length === 0 || (place.newer !== undefined && seqs.length < take)))
    return findUsers(text, {}, take);
  const [first, last] = [seqs.at(0), seqs.at(-1)];
  return {
    seqs,
    total: newest.length,
    newestOnly: oldest > 0,
    previous: first !== undefined && (await list.newer(first, 1)).length > 0 ? { newer: first } : null,
    next: last !== undefined && (await list.older(last, 1)).length > 0 ? { older: last } : null,
  };
}

/** What a page is cut from: the `limit` numbers next to one, the newest first. */
type Seqs = {
  older(than: number, limit: number): number[] | Promise<number[]>;
  newer(than: number, limit: number): number[] | Promise<number[]>;
};

const allUsers: Seqs = {
  older: (than, limit) => listSeqs(Prisma.sql`FROM "User" WHERE "seq" < ${than} ORDER BY "seq" DESC LIMIT ${limit}`),
  newer: async (than, limit) =>
    (await listSeqs(Prisma.sql`FROM "User" WHERE "seq" > ${than} ORDER BY "seq" LIMIT ${limit}`)).toReversed(),
};

function listOf(found: number[]): Seqs {
  return {
    older: (than, limit) => found.filter((seq) => seq < than).slice(0, limit),
    newer: (than, limit) => found.filter((seq) => seq > than).slice(-limit),
  };
}

function isIndexed(text: string): boolean {
  return [...text].length >= INDEXED_LETTERS;
}

async function oldestOfNewest(): Promise<number> {
  const beyond = await db.user.findMany({ select: { seq: true }, orderBy: { seq: "desc" }, skip: NEWEST, take: 1 });
  return beyond[0]?.seq ?? 0;
}

/** `FROM … WHERE …` of the users who are found. */
function matching(text: string, oldest: number): Prisma.Sql {
  if (text === "") return Prisma.sql`FROM "User" WHERE "seq" > 0`;
  const isSqlite = databaseKind(env().DATABASE_URL) === "sqlite";
  if (isSqlite && isIndexed(text)) {
    const phrase = `"${text.replaceAll('"', '""')}"`;
    return Prisma.sql`FROM (SELECT "rowid" AS "seq" FROM "UserSearch" WHERE "UserSearch" MATCH ${phrase}) AS "found"`;
  }
  // In a pattern the two wildcards and the backslash mean themselves behind a backslash.
  const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  const like = isSqlite ? Prisma.sql`LIKE` : Prisma.sql`ILIKE`;
  return Prisma.sql`FROM "User" WHERE "seq" > ${oldest}
    AND ("email" ${like} ${pattern} ESCAPE '\\' OR "name" ${like} ${pattern} ESCAPE '\\')`;
}

async function listSeqs(from: Prisma.Sql): Promise<number[]> {
  const rows = await db.$queryRaw<{ seq: number | bigint }[]>`SELECT "seq" ${from}`;
  return rows.map(({ seq }) => Number(seq));
}
