import { beforeAll, expect, test } from "vitest";
import { findUsers } from "@/lib/auth/store/user-search";
import { db, readRows } from "@/lib/db";
import { sql } from "@/lib/db/sql";
import { rarestLetters } from "@/lib/db/sqlite-letters";

const INDEX = sql`"UserSearch"`;
const find = (text: string) => findUsers({ text, isDisabled: false, order: "oldest" }, {}, 20);

/** The addresses of those who have the rarest letters of a text. */
async function candidates(text: string): Promise<string[]> {
  const letters = await rarestLetters(INDEX, text);
  const rows = await readRows<{ email: string }>(sql`
    SELECT "email" FROM "User" WHERE "seq" IN (SELECT "rowid" FROM "UserSearch" WHERE "UserSearch" MATCH ${letters})`);
  return rows.map(({ email }) => email);
}

beforeAll(
  () => db.$executeRaw`INSERT INTO "User" ("id", "email", "name", "updatedAt")
    WITH RECURSIVE "count"(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM "count" WHERE n < 4400)
    SELECT 'n' || n, n || '@mail.example',
      CASE WHEN n = 4400 THEN 'uvwuvwuv' WHEN n > 1000 THEN 'Latecomer ' || n || ' uvwuv ' || CASE n % 2 WHEN 0 THEN 'rstrs' ELSE 'rstrstrs' END
        WHEN n = 1 THEN 'abcdef' WHEN n < 10 THEN 'abcd' END, CURRENT_TIMESTAMP FROM "count"`,
);

test.each(["1234@mail.example", "Latecomer 1234", "ECOMER 1234"])(
  "a person is looked for by the rarest letters of %s, which few others have",
  async (text) => {
    const few = await candidates(text);
    expect(few).toContain("1234@mail.example");
    expect(few.length).toBeLessThan(30);
    expect(await find(text)).toMatchObject({ total: 1, more: false });
  },
);

test("of letters as rare as others, those are asked for that do not overlap", async () => {
  expect(await candidates("abcdef")).toEqual(["1@mail.example"]);
});

test("where many have all of a text's letters, the text itself is looked for", async () => {
  expect(await rarestLetters(INDEX, "@mail.example")).toBeNull();
  expect(await find("@mail.example")).toMatchObject({ total: 1_000, more: true });
});

test("where many have the letters and the text, they are read in turn until there are enough", async () => {
  expect(await candidates("rstrstrs")).toHaveLength(3_399);
  const page = await find("rstrstrs");
  expect(page).toMatchObject({ total: 1_000, more: true });
  expect(new Set(page.seqs).size).toBe(20);
});

test("where many have the letters and few the text, the text itself is looked for", async () => {
  expect(await candidates("uvwuvwuv")).toHaveLength(3_400);
  expect(await find("uvwuvwuv")).toMatchObject({ total: 1, more: false });
});
