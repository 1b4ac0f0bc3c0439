import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { db } from "@/lib/db";
import { cleanUp } from "@/lib/server/clean-up";
import { person, session } from "@/tests/support/people";

const EXPIRED = 600;
const HOUR_MS = 3_600_000;

test("what has expired is deleted, by two at once, and nothing else (F-16)", async () => {
  const user = await person();
  const living = await session(user);
  const { sessionId } = living.principal;
  const [past, future] = [new Date(Date.now() - HOUR_MS), new Date(Date.now() + HOUR_MS)];
  const sessions = rows((id) => ({
    id,
    tokenHash: id,
    userId: user.id,
    idleSeconds: 60,
    expires: past,
    absoluteExpires: future,
  }));
  await db.session.createMany({ data: sessions });
  await db.refreshToken.createMany({ data: rows((tokenHash) => ({ tokenHash, sessionId, expires: past })) });
  await db.refreshToken.createMany({
    data: sessions.map(({ id }) => ({ tokenHash: id, sessionId: id, expires: future })),
  });
  await db.refreshToken.create({ data: { tokenHash: "living", sessionId, expires: future } });
  await db.verification.createMany({ data: rows((tokenHash) => ({ tokenHash, purpose: "reset", expires: past })) });
  await db.verification.create({ data: { tokenHash: "living", purpose: "reset", expires: future } });
  const limit = (key: string, expires: Date) => ({ key, points: 1, blockedUntil: 0, expires: expires.getTime() });
  await db.rateLimit.createMany({ data: rows((key) => limit(key, past)) });
  await db.rateLimit.create({ data: limit("living", future) });

  const [one, two] = await Promise.all([cleanUp(), cleanUp()]);
  expect(one.sessions + two.sessions).toBe(EXPIRED);
  expect(one.rateLimits + two.rateLimits).toBe(EXPIRED);
  expect(await db.session.findMany({ select: { id: true } })).toEqual([{ id: sessionId }]);
  expect((await db.refreshToken.findMany()).map(({ tokenHash }) => tokenHash)).toEqual(["living"]);
  expect((await db.verification.findMany()).map(({ tokenHash }) => tokenHash)).toEqual(["living"]);
  expect((await db.rateLimit.findMany()).map(({ key }) => key)).toEqual(["living"]);
});

function rows<T>(row: (id: string) => T): T[] {
  return Array.from({ length: EXPIRED }, () => row(randomUUID()));
}
