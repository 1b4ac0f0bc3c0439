import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { describeDisowned, listActivity } from "@/lib/auth/activity/list-activity";
import { revokeUserSessions, setUserDisabled } from "@/lib/auth/manage-users";
import type { Principal } from "@/lib/auth/model/principal";
import { describeEvent, SECURITY_EVENT_TYPES } from "@/lib/auth/model/security-events";
import { revokeOtherSessions } from "@/lib/auth/sign-out";
import { addProof } from "@/lib/auth/steps/add-proof";
import { replaceRecoveryCodes } from "@/lib/auth/store/recovery-codes";
import { db } from "@/lib/db";
import { transact } from "@/lib/db/transact";
import type { Prisma, User } from "@/prisma/client/client";
import { FIREFOX } from "@/tests/support/browser";
import { events } from "@/tests/support/events";
import { owingSession, twoStepUser } from "@/tests/support/factors";
import { addAccount } from "@/tests/support/kill-people";
import { adminUser, client, session, verifiedUser } from "@/tests/support/people";

const DAY_MS = 86_400_000;
const names = (id: string) => (id === "github" ? "GitHub" : id);
const page = (principal: Principal, take = 25, after?: string) => listActivity(principal, { take, after }, names);

/** Events of a user's that happened this many milliseconds ago. */
function happened(user: User, ages: number[], more: Partial<Prisma.SecurityEventCreateManyInput> = {}) {
  const data = ages.map((age) => ({
    ...{ userId: user.id, type: "sign_in.succeeded", createdAt: new Date(Date.now() - age) },
    ...more,
  }));
  return db.securityEvent.createMany({ data });
}

