import { expect, test, vi } from "vitest";
import { findAccountOwner } from "@/lib/auth/store/accounts";
import { db } from "@/lib/db";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import { client } from "@/tests/support/people";

vi.mock("@/lib/auth/store/accounts", async (original) => {
  const real = await original<typeof import("@/lib/auth/store/accounts")>();
  return { ...real, findAccountOwner: vi.fn(real.findAccountOwner) };
});

test("a sign-in that finds no account, and then the user whom the same sign-in made meanwhile, knows them", async () => {
  const about = {
    email: "alice@example.com",
    emailVerified: true,
    fields: { name: "Alice" },
    image: null,
    username: null,
  };
  const profile = { provider: "demo", providerAccountId: "alice-1", ...about, raw: {} };
  expect(await signInWithProfile(profile, client())).toMatchObject({ ok: true, value: { outcome: "created" } });
  vi.mocked(findAccountOwner).mockResolvedValueOnce(null);
  expect(await signInWithProfile(profile, client())).toMatchObject({ ok: true, value: { outcome: "known" } });
  expect(await db.account.count()).toBe(1);
});
