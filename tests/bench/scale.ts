import { rmSync } from "node:fs";
import Database from "libsql";
import { start } from "@/lib/cli/processes.mjs";
import { migrate } from "@/prisma/migrate";
import { findPostgresql } from "../support/postgresql.mjs";
import { startPostgresql } from "../support/postgresql-server";
import type { Figure } from "./rounds";
import type { Measured } from "./scale-load";

const [FEW, MANY] = [1_000, 1_000_000];
const STORY_GOAL = 1.3;
const LIST_GOAL = 3;
const STALL_GOAL_MS = 20;
/** Files and a PostgreSQL's memory are thrown away: what is measured is reading and writing beside many rows. */
const POSTGRESQL = ["shared_buffers=512MB", "max_wal_size=4GB"];

/** What every story and list costs beside a million people, against a thousand, on both databases. */
export async function measureScale(folder: string): Promise<Figure[]> {
  const files = [FEW, MANY].map((people) => ({ people, file: `${folder}/${people}-people.db` }));
  for (const { people, file } of files) await fillSqlite(file, people);
  const figures = await compare("SQLite", ...files.map(({ file }) => `file:${file}`));
  for (const { file } of files) rmSync(file);
  if (!findPostgresql()) return figures;
  const server = await startPostgresql(POSTGRESQL);
  try {
    for (const people of [FEW, MANY]) {
      await server.run(`CREATE DATABASE people_${people}`);
      await migrate(server.url(`people_${people}`));
      for (const sql of fillings(people)) await server.run(sql, `people_${people}`);
      await server.run("VACUUM ANALYZE", `people_${people}`);
    }
    return [...figures, ...(await compare("PostgreSQL", ...[FEW, MANY].map((n) => server.url(`people_${n}`))))];
  } finally {
    await server.remove();
  }
}

async function fillSqlite(file: string, people: number): Promise<void> {
  await migrate(`file:${file}`);
  const database = new Database(file);
  database.exec("PRAGMA synchronous = OFF");
  for (const sql of fillings(people)) database.exec(sql);
  database.exec("ANALYZE");
  database.close();
}

/** SQL that both databases read: each person has a password, a session and an event. */
function fillings(people: number): string[] {
  const [now, later] = [new Date().toISOString(), new Date(Date.now() + 86_400_000).toISOString()];
  const each = (into: string, values: string) =>
    `WITH RECURSIVE "each"(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM "each" WHERE n < ${people})
     INSERT INTO ${into} SELECT ${values} FROM "each"`;
  return [
    each(
      `"User" ("id", "email", "name", "emailVerified", "updatedAt")`,
      `'id-' || n, (n * 1009 % 1000003) || '@mail' || (n % 1000) || '.example', 'Ann ' || (n * 2003 % 1000003), '${now}', '${now}'`,
    ),
    each(`"Credential" ("userId", "passwordHash", "changedAt")`, `'id-' || n, 'none', '${now}'`),
    each(
      `"Session" ("id", "tokenHash", "userId", "idleSeconds", "expires", "absoluteExpires", "authenticatedAt",
         "lastSeenAt", "createdAt")`,
      `'id-' || n, 'hash-' || n, 'id-' || n, 86400, '${later}', '${later}', '${now}', '${now}', '${now}'`,
    ),
    each(`"SecurityEvent" ("id", "type", "userId", "createdAt")`, `'id-' || n, 'user.signed_in', 'id-' || n, '${now}'`),
  ];
}

async function compare(database: string, few = "", many = ""): Promise<Figure[]> {
  const parameters = ["--import", "tsx", `${import.meta.dirname}/scale-load.ts`, few, many];
  const { code, output } = await start(process.execPath, parameters).ended;
  if (code !== 0) throw new Error(`The operations on ${database} failed:\n${output}`);
  const measured: Measured[] = JSON.parse(output.trim().split("\n").at(-1) ?? "");
  const lists = measured.filter(({ isList }) => isList);
  const stories = measured.filter(({ isList }) => !isList);
  return [
    worst(`${database}, 1,000,000 people against 1,000: the story that slows down most`, stories, "ratio", STORY_GOAL),
    worst("The same: the list", lists, "ratio", LIST_GOAL),
    worst("The same: the list that holds other requests up longest, ms", lists, "stallMs", STALL_GOAL_MS),
  ];
}

function worst(name: string, measured: Measured[], by: "ratio" | "stallMs", goal: number): Figure {
  const found = measured.toSorted((a, b) => b[by] - a[by])[0];
  if (!found) throw new Error(`Nothing was measured for: ${name}`);
  const figure = found[by].toFixed(by === "ratio" ? 2 : 0);
  return {
    name,
    measured: `${figure} (${found.name}, ${found.ms.toFixed(1)} ms)`,
    goal: `≤ ${goal}`,
    ok: found[by] <= goal,
  };
}
