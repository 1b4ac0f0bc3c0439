import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { db } from "@/lib/db";
import { batchesAt, cleanUp } from "@/lib/db/clean-up";
import { deleteInBatches } from "@/lib/db/in-batches.mjs";
import { cleanUpAside } from "@/lib/server/clean-up-regularly";
import { session, verifiedUser } from "@/tests/support/people";

const EXPIRED = 600;
const HOUR_MS = 3_600_000;

test("what has expired is deleted, by two at once and on any thread, and nothing else", async () => {
  const user = await verifiedUser();
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
  const mail = (id: string, expires: Date) => ({ id, priority: 1, sealed: "", dueAt: past, givenUpAt: past, expires });
  await db.outboxMail.createMany({ data: rows((id) => mail(id, daysAgo(8))) });
  await db.outboxMail.create({ data: mail("given-up-of-late", daysAgo(6)) });
  const told = (id: string, givenUpAt: Date | null) => ({
    id,
    event: "",
    subscriber: "",
    sealed: "",
    dueAt: past,
    givenUpAt,
  });
  await db.delivery.createMany({
    data: [told("old", daysAgo(8)), told("given-up-of-late", daysAgo(6)), told("waiting", null)],
  });
  const event = (id: string, createdAt: Date) => ({ id, userId: user.id, type: "sign_in.succeeded", createdAt });
  await db.securityEvent.createMany({ data: rows((id) => event(id, daysAgo(91))) });
  await db.securityEvent.create({ data: event("recent", daysAgo(89)) });

  const [one, two] = await Promise.all([cleanUp(), cleanUpAside()]);
  expect(one.sessions + two.sessions).toBe(EXPIRED);
  expect(one.rateLimits + two.rateLimits).toBe(EXPIRED);
  expect((await db.outboxMail.findMany()).map(({ id }) => id)).toEqual(["given-up-of-late"]);
  expect((await db.delivery.findMany()).map(({ id }) => id).sort()).toEqual(["given-up-of-late", "waiting"]);
  expect(await db.securityEvent.count({ where: { createdAt: { lte: daysAgo(90) } } })).toBe(0);
  expect(await db.securityEvent.count({ where: { id: "recent" } })).toBe(1);
  expect(await db.session.findMany({ select: { id: true } })).toEqual([{ id: sessionId }]);
  expect((await db.refreshToken.findMany()).map(({ tokenHash }) => tokenHash)).toEqual(["living"]);
  expect((await db.verification.findMany()).map(({ tokenHash }) => tokenHash)).toEqual(["living"]);
  expect((await db.rateLimit.findMany()).map(({ key }) => key)).toEqual(["living"]);
});

test("a statement deletes a hundred rows at most, those of a session that was refreshed often too", async () => {
  const user = await verifiedUser();
  const { sessionId } = (await session(user)).principal;
  const [past, future] = [new Date(Date.now() - HOUR_MS), new Date(Date.now() + HOUR_MS)];
  await db.refreshToken.createMany({ data: rows((tokenHash) => ({ tokenHash, sessionId, expires: future })) });
  await db.session.update({ where: { id: sessionId }, data: { expires: past } });
  const count = async () => (await db.session.count()) + (await db.refreshToken.count());
  let left = await count();
  const deletedAtOnce: number[] = [];
  await deleteInBatches(batchesAt(new Date()), async (batch) => {
    const deleted = await db.$executeRaw(batch);
    const now = await count();
    deletedAtOnce.push(left - now);
    left = now;
    return deleted;
  });
  expect(await db.session.count({ where: { id: sessionId } })).toBe(0);
  expect(Math.max(...deletedAtOnce)).toBe(100);
});

function daysAgo(days: number): Date {
  return new Date(Date.now() - days * 24 * HOUR_MS);
}

function rows<T>(row: (id: string) => T): T[] {
  return Array.from({ length: EXPIRED }, () => row(randomUUID()));
}
