import { db } from "@/lib/db";

/** How many connections to PostgreSQL wait for a lock of this transaction's. */
export async function waitingForUs(): Promise<number> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))`;
  return rows.length;
}
