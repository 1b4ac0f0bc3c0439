import "@/tests/support/statements";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { deleteAccount } from "@/lib/auth/delete-account";
import { revokeOtherSessions } from "@/lib/auth/sign-out";
import { db } from "@/lib/db";
import { sqliteDriver } from "@/lib/db/sqlite";
import { transact } from "@/lib/db/transact";
import { env } from "@/lib/env";
import { client, PASSWORD, session, verifiedUser } from "@/tests/support/people";
import { statementsOf } from "@/tests/support/statements";

/** Longer than statements may follow one another. */
const LONG_MS = 20;
const STATEMENTS = 500;
/** More than a statement deletes. */
const MANY = 1_001;

const numbers = Array.from({ length: MANY }, (_, index) => index);

const addRefreshTokens = (sessionId: string, data = numbers) =>
  db.refreshToken.createMany({
    data: data.map((n) => ({ tokenHash: `${sessionId}-${n}`, sessionId, expires: new Date(Date.now() + 60_000) })),
  });

test("a transaction that takes long lets others have their turn before it is done", async () => {
  const { id } = await verifiedUser();
  let isTheirTurn = false;
  await transact(async () => {
    setImmediate(() => {
      isTheirTurn = true;
    });
    for (let times = 0; times < STATEMENTS && !isTheirTurn; times++) await db.user.findUnique({ where: { id } });
    expect(isTheirTurn).toBe(true);
  });
});

test("a statement whose transaction ends while it waits for its turn changes nothing, in the next one neither", async () => {
  const connection = await sqliteDriver(env().DATABASE_URL).connect();
  const statement = { sql: `INSERT INTO "RateLimit" VALUES ('late', 1, 0, 0)`, args: [], argTypes: [] };
  await nextTurn();
  const transaction = await connection.startTransaction();
  await transaction.queryRaw({ ...statement, sql: "SELECT 1" });
  for (const begun = performance.now(); performance.now() < begun + LONG_MS; );
  const late = transaction.executeRaw(statement);
  await transaction.rollback();
  const next = await connection.startTransaction();
  await expect(late, "a story whose time is up answers 503").rejects.toMatchObject({ name: "DatabaseUnavailable" });
  await next.commit();
  await connection.dispose();
  expect(await db.rateLimit.count({ where: { key: "late" } })).toBe(0);
});

test("an account with many events and refresh tokens is deleted with all of them, in turns", async () => {
  const [alice, bob] = [await verifiedUser(), await verifiedUser()];
  const { principal } = await session(alice);
  const { principal: other } = await session(bob);
  await addRefreshTokens(principal.sessionId);
  await addRefreshTokens(other.sessionId, [1, 2, 3]);
  await db.securityEvent.createMany({ data: numbers.map(() => ({ userId: alice.id, type: "sign_in.succeeded" })) });
  const eventsOfBob = await db.securityEvent.count({ where: { userId: bob.id } });

  const statements = await statementsOf(async () => {
    expect((await deleteAccount(principal, { currentPassword: PASSWORD }, client())).ok).toBe(true);
  });

  for (const table of ["RefreshToken", "SecurityEvent"])
    expect(statements.filter((sql) => sql.startsWith(`DELETE FROM "${table}"`))).toHaveLength(2);
  expect(await db.refreshToken.count()).toBe(3);
  expect(await db.securityEvent.count()).toBe(eventsOfBob);
});

test("a session that goes on keeps its refresh tokens when all others end", async () => {
  const alice = await verifiedUser();
  const [kept, ended] = [await session(alice), await session(alice)];
  await addRefreshTokens(kept.principal.sessionId, [1, 2]);
  await addRefreshTokens(ended.principal.sessionId);

  await revokeOtherSessions(kept.principal);

  const left = await db.refreshToken.findMany({ where: { session: { userId: alice.id } } });
  expect(left.map(({ sessionId }) => sessionId)).toEqual([kept.principal.sessionId, kept.principal.sessionId]);
});