describe("a person's activity", () => {
  test("tells the newest first, in words, with the address, and which of it is this device's", async () => {
    const alice = await verifiedUser();
    await happened(alice, [DAY_MS], { type: "account.linked", detail: "github" });
    await happened(alice, [2 * DAY_MS], { detail: "password totp", userAgent: FIREFOX });
    const { principal } = await session(alice);
    const { entries, older } = await page(principal);
    expect(older).toBeNull();
    expect(entries).toMatchObject([
      { sentence: "Signed in from Firefox on Linux", how: "password", current: true, remedy: null },
      { sentence: "Sign-in with GitHub added", how: null, ip: null, current: false, remedy: "disown" },
      { sentence: "Signed in from Firefox on Linux", how: "password and authenticator app", remedy: "disown" },
    ]);
    expect(entries[0]?.ip).toMatch(/^10\./);
  });

  test("holds nothing of others, of before the last 90 days, or that has no words", async () => {
    const [alice, bob] = [await verifiedUser(), await verifiedUser()];
    const { principal } = await session(alice);
    await happened(bob, [1_000]);
    await happened(alice, [91 * DAY_MS]);
    await happened(alice, [1_000], { type: "something.newer" });
    const { entries } = await page(principal);
    expect(entries).toHaveLength(1);
    const [bobs] = await db.securityEvent.findMany({ where: { userId: bob.id } });
    expect(await describeDisowned(principal, bobs?.id ?? "", names)).toEqual({ entry: null, added: [] });
  });

  test("names no admin", async () => {
    const [alice, root] = [await verifiedUser(), await session(await adminUser())];
    const { principal } = await session(alice);
    await setUserDisabled(root.principal, alice.id, true);
    await revokeUserSessions(root.principal, alice.id);
    const { entries } = await page(principal);
    expect(entries).toHaveLength(3);
    expect(JSON.stringify(entries)).not.toContain(root.principal.userId);
  });

  test("of two thousand events is walked page by page, each once and in order", async () => {
    const alice = await verifiedUser();
    const { principal } = await session(alice);
    // Many of them in the same millisecond, as a page's end has to tell apart.
    await happened(
      alice,
      Array.from({ length: 2_000 }, (_, index) => 1_000 + Math.floor(index / 140)),
    );
    const seen: { id: string; at: Date }[] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const { entries, older } = await page(principal, 197, after);
      seen.push(...entries);
      after = older;
    }
    expect(seen).toHaveLength(2_001);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(2_001);
    const times = seen.map(({ at }) => at.getTime());
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  test.each(["", "x", "1_", "-1_a", "99999999999999999999_a", "1e3_a", `1_${"a".repeat(1_000)}`, "0_'; --"])(
    "begins with the newest where a page ends at %j",
    async (after) => {
      const { principal } = await session(await verifiedUser());
      expect((await page(principal, 25, after)).entries).toHaveLength(1);
    },
  );
});

describe("a sign-in that stops at the second step", () => {
  const owedOf = ({ id: userId }: User) => db.securityEvent.count({ where: { userId, type: "sign_in.factor_owed" } });

  test("is told once an hour and source and twenty times a day, however often a thief begins one", async () => {
    const { user } = await twoStepUser();
    const thief = client();
    for (let count = 0; count < 5; count++) await owingSession(user, thief);
    expect(await owedOf(user)).toBe(1);
    for (let count = 0; count < 25; count++) await owingSession(user, client());
    expect(await owedOf(user)).toBe(20);
    expect(events("sign_in.factor_owed").filter(({ userId }) => userId === user.id)).toHaveLength(30);
  });

  test("is told as a sign-in once it is completed", async () => {
    const { user } = await twoStepUser();
    const owing = await owingSession(user);
    expect(await owedOf(user)).toBe(1);
    await transact(() => addProof(owing, "totp", client()));
    const told = await db.securityEvent.findMany({ where: { userId: user.id } });
    expect(told.map(({ type }) => type)).toEqual(["sign_in.succeeded"]);
  });
});

test("signing out other sessions where there are none is no event, however often it is done", async () => {
  const alice = await verifiedUser();
  const { principal } = await session(alice);
  const count = () => db.securityEvent.count({ where: { userId: alice.id, type: "session.revoked_others" } });
  for (let times = 0; times < 3; times++) expect(await revokeOtherSessions(principal)).toEqual({ ok: true, value: 0 });
  expect(await count()).toBe(0);
  await session(alice);
  await revokeOtherSessions(principal);
  expect(await count()).toBe(1);
});

test("what a person disowns is shown with the ways in that were added from then on", async () => {
  const alice = await verifiedUser();
  const { principal } = await session(alice);
  await addAccount(alice, "old");
  await db.account.updateMany({ where: { userId: alice.id }, data: { createdAt: new Date(Date.now() - DAY_MS) } });
  await happened(alice, [1_000], { id: randomUUID() });
  const [event] = await db.securityEvent.findMany({ where: { userId: alice.id }, orderBy: { createdAt: "asc" } });
  expect((await describeDisowned(principal, event?.id ?? "", names)).added).toEqual([]);
  await addAccount(alice, "new");
  const { entry, added } = await describeDisowned(principal, event?.id ?? "", names);
  expect([entry?.id, added]).toEqual([event?.id, ["GitHub"]]);
  for (const id of ["", "x", "\0", "\ud800", randomUUID()])
    expect(await describeDisowned(principal, id, names)).toEqual({ entry: null, added: [] });
});

test("among them are recovery codes, which a stranger may have made anew", async () => {
  const { principal } = await session(await verifiedUser());
  const { userId } = principal;
  const { id } = await db.securityEvent.findFirstOrThrow({ where: { userId } });
  await replaceRecoveryCodes(userId);
  await db.recoveryCode.updateMany({ where: { userId }, data: { createdAt: new Date(Date.now() - DAY_MS) } });
  expect((await describeDisowned(principal, id, names)).added).toEqual([]);
  await replaceRecoveryCodes(userId);
  expect((await describeDisowned(principal, id, names)).added).toEqual(["recovery codes"]);
});

test("every kind of event is a sentence, in which a detail stands as it is", () => {
  for (const type of SECURITY_EVENT_TYPES) {
    const { sentence } = describeEvent({ type, detail: "$& {}", userAgent: "curl/8" }, names);
    expect(sentence).toMatch(/^[A-Z“].{6,} from an unknown device$/);
    expect(sentence.match(/\$& \{\}|[{}$]/g) ?? []).toEqual(sentence.includes("$") ? ["$& {}"] : []);
  }
});
