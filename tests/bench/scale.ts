import { rmSync } from "node:fs";
import Database from "libsql";
import { hashPassword } from "@/lib/auth/model/password-hash";
import { sqlitePath } from "@/lib/db/kind";
import { env } from "@/lib/env";
import { migrate } from "@/prisma/migrate";
import { PASSWORD } from "../support/people";
import { findPostgresql } from "../support/postgresql.mjs";
import { startPostgresql } from "../support/postgresql-server";
import { loadOf } from "./load";
import type { Figure } from "./rounds";
import type { CleanedUp } from "./scale-clean-up-load";
import { expire, fillings, migrateAlmost } from "./scale-fill";
import type { Measured, Taken } from "./scale-load";
import { GROUPS } from "./scale-operations";
import { measureProcesses } from "./scale-processes";

const [FEW, MANY] = [1_000, 1_000_000];
const EXPIRED = 500_000;
const GOAL = 1.3;
const LISTS_GOAL = 3;
const HELD_UP_GOAL_MS = 20;
const STARTS = 5;
/** Files and PostgreSQL's memory are thrown away afterwards: we measure reading and writing beside many rows. */
const POSTGRESQL = ["shared_buffers=512MB", "max_wal_size=4GB"];
const load = (name: string) => `${import.meta.dirname}/${name}-load.ts`;

/** A kind of database: its addresses for few and for many people, and how to run SQL on one of them. */
type Databases = { name: string; few: string; many: string; run(url: string, statements: string[]): Promise<void> };

/** The cost of every operation beside a million people, against a thousand, with SQLite. */
export async function measureScale(folder: string): Promise<Figure[]> {
  const [few, many] = [FEW, MANY].map((people) => `file:${folder}/${people}-people.db`) as [string, string];
  const databases: Databases = {
    ...{ name: "SQLite", few, many },
    async run(url, statements) {
      const database = new Database(sqlitePath(url));
      database.exec("PRAGMA synchronous = OFF");
      for (const sql of statements) database.exec(sql);
      database.close();
    },
  };
  try {
    return await measure(databases, "ANALYZE");
  } finally {
    for (const url of [few, many]) rmSync(sqlitePath(url), { force: true });
  }
}

/** The same with PostgreSQL, and how one PostgreSQL serves several processes. */
export async function measureScalePostgresql(): Promise<Figure[]> {
  if (!findPostgresql()) return [];
  const server = await startPostgresql(POSTGRESQL);
  try {
    for (const people of [FEW, MANY]) await server.run(`CREATE DATABASE people_${people}`);
    const [few, many] = [FEW, MANY].map((people) => server.url(`people_${people}`)) as [string, string];
    const databases: Databases = {
      ...{ name: "PostgreSQL", few, many },
      async run(url, statements) {
        for (const sql of statements) await server.run(sql, new URL(url).pathname.slice(1));
      },
    };
    const figures = await measure(databases, "VACUUM ANALYZE");
    return [...figures, ...(await measureProcesses(many, MANY))];
  } finally {
    await server.remove();
  }
}

async function measure(databases: Databases, analyze: string): Promise<Figure[]> {
  const { name, few, many, run } = databases;
  Object.assign(env(), { BCRYPT_COST: 4 });
  const hash = await hashPassword(PASSWORD);
  const starts: Record<string, number> = {};
  for (const [url, people] of [
    [few, FEW],
    [many, MANY],
  ] as const) {
    const { before, after } = fillings(url, people, hash);
    await migrateAlmost(url);
    await run(url, [...before, analyze]);
    starts[`${url} migrating`] = await startMs(url);
    await run(url, [...after, analyze]);
    starts[url] = Math.min(...(await inTurn(STARTS, () => startMs(url))));
  }
  const figures = await compareOperations(databases);
  const [first = 0, last = 0] = [starts[few], starts[many]];
  const migrated = [few, many].map((url) => `${((starts[`${url} migrating`] ?? 0) / 1000).toFixed(1)} s`);
  figures.push(
    figure(`${name}: a start that finds its migrations applied`, last / first, `${last.toFixed(0)} ms`, GOAL),
    {
      name: `${name}: a start that applies the migrations of the last days`,
      measured: `${migrated[1]}, and ${migrated[0]} beside few`,
      ...{ goal: "", ok: true },
    },
  );
  await run(many, [...expire(EXPIRED), analyze]);
  return [...figures, ...(await cleanUpOf(name, many))];
}

async function startMs(url: string): Promise<number> {
  const begun = performance.now();
  await migrate(url);
  return performance.now() - begun;
}

async function inTurn<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  while (results.length < times) results.push(await work());
  return results;
}

async function compareOperations({ name, few, many }: Databases): Promise<Figure[]> {
  const measured: Measured[] = await loadOf(load("scale"), [few, many]);
  const figures = GROUPS.map((group) => {
    const ours = measured.filter((one) => one.group === group);
    const [time, cpu] = [worst(ours, "ms"), worst(ours, "cpuMs")];
    const goal = group === "lists of people" ? LISTS_GOAL : GOAL;
    const ok = Math.max(time.ratio, cpu.ratio) <= goal;
    return {
      name: `${name}: ${group}`,
      measured: `time ${time.text}, CPU ${cpu.text}`,
      ...{ goal: `≤ ${goal}`, ok },
    };
  });
  const [held] = measured.toSorted((a, b) => b.many.stallMs - a.many.stallMs);
  if (!held) throw new Error("Nothing was measured");
  return [...figures, heldUp(`${name}: others are held up longest by`, held.many.stallMs, held.name)];
}

function worst(measured: Measured[], part: keyof Taken): { ratio: number; text: string } {
  const ratioOf = ({ few, many }: Measured) => many[part] / few[part];
  const [found] = measured.toSorted((a, b) => ratioOf(b) - ratioOf(a));
  if (!found) throw new Error("Nothing was measured");
  const ratio = ratioOf(found);
  return { ratio, text: `${ratio.toFixed(2)} (${found.name}, ${found.many[part].toFixed(1)} ms)` };
}

async function cleanUpOf(name: string, url: string): Promise<Figure[]> {
  const { deleted, seconds, idle, during }: CleanedUp = await loadOf(load("scale-clean-up"), [url]);
  return [
    {
      name: `${name}: ${EXPIRED.toLocaleString("en")} rows that expired are deleted`,
      measured: `${deleted.toLocaleString("en")} in ${seconds.toFixed(0)} s`,
      ...{ goal: "all", ok: deleted >= EXPIRED },
    },
    heldUp(
      `${name}: meanwhile, a request of 999 in 1,000 takes`,
      during.p999,
      `${idle.p999.toFixed(0)} ms else; the longest of ${during.count}: ${during.longest.toFixed(0)} ms, ${idle.longest.toFixed(0)} ms else`,
    ),
  ];
}

function figure(name: string, ratio: number, beside: string, goal: number): Figure {
  return { name, measured: `${ratio.toFixed(2)} (${beside})`, goal: `≤ ${goal}`, ok: ratio <= goal };
}

function heldUp(name: string, ms: number, beside: string): Figure {
  const measured = `${ms.toFixed(0)} ms (${beside})`;
  return { name, measured, goal: `≤ ${HELD_UP_GOAL_MS} ms`, ok: ms <= HELD_UP_GOAL_MS };
}
