import { beforeEach, describe, expect, test } from "vitest";
import { changeRole, changeRoleByOperator, giveUpAdmin } from "@/lib/auth/change-role";
import { deleteAccount } from "@/lib/auth/delete-account";
import { setUserDisabled } from "@/lib/auth/manage-users";
import type { Result } from "@/lib/auth/model/errors";
import { can, type Role } from "@/lib/auth/model/permissions";
import type { Principal } from "@/lib/auth/model/principal";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import type { User } from "@/prisma/client/client";
import { addAuthenticator } from "@/tests/support/factors";
import { emptyOutbox, outbox } from "@/tests/support/outbox";
import {
  adminUser,
  client,
  disabledUser,
  newSession,
  PASSWORD,
  session,
  verifiedUser,
  withEnv,
} from "@/tests/support/people";

const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.error.code);
const roleOf = async ({ id }: User) => (await db.user.findUniqueOrThrow({ where: { id } })).role;
const give = async (role: Role, { id: userId }: User, as: Principal) =>
  codeOf(await changeRole(as, { userId, role }, client()));
const eventsOf = async ({ id: userId }: { id: string }) =>
  (await db.securityEvent.findMany({ where: { userId, type: { startsWith: "role." } } })).map(({ type, detail }) => [
    type,
    detail,
  ]);

let root: Principal;
let admin: User;

beforeEach(async () => {
  await db.user.deleteMany();
  await emptyOutbox();
  admin = await adminUser({ email: "root@example.com" });
  root = (await session(admin)).principal;
});

describe("an admin makes another person an admin", () => {
  test("who is one at their next request, is told by mail, and finds it among what happened", async () => {
    const alice = await verifiedUser();
    const { token } = await session(alice);
    expect(await give("admin", alice, root)).toBe("ok");
    const principal = await findPrincipal(token);
    expect(principal && can(principal, "user:list")).toBe(true);
    const [mail, ...more] = await outbox(alice.email);
    expect([mail?.template, mail?.props, more]).toMatchObject(["role-changed", { newRole: "admin" }, []]);
    expect(await eventsOf(alice)).toEqual([["role.changed", `admin by ${admin.id}`]]);
    expect(await eventsOf(admin)).toEqual([["role.given", `admin to ${alice.id}`]]);
  });

  test("and once they are one, nothing happens", async () => {
    const other = await adminUser();
    expect(await give("admin", other, root)).toBe("ok");
    expect([await eventsOf(other), await eventsOf(admin), await outbox()]).toEqual([[], [], []]);
  });

  test("only with a proof of the last ten minutes, and by two factors where they have two", async () => {
    const alice = await verifiedUser();
    const long = new Date(Date.now() - 11 * 60_000);
    expect(await give("admin", alice, { ...root, authenticatedAt: long })).toBe("reauthentication_required");
    await addAuthenticator(admin);
    expect(await give("admin", alice, root)).toBe("second_factor_required");
    expect(await give("admin", alice, { ...root, twoFactorAt: long })).toBe("second_factor_required");
    expect(await roleOf(alice)).toBe("user");
    expect(await give("admin", alice, { ...root, twoFactorAt: new Date() })).toBe("ok");
  });
});

describe("no person", () => {
  test("without the permission gives a role, also not to themselves", async () => {
    const [alice, bob] = [await verifiedUser(), await verifiedUser()];
    const { principal } = await session(alice);
    expect(await give("admin", bob, principal)).toBe("forbidden");
    expect(await give("admin", alice, principal)).toBe("forbidden");
    expect(await give("user", admin, principal)).toBe("forbidden");
    expect(await give("user", admin, root)).toBe("forbidden");
    expect(await db.user.count({ where: { role: "admin" } })).toBe(1);
  });

  test("gives one who was an admin when the request began, and is none any more", async () => {
    const [alice, other] = [await verifiedUser(), await adminUser()];
    const { principal } = await session(other);
    expect(await give("user", other, root)).toBe("ok");
    expect(await give("admin", alice, principal)).toBe("forbidden");
    await db.user.update({ where: { id: other.id }, data: { role: "admin", disabledAt: new Date() } });
    expect(await give("admin", alice, principal)).toBe("forbidden");
  });

  test("gives one to a person who is not there", async () => {
    for (const userId of [crypto.randomUUID(), "zzzz", "' OR 1=1--", ""])
      expect(codeOf(await changeRole(root, { userId, role: "admin" }, client()))).toBe("not_found");
  });
});

