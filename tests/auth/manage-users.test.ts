import { beforeEach, describe, expect, test } from "vitest";
import { listUsers, revokeUserSessions, setUserDisabled, type UserQuery } from "@/lib/auth/manage-users";
import type { Principal } from "@/lib/auth/model/principal";
import { findPrincipal } from "@/lib/auth/store/sessions";
import type { UserPlace } from "@/lib/auth/store/user-search";
import { deleteUser, listUsersFrom, updateUser } from "@/lib/auth/store/users";
import { db } from "@/lib/db";
import { moveClock } from "@/tests/support/clock";
import { events } from "@/tests/support/events";
import { adminUser, providerUser, session, verifiedUser } from "@/tests/support/people";

let root: Principal;
const list = (query: string, place: UserPlace = {}, as = root) => listUsers(as, { query, ...place });
const found = async (query: string) => {
  const result = await list(query);
  return result.ok ? result.value.users.map(({ email }) => email) : result.error.code;
};

beforeEach(async () => {
  await db.user.deleteMany();
  root = (await session(await adminUser({ email: "root@example.com", name: "Root" }))).principal;
});

describe("an admin", () => {
  test("sees users page by page, newest first, with their living sessions and no secret", async () => {
    for (let n = 0; n < 24; n++) await providerUser({ email: `u${n}@example.com` });
    const alice = await verifiedUser({ email: "alice@example.com" });
    await session(alice);
    await session(alice);
    await db.session.updateMany({ where: { user: { email: "root@example.com" } }, data: { expires: new Date() } });
    const first = await list("");
    expect(first).toMatchObject({ ok: true, value: { total: 26, more: false, previous: null } });
    if (!first.ok || !first.value.next) throw new Error("There is a second page");
    expect(first.value.users).toHaveLength(20);
    expect(first.value.users[0]).toMatchObject({ email: "alice@example.com", sessionCount: 2, self: false });
    expect(JSON.stringify(first.value)).not.toMatch(/passwordHash|tokenHash|hs384/);
    const second = await list("", first.value.next);
    if (!second.ok || !second.value.previous) throw new Error("There is a way back");
    expect(second.value.next).toBeNull();
    expect(second.value.users.at(-1)).toMatchObject({ email: "root@example.com", sessionCount: 0, self: true });
    expect(await list("", second.value.previous)).toEqual(first);
    expect(await list("", { older: 0 }), "a place where nothing is left is the first page").toEqual(first);
  });

  test("sees each user once, though people come and go between two pages", async () => {
    for (let n = 0; n < 50; n++) await providerUser({ email: `u${n}@example.com` });
    const seen: string[] = [];
    for (let place: UserPlace | null = {}; place; ) {
      const page = await list("", place);
      if (!page.ok) throw new Error(page.error.message);
      const { users, next } = page.value;
      seen.push(...users.map(({ email }) => email));
      await providerUser({ email: `late${seen.length}@example.com` });
      await db.user.delete({ where: { id: users[0]?.id } });
      place = next;
    }
    const early = Array.from({ length: 50 }, (_, n) => `u${49 - n}@example.com`);
    expect(seen).toEqual([...early, "root@example.com"]);
  });

  test("finds them by part of address or name", async () => {
    await verifiedUser({ email: "alice@example.com", name: "Alice Liddell" });
    await verifiedUser({ email: "bob@example.com", name: null });
    expect(await found("lidd")).toEqual(["alice@example.com"]);
    expect(await found("bob@")).toEqual(["bob@example.com"]);
    expect(await found("nobody")).toEqual([]);
  });

  test.each([
    ["in any case, beyond English too", "ÄRGER", "Bärger"],
    ["in any case, where a letter has two small forms", "ΟΔΥΣΣ", "οδυσσεας"],
    ["with quotes as themselves", '"x" OR', 'a "x" OR b'],
    ["with wildcards as themselves", "a_%", "ba_%b"],
    ["with backslashes as themselves", "a\\b", "ca\\bd"],
    ["in a script of few letters", "王小明", "王小明"],
  ])("finds a name %s", async (_, text, name) => {
    await verifiedUser({ email: "sought@example.com", name });
    await verifiedUser({ email: "other@example.com", name: "abxb cabd x" });
    expect(await found(text)).toEqual(["sought@example.com"]);
  });

  test("finds by one letter or two among the newest, and is told so where there are more", async () => {
    await verifiedUser({ email: "alice@example.com", name: "Zz" });
    expect(await found("zz")).toEqual(["alice@example.com"]);
    expect(await found("%")).toEqual([]);
    await db.$executeRaw`INSERT INTO "User" ("id", "email", "updatedAt")
      WITH RECURSIVE "count"(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM "count" WHERE n < 10000)
      SELECT 'n' || n, n || '@example.com', CURRENT_TIMESTAMP FROM "count"`;
    const page = await list("zz");
    expect(page).toMatchObject({ ok: true, value: { users: [], newestOnly: true } });
    expect(await list("zz@")).toMatchObject({ ok: true, value: { newestOnly: false } });
    expect(await list("example")).toMatchObject({ ok: true, value: { total: 1000, more: true } });
  });

  test("sees those of one role, the disabled, and the oldest first, page by page", async () => {
    const emails = Array.from({ length: 30 }, (_, n) => `u${n}@example.com`);
    for (const email of emails) await providerUser({ email, name: `Person ${email}` });
    const disabledAt = new Date();
    await db.user.updateMany({ where: { email: { in: ["u3@example.com", "u29@example.com"] } }, data: { disabledAt } });
    const all = async (asked: Omit<UserQuery, "query">, query = "") => {
      const seen: string[][] = [];
      for (let place: UserPlace | null = {}; place; ) {
        const page = await listUsers(root, { query, ...asked, ...place });
        if (!page.ok) throw new Error(page.error.message);
        seen.push(page.value.users.map(({ email }) => email));
        const back = page.value.previous && (await listUsers(root, { query, ...asked, ...page.value.previous }));
        if (back?.ok) expect(back.value.users.map(({ email }) => email)).toEqual(seen.at(-2));
        place = page.value.next;
      }
      return seen.flat();
    };
    expect(await all({ role: "admin" })).toEqual(["root@example.com"]);
    expect(await all({ role: "user" })).toEqual(emails.toReversed());
    expect(await all({ role: "user", order: "oldest" })).toEqual(emails);
    expect(await all({ order: "oldest" })).toEqual(["root@example.com", ...emails]);
    expect(await all({ order: "oldest" }, "person")).toEqual(emails);
    expect(await all({ isDisabled: true })).toEqual(["u29@example.com", "u3@example.com"]);
    expect(await all({ isDisabled: true, order: "oldest", role: "user" }, "PERSON u")).toEqual([
      "u3@example.com",
      "u29@example.com",
    ]);
    expect(await all({ isDisabled: true, role: "admin" })).toEqual([]);
    expect(await all({ role: "admin" }, "person")).toEqual([]);
  });

  test("filters the newest of a thousand and more who match, and is told so", async () => {
    await db.$executeRaw`INSERT INTO "User" ("id", "email", "updatedAt", "disabledAt")
      WITH RECURSIVE "count"(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM "count" WHERE n < 1100)
      SELECT 'n' || n, n || '@example.com', CURRENT_TIMESTAMP, CASE WHEN n BETWEEN 11 AND 1090 THEN CURRENT_TIMESTAMP END FROM "count"`;
    expect(await listUsers(root, { query: "", role: "user" })).toMatchObject({ value: { total: 1000, more: true } });
    const both = await listUsers(root, { query: "example", role: "user" });
    expect(both).toMatchObject({ ok: true, value: { total: 1000, more: true, newestOnly: false } });
    expect(await listUsers(root, { query: "root", role: "user" })).toMatchObject({ value: { total: 0, more: false } });
    const disabled = await listUsers(root, { query: "example", isDisabled: true });
    expect(disabled).toMatchObject({ ok: true, value: { total: 990, more: true, newestOnly: false } });
    const place = { older: (await db.user.findUniqueOrThrow({ where: { email: "13@example.com" } })).seq };
    const beyond = await listUsers(root, { query: "", isDisabled: true, ...place });
    expect(beyond.ok && beyond.value.users.map(({ email }) => email)).toEqual(["12@example.com", "11@example.com"]);
    expect(beyond).toMatchObject({ value: { total: 1000, more: true, next: null } });
    const oldest = await listUsers(root, { query: "example", order: "oldest" });
    expect(oldest.ok && oldest.value.users.slice(0, 2).map(({ email }) => email)).toEqual([
      root.email,
      "1@example.com",
    ]);
  });

  test("finds people by what they are called now, and no one who is gone", async () => {
    const alice = await verifiedUser({ email: "alice@example.com", name: "Alice Liddell" });
    await updateUser(alice.id, { name: "Alice Hargreaves", email: "hargreaves@example.com" });
    expect(await found("liddell")).toEqual([]);
    expect(await found("alice@")).toEqual([]);
    expect(await found("hargreaves")).toEqual(["hargreaves@example.com"]);
    await deleteUser(alice.id);
    expect(await found("hargreaves")).toEqual([]);
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

  test("disables or enables another admin only with a proof of the last ten minutes", async () => {
    const [alice, other] = [await verifiedUser(), await adminUser()];
    const stale = { ...root, authenticatedAt: new Date(Date.now() - 11 * 60_000) };
    const asked = { error: { code: "reauthentication_required" } };
    expect(await setUserDisabled(stale, other.id, true)).toMatchObject(asked);
    expect(await setUserDisabled(root, other.id, true)).toMatchObject({ ok: true });
    expect(await setUserDisabled(stale, other.id, false)).toMatchObject(asked);
    expect(await setUserDisabled(stale, alice.id, true)).toMatchObject({ ok: true });
    expect(await db.user.count({ where: { disabledAt: { not: null } } })).toBe(2);
  });

  test("signs another admin out only with a proof of the last ten minutes", async () => {
    const [alice, other] = [await verifiedUser(), await adminUser()];
    const { token } = await session(other);
    const stale = { ...root, authenticatedAt: new Date(Date.now() - 11 * 60_000) };
    expect(await revokeUserSessions(stale, other.id)).toMatchObject({ error: { code: "reauthentication_required" } });
    expect(await findPrincipal(token)).not.toBeNull();
    for (const userId of [alice.id, root.userId])
      expect(await revokeUserSessions(stale, userId)).toMatchObject({ ok: true });
  });

  test("disables nobody who has lost the role since the request began", async () => {
    const [alice, other] = [await verifiedUser(), await adminUser()];
    const { principal } = await session(other);
    await updateUser(other.id, { role: "user" });
    expect(await setUserDisabled(principal, alice.id, true)).toMatchObject({ error: { code: "forbidden" } });
    expect(await revokeUserSessions(principal, alice.id)).toMatchObject({ error: { code: "forbidden" } });
  });

  test("ends a user's sessions, and of their own all but this one", async () => {
    const alice = await verifiedUser();
    const [one, two] = [await session(alice), await session(alice)];
    expect(await revokeUserSessions(root, alice.id)).toEqual({ ok: true, value: 2 });
    expect([await findPrincipal(one.token), await findPrincipal(two.token)]).toEqual([null, null]);
    expect(await revokeUserSessions(root, root.userId)).toEqual({ ok: true, value: 0 });
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

test("of many users each page is found by its number, and says how many there were within the last minute", async () => {
  await db.$executeRaw`WITH RECURSIVE "each"(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM "each" WHERE n < 10019)
    INSERT INTO "User" ("id", "email", "updatedAt") SELECT 'many-' || n, n || '@many.example', CURRENT_TIMESTAMP FROM "each"`;
  const counted = async () => (await listUsersFrom({ skip: 0, take: 1 })).total;
  expect(await counted()).toBe(10_020);
  const newest = await providerUser();
  expect((await listUsersFrom({ skip: 0, take: 1 })).users).toMatchObject([{ id: newest.id }]);
  expect(await counted()).toBe(10_020);
  const oldest = (await listUsersFrom({ skip: 10_001, take: 30 })).users;
  expect([oldest.length, oldest[0]?.email]).toEqual([20, "19@many.example"]);
  expect((await listUsersFrom({ skip: 50_000, take: 30 })).users).toEqual([]);
  await moveClock(60_000);
  expect(await counted()).toBe(10_021);
});

test("anybody else is refused everything, whatever their own session says", async () => {
  const [alice, bob] = [await verifiedUser(), await verifiedUser()];
  const { principal } = await session(alice);
  const bobs = await session(bob);
  const answers = await Promise.all([
    list("", {}, principal),
    setUserDisabled(principal, bob.id, true),
    revokeUserSessions(principal, bob.id),
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
