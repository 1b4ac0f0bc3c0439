import { describe, expect, test, vi } from "vitest";
import { authProvider } from "@/lib/auth-provider/server";
import { log } from "@/lib/log";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { from, newBrowser } from "@/tests/support/browser";
import { other, PASSWORD, session, verifiedUser } from "@/tests/support/people";
import { withoutDatabase } from "@/tests/support/without-database";

vi.mock("next/headers", () => import("@/tests/support/browser"));

const browser = newBrowser();
const on = <T>(work: () => Promise<T>) => from(browser, work);
const login = (params: object) => on(() => authProvider.login(params));
const signedIn = async () => (await on(() => authProvider.check())).authenticated;
const cookie = () => browser.jar.get(SESSION_COOKIE());

async function signIn() {
  const user = await verifiedUser();
  browser.jar.set(SESSION_COOKIE(), (await session(user)).token);
  return user;
}

describe("without a database", () => {
  test("every method resolves, calmly, and nobody is signed out", async () => {
    const alice = await signIn();
    const token = cookie();
    const logged = vi.spyOn(log, "error").mockImplementation(() => {});
    const params = { email: alice.email, password: PASSWORD, name: "A" };
    const answers = await withoutDatabase(async () => [
      await login(params),
      await on(() => authProvider.register(params)),
      await on(() => authProvider.updatePassword({ token: "x".repeat(43), newPassword: PASSWORD })),
      await on(() => authProvider.updatePassword({ currentPassword: PASSWORD, newPassword: other(6) })),
      await on(() => authProvider.forgotPassword(params)),
      await on(() => authProvider.logout()),
    ]);
    const check = await withoutDatabase(() => on(() => authProvider.check()));
    const who = await withoutDatabase(async () => [
      await on(() => authProvider.getIdentity()),
      await on(() => authProvider.getPermissions()),
    ]);

    for (const answer of answers) {
      expect(answer).toMatchObject({ success: false, code: "unavailable" });
      expect(answer.error?.message).toMatch(/try again/);
      expect(JSON.stringify(answer)).not.toMatch(/SQLITE|libsql|ECONNREFUSED|prisma/i);
    }
    expect(check).toEqual({
      authenticated: false,
      error: { name: "Unavailable", message: answers[0]?.error?.message },
    });
    expect(who).toEqual([null, null]);
    expect(logged).toHaveBeenCalled();
    expect([cookie(), await signedIn()]).toEqual([token, true]);
  });
});
