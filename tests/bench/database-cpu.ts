import { readFileSync } from "node:fs";
import { db } from "@/lib/db";
import { databaseKind } from "@/lib/db/kind";
import { env } from "@/lib/env";

const NS_A_MS = 1_000_000;

/**
 * Begins to count the CPU time that PostgreSQL's processes for this database use. SQLite works in our own process: 0.
 * @returns a function that gives the milliseconds since then. It leaves out processes that have ended.
 */
export async function databaseCpu(): Promise<() => Promise<number>> {
  const before = await cpuOfBackends();
  return async () => {
    let sum = 0;
    for (const [pid, ms] of await cpuOfBackends()) sum += ms - (before.get(pid) ?? 0);
    return sum;
  };
}

async function cpuOfBackends(): Promise<Map<number, number>> {
  if (databaseKind(env().DATABASE_URL) === "sqlite") return new Map();
  const rows = await db.$queryRaw<{ pid: number }[]>`
    SELECT "pid" FROM pg_stat_activity WHERE "datname" = current_database() AND "backend_type" <> 'autovacuum worker'`;
  return new Map(rows.map(({ pid }) => [pid, cpuMsOf(pid)]));
}

/** The first number of a process's schedstat, in nanoseconds: finer than the ticks of proc_pid_stat(5). */
function cpuMsOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]) / NS_A_MS;
  } catch {
    return 0;
  }
}