describe("the last admin", () => {
  test("stays one: neither an admin nor the operator takes that, and they cannot delete their account", async () => {
    await disabledUser({ role: "admin" });
    // A disabled admin does not count.
    expect(codeOf(await changeRoleByOperator({ email: admin.email, role: "user" }))).toBe("last_admin");
    const other = await adminUser();
    const { principal } = await session(other);
    expect(codeOf(await setUserDisabled(root, other.id, true))).toBe("ok");
    expect(codeOf(await setUserDisabled(principal, admin.id, true))).toBe("unauthenticated");
    expect(codeOf(await deleteAccount(root, { currentPassword: PASSWORD }, client()))).toBe("last_admin");
    expect(await db.user.findUnique({ where: { id: admin.id } })).toMatchObject({ role: "admin", disabledAt: null });
  });

  test("stays one, although they were none when they asked to delete their account", async () => {
    const alice = await verifiedUser();
    const { principal } = await session(alice);
    expect([await give("admin", alice, root), codeOf(await giveUpAdmin(root))]).toEqual(["ok", "ok"]);
    expect(codeOf(await deleteAccount(principal, { currentPassword: PASSWORD }, client()))).toBe("last_admin");
  });

  test("is no longer the last once another person is an admin", async () => {
    const alice = await verifiedUser();
    await give("admin", alice, root);
    expect(codeOf(await deleteAccount(root, { currentPassword: PASSWORD }, client()))).toBe("ok");
  });
});

describe("a demoted person", () => {
  test("has lost the rights at their next request, and stays signed in", async () => {
    const other = await adminUser();
    const { token, principal } = await session(other);
    expect(await give("user", other, root)).toBe("ok");
    const now = await findPrincipal(token);
    expect(now && can(now, "user:list")).toBe(false);
    expect(codeOf(await setUserDisabled({ ...principal, ...now }, admin.id, true))).toBe("forbidden");
  });
});

describe("where admins must have a second factor", () => {
  const settings = { AUTH_REQUIRE_SECOND_FACTOR: "admin" } as const;

  test("what one factor had opened ends, and the next sign-in owes another", async () => {
    const alice = await verifiedUser();
    const { token } = await session(alice);
    await withEnv(settings, async () => {
      expect(await give("admin", alice, { ...root, twoFactorAt: new Date() })).toBe("ok");
      expect(await findPrincipal(token)).toBeNull();
      expect((await newSession(alice)).owedFactor).toBe("setup");
    });
  });

  test("nothing ends for a person whose account asked for two before", async () => {
    const alice = await verifiedUser();
    const { token } = await session(alice);
    await addAuthenticator(alice);
    await withEnv(settings, async () => {
      expect(await give("admin", alice, { ...root, twoFactorAt: new Date() })).toBe("ok");
      expect(await findPrincipal(token)).not.toBeNull();
    });
  });
});

test("the operator gives a role by address, and once given it is given", async () => {
  const alice = await verifiedUser();
  const give = () => changeRoleByOperator({ email: alice.email, role: "admin" });
  expect([await give(), await give()]).toEqual([
    { ok: true, value: true },
    { ok: true, value: false },
  ]);
  expect(await eventsOf(alice)).toEqual([["role.changed", "admin by operator"]]);
  expect(await outbox(alice.email)).toHaveLength(1);
});

describe("an admin gives the role up", () => {
  test("and keeps the account, unless no admin would be left", async () => {
    expect(codeOf(await giveUpAdmin(root))).toBe("last_admin");
    const second = await adminUser();
    const { principal } = await session(second);
    const long = { ...principal, authenticatedAt: new Date(Date.now() - 3_600_000) };
    expect(codeOf(await giveUpAdmin(long))).toBe("reauthentication_required");
    expect(await roleOf(second)).toBe("admin");
    expect(codeOf(await giveUpAdmin(principal))).toBe("ok");
    expect(await roleOf(second)).toBe("user");
    expect(await outbox(second.email)).toMatchObject([{ template: "role-changed" }]);
    expect(codeOf(await giveUpAdmin((await session(second)).principal))).toBe("forbidden");
  });

  test("of two who do so at once one stays", async () => {
    const second = await adminUser();
    const principals = [root, (await session(second)).principal];
    const codes = await Promise.all(principals.map(async (one) => codeOf(await giveUpAdmin(one))));
    expect(codes.sort()).toEqual(["last_admin", "ok"]);
  });
});
