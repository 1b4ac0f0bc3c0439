import { describe, expect, test } from "vitest";
import { deleteAccount } from "@/lib/auth/delete-account";
import { ProfileInput } from "@/lib/auth/model/schemas";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { issueVerification } from "@/lib/auth/store/verifications";
import { giveUsername, updateProfile } from "@/lib/auth/update-profile";
import { db } from "@/lib/db";
import { sql } from "@/lib/db/sql";
import { client, PASSWORD, providerUser, session, verifiedUser } from "@/tests/support/people";

describe("the profile", () => {
  test("shows a new name at the next request", async () => {
    const { token, principal } = await session(await verifiedUser({ name: "Alice" }));
    const input = ProfileInput.parse({ name: " Alice  Liddell " });
    expect(await updateProfile(principal, input)).toEqual({ ok: true, value: undefined });
    expect(await findPrincipal(token)).toMatchObject({ name: "Alice Liddell" });
    await updateProfile(principal, ProfileInput.parse({ name: "" }));
    expect(await findPrincipal(token)).toMatchObject({ name: null });
  });

  test("of somebody who is gone is not changed", async () => {
    const alice = await verifiedUser();
    const { principal } = await session(alice);
    await db.user.delete({ where: { id: alice.id } });
    expect(await updateProfile(principal, { name: "x" })).toMatchObject({
      error: { code: "unauthenticated" },
    });
  });
});

describe("deleting the account", () => {
  const remove = (principal: Parameters<typeof deleteAccount>[0], currentPassword: string) =>
    deleteAccount(principal, { currentPassword }, client());

  test("takes the user with all that hangs on it, and nobody else", async () => {
    const [alice, bob] = [await verifiedUser(), await verifiedUser()];
    const { token, principal } = await session(alice);
    await session(bob);
    await issueVerification({ purpose: "reset", userId: alice.id, email: alice.email });
    expect(await remove(principal, PASSWORD)).toEqual({ ok: true, value: undefined });
    expect(await findPrincipal(token)).toBeNull();
    const where = { where: { userId: alice.id } };
    expect(
      await Promise.all([db.session.count(where), db.verification.count(where), db.credential.count(where)]),
    ).toEqual([0, 0, 0]);
    expect(await db.user.findMany({ where: { id: { in: [alice.id, bob.id] } } })).toMatchObject([{ id: bob.id }]);
  });

  test("asks for the password, or for a fresh sign-in where there is none", async () => {
    const { principal } = await session(await verifiedUser());
    expect(await remove(principal, "wrong")).toMatchObject({ error: { code: "wrong_password" } });
    const olga = (await session(await providerUser())).principal;
    const old = { ...olga, authenticatedAt: new Date(Date.now() - 11 * 60_000) };
    expect(await remove(old, "")).toMatchObject({ error: { code: "reauthentication_required" } });
    expect(await db.user.count({ where: { id: { in: [principal.userId, olga.userId] } } })).toBe(2);
    expect(await remove(olga, "")).toMatchObject({ ok: true });
  });

  test("twice at once is no error", async () => {
    const { principal } = await session(await verifiedUser());
    const results = await Promise.all([remove(principal, PASSWORD), remove(principal, PASSWORD)]);
    expect(results.some(({ ok }) => ok)).toBe(true);
    expect(await db.user.count({ where: { id: principal.userId } })).toBe(0);
  });
});

describe("a username like the one that is wanted", () => {
  test("is found soon, also where strangers have taken all that end in four digits", async () => {
    await db.$executeRaw(sql`
      WITH RECURSIVE four("digits") AS (SELECT 1000 UNION ALL SELECT "digits" + 1 FROM four WHERE "digits" < 9999),
        taken("name") AS (SELECT 'crowd' UNION ALL SELECT 'crowd' || "digits" FROM four)
      INSERT INTO "User" ("id", "email", "username", "updatedAt")
        SELECT "name", "name" || '@example.com', "name", CURRENT_TIMESTAMP FROM taken`);
    const { username } = await giveUsername(await verifiedUser(), "crowd");
    expect(username).toMatch(/^crowd\d{5,}$/);
    await db.user.deleteMany({ where: { username: { startsWith: "crowd" } } });
  });
});
