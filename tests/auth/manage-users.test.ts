import { beforeEach, describe, expect, test } from "vitest";
import { endUserSessions, listUsers, setUserDisabled } from "@/lib/auth/manage-users";
import type { Principal } from "@/lib/auth/model/principal";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { events } from "@/tests/support/events";
import { adminUser, providerUser, session, verifiedUser } from "@/tests/support/people";

let root: Principal;
const list = (query: string, page = 1, as = root) => listUsers(as, { query, page });
const found = async (query: string) => {
  const result = await list(query);
  return result.ok ? result.value.users.map(({ email }) => email) : result.error.code;
};

beforeEach(async () => {
  await db.user.deleteMany();
  root = (await session(await adminUser({ email: "root@example.com", name: "Root" }))).principal;
});

describe("an administrator", () => {
  test("sees users page by page, newest first, with their living sessions and no secret", async () => {
    for (let n = 0; n < 24; n++) await providerUser({ email: `u${n}@example.com` });
    const alice = await verifiedUser({ email: "alice@example.com" });
    await session(alice);
    await session(alice);
    await db.session.updateMany({ where: { user: { email: "root@example.com" } }, data: { expires: new Date() } });
    const first = await list("");
    expect(first).toMatchObject({ ok: true, value: { total: 26, page: 1, pages: 2 } });
    if (!first.ok) return;
    expect(first.value.users).toHaveLength(20);
    expect(first.value.users[0]).toMatchObject({ email: "alice@example.com", sessionCount: 2, self: false });
    expect(JSON.stringify(first.value)).not.toMatch(/passwordHash|tokenHash|hs384/);
    const second = await list("", 2);
    expect(second.ok && second.value.users.at(-1)).toMatchObject({
      email: "root@example.com",
      sessionCount: 0,
      self: true,
    });
    expect(await list("", 99)).toMatchObject({ ok: true, value: { users: [], total: 26 } });
  });

  test("finds them by part of address or name", async () => {
    await verifiedUser({ email: "alice@example.com", name: "Alice Liddell" });
    await verifiedUser({ email: "bob@example.com", name: null });
    expect(await found("lidd")).toEqual(["alice@example.com"]);
    expect(await found("bob@")).toEqual(["bob@example.com"]);
    expect(await found("nobody")).toEqual([]);
  });

  test("disables a user, who is out at once, and enables them again", async () => {
    const alice = await verifiedUser();
    const { token } = await session(alice);
    expect(await setUserDisabled(root, alice.id, true)).toMatchObject({ ok: true });
    expect(await findPrincipal(token)).toBeNull();
    expect(await setUserDisabled(root, alice.id, false)).toMatchObject({ ok: true });
    expect(await findPrincipal(token)).toBeNull();
    const told = events().filter(({ userId }) => userId === alice.id);
    expect(told.map(({ event }) => event).slice(1)).toEqual(["user.disabled", "user.enabled"]);
    const rows = await db.securityEvent.findMany({ where: { userId: alice.id }, orderBy: { createdAt: "asc" } });
    expect(rows.map(({ type }) => type)).toEqual(["sign_in.succeeded", "user.disabled", "user.enabled"]);
  });

  test("ends a user's sessions, and of their own all but this one", async () => {
    const alice = await verifiedUser();
    const [one, two] = [await session(alice), await session(alice)];
    expect(await endUserSessions(root, alice.id)).toEqual({ ok: true, value: 2 });
    expect([await findPrincipal(one.token), await findPrincipal(two.token)]).toEqual([null, null]);
    expect(await endUserSessions(root, root.userId)).toEqual({ ok: true, value: 0 });
    expect(await db.session.count({ where: { userId: root.userId } })).toBe(1);
  });

  test("cannot disable themselves, or somebody who is not there", async () => {
    expect(await setUserDisabled(root, root.userId, true)).toMatchObject({ error: { code: "forbidden" } });
    expect(await setUserDisabled(root, crypto.randomUUID(), true)).toMatchObject({ error: { code: "not_found" } });
    for (const id of ["zzzz", "-1", "' OR 1=1--", "", "\ud800"])
      expect(await setUserDisabled(root, id, true)).toMatchObject({ error: { code: "not_found" } });
    expect(await db.user.count({ where: { disabledAt: { not: null } } })).toBe(0);
  });
});

test("anybody else is refused everything, whatever their own session says", async () => {
  const [alice, bob] = [await verifiedUser(), await verifiedUser()];
  const { principal } = await session(alice);
  const bobs = await session(bob);
  const answers = await Promise.all([
    list("", 1, principal),
    setUserDisabled(principal, bob.id, true),
    endUserSessions(principal, bob.id),
  ]);
  for (const answer of answers) expect(answer).toMatchObject({ ok: false, error: { code: "forbidden" } });
  expect(await findPrincipal(bobs.token)).not.toBeNull();
});

test.each(["' OR 1=1--", '"; DROP TABLE "User";--', "$$", "$" + "{}", "0x27", "\\", "%", "_", "%%", "a_b"])(
  "a search for %j is a search for that text",
  async (query) => {
    await verifiedUser({ email: "alice@example.com", name: "Alice" });
    expect(await found(query)).toEqual([]);
    await verifiedUser({ email: "odd@example.com", name: `x${query}x` });
    expect(await found(query)).toEqual(["odd@example.com"]);
  },
);
