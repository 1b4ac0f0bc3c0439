import { expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { databaseKind } from "@/lib/db/kind";
import { isUnavailable } from "@/lib/db/outage";
import { transact } from "@/lib/db/transact";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { verifiedUser } from "@/tests/support/people";
import { withoutDatabase } from "@/tests/support/without-database";

const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

test("a database that is away is unavailable, to a statement and to a transaction", async () => {
  const logged = vi.spyOn(log, "error").mockImplementation(() => {});
  await withoutDatabase(async () => {
    expect(isUnavailable(await failure(db.user.count()))).toBe(true);
    expect(isUnavailable(await failure(transact(() => db.user.count())))).toBe(true);
  });
  expect(logged).toHaveBeenCalledTimes(1);
  logged.mockRestore();
});

test("a statement that is wrong, or refused by a rule, is no outage", async () => {
  const { id: userId } = await verifiedUser();
  const orphan = { type: "oauth", provider: "x", providerAccountId: "1", userId: "nobody" };
  const wrong = [
    db.$queryRawUnsafe("SELECT nonsense"),
    db.$queryRawUnsafe('SELECT 1 FROM "NoSuchTable"'),
    db.account.create({ data: orphan }),
    db.credential.create({ data: { userId, passwordHash: "second" } }),
    transact(() => db.account.create({ data: orphan })),
  ];
  for (const error of await Promise.all(wrong.map(failure))) {
    expect(error).toBeInstanceOf(Error);
    expect(isUnavailable(error)).toBe(false);
  }
});

test("when no connection is to be had, the log says that the pool is short and what to do", async () => {
  const logged = vi.spyOn(log, "error").mockImplementation(() => {});
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  // As many as there are connections: ten on PostgreSQL, one on SQLite.
  const holding = Array.from({ length: 10 }, () => transact(() => released).catch(() => {}));
  const error = await failure(transact(() => db.user.count()));
  release();
  await Promise.all(holding);
  expect(isUnavailable(error)).toBe(true);
  const advice = databaseKind(env().DATABASE_URL) === "sqlite" ? "use PostgreSQL" : "raise DATABASE_POOL_SIZE";
  expect(JSON.stringify(logged.mock.calls)).toContain(advice);
  logged.mockRestore();
});
