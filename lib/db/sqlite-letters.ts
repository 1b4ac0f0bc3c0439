import { readRows } from ".";
import { type Sql, sql } from "./sql";

/** SQLite's index for searching texts holds every three letters of each. */
export const INDEXED_LETTERS = 3;
/** Three letters are rare if not all of this many rows that have them stand among the first `EARLY`. */
const SAMPLE = 20;
const EARLY = 1_000;
/** Of a longer text, only the first so many letters are considered. */
const CONSIDERED_LETTERS = 40;

/** Three letters of a text: where they stand, and the number of the last row of a sample that has them. */
type Letters = { at: number; phrase: string; last: number };

/**
 * The rarest letters of a text, twice three of them, as a query that all rows with the text match, and few others. For the text
 * itself, SQLite goes through the rows that have its first three letters, then its second, and so on. Of a whole address, which
 * ends like a million others, that takes a hundred times as long.
 * @param index the name of a table of SQLite's, in quotes, made with `fts5` and `trigram`
 * @returns null when the text has no rare letters, or fewer than five letters, which SQLite finds as fast
 */
export async function rarestLetters(index: Sql, text: string): Promise<string | null> {
  const letters = [...text].slice(0, CONSIDERED_LETTERS);
  const phrases = letters.slice(INDEXED_LETTERS - 1).map((_, at) => quoted(letters.slice(at, at + INDEXED_LETTERS)));
  if (phrases.length <= 2) return null;
  const samples = await readRows<{ at: number; last: number | null }>(sql`
    SELECT "key" AS "at", (SELECT "rowid" FROM ${index} WHERE ${index} MATCH "value" LIMIT 1 OFFSET ${SAMPLE - 1}) AS "last"
    FROM json_each(${JSON.stringify(phrases)})`);
  const rare = samples
    .map(({ at, last }) => ({ at, phrase: phrases[at] ?? "", last: last ?? Number.MAX_SAFE_INTEGER }))
    .filter(({ last }) => last > EARLY);
  return rarestPair(rare)?.join(" AND ") ?? null;
}

/** Letters that overlap mostly occur together, so those apart leave fewer rows. */
function rarestPair(rare: Letters[]): string[] | undefined {
  const pairs = rare.flatMap((one, index) => rare.slice(index).map((other) => [one, other] as const));
  const apart = ([one, other]: (typeof pairs)[number]) => Math.min(other.at - one.at, INDEXED_LETTERS);
  const rarity = ([one, other]: (typeof pairs)[number]) => one.last * other.last;
  const [rarest] = pairs.sort((a, b) => apart(b) - apart(a) || rarity(b) - rarity(a));
  return rarest && [...new Set(rarest.map(({ phrase }) => phrase))];
}

/** Letters that the index takes for themselves and not for a query. */
export function quoted(letters: string | string[]): string {
  return `"${[letters].flat().join("").replaceAll('"', '""')}"`;
}
