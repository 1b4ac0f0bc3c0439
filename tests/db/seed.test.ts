import { beforeEach, describe, expect, test } from "vitest";
import { DEMO_PASSWORD, DEMO_USERS } from "@/lib/auth/model/demo-accounts";
import { passwordProblem } from "@/lib/auth/model/password-policy";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { seed } from "@/prisma/seed";
import { resetDatabase } from "@/tests/support/database";
import { verifiedUser, withEnv } from "@/tests/support/people";

describe("the demo accounts", () => {
  beforeEach(async () => {
    env().APP_URL = "http://localhost:3000";
    await resetDatabase();
  });

  test("are an admin and a user who can sign in", async () => {
    expect(await seed()).toEqual(DEMO_USERS.map(({ email }) => email));
    const users = await db.user.findMany({ include: { credential: true }, orderBy: { email: "asc" } });
    expect(users.map(({ role }) => role)).toEqual(["admin", "user"]);
    for (const { emailVerified, credential } of users) expect([emailVerified, credential]).not.toContain(null);
  });

  test("are left alone once they exist", async () => {
    await seed();
    await db.credential.updateMany({ data: { passwordHash: "changed" } });
    expect(await seed()).toEqual([]);
    expect(await db.credential.count({ where: { passwordHash: "changed" } })).toBe(2);
  });

  test("have a password that the policy accepts", async () => {
    for (const { email, name } of DEMO_USERS) expect(await passwordProblem(DEMO_PASSWORD, [email, name])).toBeNull();
  });

  test("are not added where other people have accounts, whatever the environment is called", async () => {
    await verifiedUser({ email: "customer@example.com" });
    await expect(seed()).rejects.toThrow("other users");
    expect(await db.user.count()).toBe(1);
  });

  test.each(["https://app.example.com", "http://192.168.1.20:3000", "https://localhost.example.com"])(
    "are not added to a site that others reach: %s",
    async (APP_URL) => {
      await withEnv({ APP_URL }, () => expect(seed()).rejects.toThrow(APP_URL));
      expect(await db.user.count()).toBe(0);
    },
  );

  test("do not exist in production", async () => {
    await withEnv({ production: true }, () => expect(seed()).rejects.toThrow("for development"));
    expect(await db.user.count()).toBe(0);
  });
});
