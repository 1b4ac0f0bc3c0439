import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

// CockroachDB and YugabyteDB speak PostgreSQL's protocol, and neither was tried. What of our SQL they would stumble over is
// found here by its words, from their documentation: CockroachDB's pages "PostgreSQL Compatibility", "SERIAL" and "Trigram
// Indexes", YugabyteDB's "PostgreSQL compatibility", "Transactional DDL", "GIN indexes" and "Explicit locking". New SQL that
// uses more of this fails here, and is then left out or listed with its reason; the table in lib/server/README.md says what
// to change.

const MIGRATIONS = "prisma/postgresql/migrations";

/** What one of the two does not do as PostgreSQL does, with a sample of it. */
const DIFFERENT: Record<string, { words: RegExp; sample: string }> = {
  "advisory lock": { words: /pg_(try_)?advisory_/i, sample: "SELECT pg_advisory_xact_lock(1)" },
  extension: { words: /\bCREATE EXTENSION\b/i, sample: "CREATE EXTENSION citext" },
  "trigram index": { words: /\bgin_trgm_ops\b/i, sample: 'USING GIN ("x" gin_trgm_ops)' },
  "other index": { words: /\bUSING\s+(GIST|SPGIST|BRIN|HASH)\b/i, sample: 'USING GIST ("x")' },
  serial: { words: /\b(SMALL|BIG)?SERIAL\b/i, sample: '"seq" BIGSERIAL' },
  "trigger or function": {
    words: /\bCREATE (OR REPLACE )?(CONSTRAINT )?(TRIGGER|FUNCTION|PROCEDURE)\b/i,
    sample: "CREATE TRIGGER t",
  },
  "table lock": { words: /\bLOCK TABLE\b/i, sample: 'LOCK TABLE "User"' },
  "skipped rows": { words: /\bSKIP LOCKED\b/i, sample: "FOR UPDATE SKIP LOCKED" },
  notification: { words: /\b(UN)?LISTEN [a-z"]|\bpg_notify\b|\bNOTIFY [a-z"]/i, sample: "LISTEN mails" },
  "exclusion or deferrable": { words: /\bEXCLUDE USING\b|\bDEFERRABLE\b/i, sample: "DEFERRABLE INITIALLY DEFERRED" },
  "generated column": { words: /\bGENERATED ALWAYS AS\b/i, sample: "GENERATED ALWAYS AS (1) STORED" },
  inheritance: { words: /\bINHERITS\s*\(/i, sample: 'INHERITS ("User")' },
  "system column": { words: /\b(ctid|xmin|xmax|tableoid)\b/i, sample: "WHERE ctid = $1" },
  "concurrent index": { words: /\bINDEX CONCURRENTLY\b/i, sample: "CREATE INDEX CONCURRENTLY i" },
  "changed type": { words: /\bALTER COLUMN\b[^;]*\bTYPE\b/i, sample: 'ALTER COLUMN "x" SET DATA TYPE TEXT' },
};

/** What is used all the same, where, and what it would take to do without. */
const KNOWN: Record<string, { where: string[]; reason: string }> = {
  "advisory lock": {
    where: ["prisma/migrate-postgresql.ts"],
    reason:
      "One process migrates at a time. CockroachDB has no such lock, or one that holds nothing, before the versions of 2026: migrate from one place there, with db:deploy.",
  },
  extension: {
    where: [`${MIGRATIONS}/20261129052541_find_users/migration.sql`],
    reason:
      "pg_trgm, for the search. CockroachDB has trigrams built in and needs the line left out where it refuses it.",
  },
  "trigram index": {
    where: [`${MIGRATIONS}/20261129052541_find_users/migration.sql`],
    reason:
      "The search of /admin. CockroachDB's own trigram index serves LIKE and ILIKE; YugabyteDB's GIN index knows no trigrams, so that the two indexes go and a search reads the table.",
  },
  serial: {
    where: [`${MIGRATIONS}/20261121211703_init/migration.sql`],
    reason:
      "Users' numbers, which Strapi's clients see. CockroachDB makes 64 bits of them, more than JavaScript's numbers and our column hold: serial_normalization=sql_sequence_cached for the first migration.",
  },
};

const sqlFiles = readdirSync(MIGRATIONS, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".sql"))
  .map((name) => join(MIGRATIONS, name));
const codeFiles = ["lib", "prisma"]
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)))
  .filter((name) => /\.(ts|mjs)$/.test(name) && !/^prisma\/client/.test(name));

/** Comments say of SQL what code does not do. */
const withoutComments = (name: string) =>
  readFileSync(name, "utf8").replace(name.endsWith(".sql") ? /--.*$/gm : /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
/** Of code only what stands in templates and strings that are statements. */
const sqlOf = (name: string) =>
  name.endsWith(".sql")
    ? withoutComments(name)
    : (withoutComments(name).match(/`[^`]*`|"[^"\n]*"/g) ?? [])
        .filter((text) =>
          /\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|LOCK|SET|BEGIN|LISTEN|NOTIFY|FROM|WHERE)\b/.test(text),
        )
        .join("\n");

describe("of what CockroachDB or YugabyteDB do otherwise", () => {
  test("our SQL uses what is known, and no more", () => {
    const found = Object.fromEntries(
      Object.entries(DIFFERENT)
        .map(
          ([name, { words }]) => [name, [...codeFiles, ...sqlFiles].filter((file) => words.test(sqlOf(file)))] as const,
        )
        .filter(([, where]) => where.length > 0),
    );
    expect(found).toEqual(Object.fromEntries(Object.entries(KNOWN).map(([name, { where }]) => [name, where])));
  });

  test("each is found where it is written", () => {
    for (const { words, sample } of Object.values(DIFFERENT)) expect(sample).toMatch(words);
    expect(sqlFiles.length).toBeGreaterThan(5);
    const asking = codeFiles.filter((file) => sqlOf(file) !== "");
    expect(asking).toEqual(expect.arrayContaining(["lib/auth/store/rate-limits.ts", "lib/db/lock-row.ts"]));
  });

  test("what is known is in the operator's table", () => {
    const table = readFileSync("lib/server/README.md", "utf8");
    for (const name of Object.keys(KNOWN)) expect(table, name).toMatch(new RegExp(`^\\| ${name} \\|`, "m"));
  });
});
