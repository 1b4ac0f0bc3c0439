import { useForgotPassword, useRegister, useUpdatePassword } from "@refinedev/core";
import { describe, expect, test, vi } from "vitest";
import { login } from "@/lib/auth/login";
import { authProvider } from "@/lib/auth-provider/client";
import { db } from "@/lib/db";
import { newestMail, outbox } from "@/tests/support/outbox";
import { client, links, other, PASSWORD, verifiedUser, withEnv } from "@/tests/support/people";
import { go, mutate, notification, page } from "@/tests/support/refine-app";

vi.mock("next/headers", () => import("@/tests/support/browser"));

const signsIn = async (email: string, password: string) =>
  (await login({ email, password, remember: false }, client(), links)).ok;

describe("useRegister", () => {
  test("a new address is registered, and the way leads to the code", async () => {
    expect(await mutate(useRegister, { email: "new@example.com", password: PASSWORD })).toEqual({
      success: true,
      redirectTo: "/verify-email",
    });
    expect(go).toHaveBeenCalledWith({ to: "/verify-email", type: "replace" });
    expect((await newestMail("new@example.com")).code).toMatch(/^\d{6}$/);
  });

  test("where no proof is asked for the user exists at once, and a taken address is announced", async () => {
    await withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: false }, async () => {
      const params = { email: "open@example.com", password: PASSWORD };
      expect(await mutate(useRegister, params)).toMatchObject({ success: true, redirectTo: "/dashboard" });
      expect(await db.user.count({ where: { email: params.email } })).toBe(1);
      expect(await mutate(useRegister, params)).toMatchObject({
        success: false,
        error: { name: "Register Error", message: "User already exists" },
      });
    });
    const note = { key: "register-error", message: "Register Error", description: "User already exists" };
    expect(notification.open).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(note));
  });
});

describe("useForgotPassword", () => {
  test("a known and an unknown address get one answer, the mail goes to the known", async () => {
    const { email } = await verifiedUser();
    const answers = [
      await mutate(useForgotPassword, { email }),
      await mutate(useForgotPassword, { email: "ghost@nowhere.test" }),
    ];
    expect(answers[0]).toMatchObject({ success: true });
    expect(answers[1]).toEqual(answers[0]);
    expect((await outbox()).map(({ to }) => to)).toEqual([email]);
    expect(go).toHaveBeenCalledWith({ to: "/login", type: "replace" });
    expect(notification.open).toHaveBeenCalledWith(
      expect.objectContaining({ key: "forgot-password-success", message: "Check your inbox" }),
    );
  });
});

describe("useUpdatePassword", () => {
  async function mailedToken(email: string): Promise<string> {
    await authProvider.forgotPassword({ email });
    return (await newestMail(email, /Reset/)).token;
  }

  test("the token of the mailed address sets the new password, and the old one is dead", async () => {
    const { email } = await verifiedUser();
    page.query = { token: await mailedToken(email) };
    const answer = await mutate(useUpdatePassword, { password: other(1), confirmPassword: other(1) });
    expect(answer).toMatchObject({ success: true });
    expect([await signsIn(email, PASSWORD), await signsIn(email, other(1))]).toEqual([false, true]);
  });

  test("the form's token goes before the address's", async () => {
    const [alice, bob] = [await verifiedUser(), await verifiedUser()];
    page.query = { token: await mailedToken(bob.email) };
    await mutate(useUpdatePassword, { token: await mailedToken(alice.email), password: other(2) } as {
      password: string;
    });
    expect([await signsIn(alice.email, other(2)), await signsIn(bob.email, other(2))]).toEqual([true, false]);
  });

  test("a used token is announced, and nothing changes", async () => {
    const { email } = await verifiedUser();
    page.query = { token: await mailedToken(email) };
    await mutate(useUpdatePassword, { password: other(3) });
    expect(await mutate(useUpdatePassword, { password: other(4) })).toMatchObject({ success: false });
    const note = {
      key: "update-password-error",
      message: "Update Password Error",
      description: "Invalid or expired link",
    };
    expect(notification.open).toHaveBeenLastCalledWith(expect.objectContaining(note));
    expect(await signsIn(email, other(4))).toBe(false);
  });
});
