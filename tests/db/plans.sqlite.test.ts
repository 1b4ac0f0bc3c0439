import "@/tests/support/statements";
import Database from "libsql";
import { beforeAll, describe, expect, test } from "vitest";
import { listActivity } from "@/lib/auth/activity/list-activity";
import { exportData } from "@/lib/auth/export-data";
import { login } from "@/lib/auth/login";
import { listUsers } from "@/lib/auth/manage-users";
import { ROLES } from "@/lib/auth/model/permissions";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { listUsersFrom } from "@/lib/auth/store/users";
import { backgroundIdle } from "@/lib/background";
import { cleanUp } from "@/lib/db/clean-up";
import { sqlitePath } from "@/lib/db/kind";
import { env } from "@/lib/env";
import { Prisma } from "@/prisma/client/client";
import { fillAndAnalyze } from "@/tests/support/crowd";
import { STORIES } from "@/tests/support/kill-stories";
import { adminUser, client, links, PASSWORD, session, verifiedUser } from "@/tests/support/people";
import { statementsOf } from "@/tests/support/statements";

const { SigningKey: _, ...growing } = Prisma.ModelName;
const GROWING = new RegExp(`^SCAN (main\\.)?(${Object.values(growing).join("|")})\\b`);

/** What Prisma asks about none of a list. No row is read for it, whatever the plan says. */
const NOTHING = /WHERE \(?1=0\b/;

/** SQLite works on the thread that serves pages: a table that is read whole stops everybody. */
describe("once SQLite has counted its rows, no table is read whole", () => {
  beforeAll(fillAndAnalyze);

  test.each(STORIES)("when $name", async ({ prepare, play }) => {
    const scene = await prepare();
    const statements = await statementsOf(async () => {
      expect((await play(scene)).ok).toBe(true);
      await backgroundIdle();
    });
    expect(statements.length).toBeGreaterThan(0);
    expect(scansOf(statements)).toEqual([]);
  });

  test("when a name that may be an address or a username is looked up, and a session is", async () => {
    const { token } = await session(await verifiedUser({ email: "alice@example.com" }));
    const statements = await statementsOf(async () => {
      await login({ email: "alice", password: PASSWORD, orUsername: true }, client(), links);
      await findPrincipal(token);
    });
    expect(scansOf(statements)).toEqual([]);
  });

  test("when a person reads their activity, page after page, and all of their data", async () => {
    const alice = await verifiedUser();
    await session(alice);
    const { principal } = await session(alice);
    const statements = await statementsOf(async () => {
      const { older } = await listActivity(principal, { take: 1 }, String);
      await listActivity(principal, { take: 1, after: older ?? "" }, String);
      const exported = await exportData(principal, client());
      if (exported.ok) for await (const _ of exported.value);
    });
    expect(statements.filter((sql) => /[`"](Passkey|Actor|SecurityEvent)[`"]/.test(sql)).length).toBeGreaterThan(4);
    expect(scansOf(statements)).toEqual([]);
  });

  test("when what has expired is deleted", async () => {
    const statements = await statementsOf(cleanUp);
    expect(statements.filter((sql) => sql.startsWith("DELETE")).length).toBeGreaterThan(8);
    expect(scansOf(statements)).toEqual([]);
  });

  test("when an admin pages through people, filters and searches them", async () => {
    const { principal } = await session(await adminUser());
    const statements = await statementsOf(async () => {
      for (const query of ["", "crowd"])
        for (const role of [undefined, ...ROLES])
          for (const order of ["newest", "oldest"] as const)
            for (const isDisabled of [false, true]) {
              const asked = { query, role, order, isDisabled };
              const first = await listUsers(principal, asked);
              if (first.ok) await listUsers(principal, { ...asked, ...first.value.next });
            }
    });
    expect(statements.filter((sql) => sql.includes("UserSearch"))).not.toEqual([]);
    expect(scansOf(statements)).toEqual([]);
    const ofDisabled = statements.filter((sql) => /WHERE.*"disabledAt" IS NOT NULL.*ORDER BY/s.test(sql));
    expect(ofDisabled).not.toEqual([]);
    expect(plansOf(ofDisabled).filter(({ steps }) => !steps.join().includes("INDEX User_disabled_"))).toEqual([]);
  });

  test("when a backend asks for a page by its number: an index of the numbers alone leads past those before it", async () => {
    const statements = await statementsOf(() => listUsersFrom({ skip: 1, take: 1 }));
    const skipping = statements.filter((sql) => /SELECT "seq".*OFFSET/s.test(sql));
    expect(plansOf(skipping).map(({ steps }) => steps)).toEqual([["SCAN User USING COVERING INDEX User_seq_idx"]]);
  });
});

test("a look-up that two indexes would have to share is told apart from one that an index answers", () => {
  const either = 'SELECT "id" FROM "User" WHERE "email" IN (?) OR "username" IN (?)';
  expect(scansOf([either, 'SELECT "id" FROM "User" WHERE "email" IN (?)'])).toEqual([expect.stringContaining(either)]);
});

/** The steps of the statements' plans that go through a whole table, or all of an index. */
function scansOf(statements: string[]): string[] {
  const planned = statements.filter(
    (sql) => /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/i.test(sql) && !NOTHING.test(sql),
  );
  return plansOf(planned).flatMap(({ sql, steps }) =>
    steps.filter((step) => GROWING.test(step)).map((step) => `${step}: ${sql}`),
  );
}

function plansOf(statements: string[]): { sql: string; steps: string[] }[] {
  const database = new Database(sqlitePath(env().DATABASE_URL));
  const plans = [...new Set(statements)].map((sql) => {
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).raw(true).all([]);
    return { sql, steps: steps.map((step) => (Array.isArray(step) ? String(step[3]) : "")) };
  });
  database.close();
  return plans;
}
