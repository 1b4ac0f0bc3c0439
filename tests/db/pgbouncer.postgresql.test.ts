import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { login } from "@/lib/auth/login";
import { db } from "@/lib/db";
import { isUnavailable } from "@/lib/db/outage";
import { transact } from "@/lib/db/transact";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { migrate } from "@/prisma/migrate";
import { client, links, PASSWORD, verifiedUser } from "@/tests/support/people";
import { startPgbouncer } from "@/tests/support/pgbouncer";
import { findPgbouncer } from "@/tests/support/postgresql.mjs";

describe.skipIf(!findPgbouncer())("behind PgBouncer in transaction mode", () => {
  let pooler: Awaited<ReturnType<typeof startPgbouncer>>;
  let direct: Client;

  beforeAll(async () => {
    const template = inject("templateDatabase");
    const name = `test_${randomUUID().replaceAll("-", "")}`;
    const admin = new Client({ connectionString: template.replace(/template$/, "postgres") });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${name}`);
    await admin.end();
    const database = template.replace(/template$/, name);
    pooler = await startPgbouncer(database);
    env().DATABASE_URL = pooler.url;
    direct = new Client({ connectionString: database });
    await direct.connect();
  });
  afterAll(async () => {
    await db.$disconnect();
    await direct.end();
    await pooler.stop();
  });

  test("several processes migrate once, and the next migration finds no lock left over", async () => {
    const applied = await Promise.all([migrate(pooler.url), migrate(pooler.url), migrate(pooler.url)]);
    expect(applied.filter((one) => one.applied.length > 0)).toHaveLength(1);
    const locks = () =>
      direct.query(
        `SELECT 1 FROM pg_locks WHERE locktype = 'advisory'
          AND "database" = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
    // The pooler hangs up on the server a moment after its client has hung up.
    await vi.waitFor(async () => expect((await locks()).rows).toEqual([]), { timeout: 15_000 });
    expect(await migrate(pooler.url)).toEqual({ applied: [] });
  });

  test("people sign in, more of them at once than there are connections", async () => {
    const people = await Promise.all(Array.from({ length: 20 }, () => verifiedUser()));
    const results = await Promise.all(people.map(({ email }) => login({ email, password: PASSWORD }, client(), links)));
    expect(results.map(({ ok }) => ok)).toEqual(people.map(() => true));
  });

  test("what waits for a lock is ended in time, on the server too, alone and in a transaction", async () => {
    const logged = vi.spyOn(log, "error").mockImplementation(() => {});
    const { id } = await verifiedUser();
    const rename = () => db.user.update({ where: { id }, data: { name: "changed" } });
    await direct.query("BEGIN");
    await direct.query('SELECT 1 FROM "User" WHERE "id" = $1 FOR UPDATE', [id]);
    const endings = await Promise.allSettled([
      db.$executeRaw`UPDATE "User" SET "name" = 'changed' WHERE "id" = ${id}`,
      rename(),
      transact(rename),
    ]);
    const waiting = await direct.query(
      "SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
    );
    await direct.query("ROLLBACK");

    for (const ending of endings) expect(ending.status === "rejected" && isUnavailable(ending.reason)).toBe(true);
    expect(waiting.rows).toEqual([]);
    expect(await db.user.findUnique({ where: { id } })).toMatchObject({ name: null });
    logged.mockRestore();
  });

  test("a limit of ours stays with no connection that the pooler gives to others", async () => {
    await transact(() => db.user.count());
    const limits = Array.from(
      { length: 20 },
      () => db.$queryRaw<{ limit: string }[]>`
      SELECT current_setting('statement_timeout') AS "limit", pg_sleep(0.02)::text`,
    );
    for (const [row] of await Promise.all(limits)) expect(row?.limit).toBe("0");
  });
});
